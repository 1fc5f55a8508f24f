"""A lead's history falls into passages: from when marketing has it, until marketing has it again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from leads.domain.stages import Stage
from scoring.domain.passages import ASKED, PASSED, UNDONE, Passage, Visit, passages_of

BEGIN = datetime(2026, 3, 2, 9, tzinfo=UTC)


def day(number: int) -> datetime:
    return BEGIN + timedelta(days=number)


def story(*visits: tuple[int, Stage, str]) -> list[Passage]:
    """Visits as (day, stage, cause), each coming from the one before."""
    came_from = ["", *(stage.value for _, stage, _ in visits)]
    return passages_of(
        Visit(stage, before, day(at), cause)
        for (at, stage, cause), before in zip(visits, came_from, strict=False)
    )


def test_a_lead_that_never_left_marketing_has_one_passage_without_end() -> None:
    (only,) = story((0, Stage.SUBSCRIBER, "first signal"), (0, Stage.LEAD, "company known"))

    assert only == Passage(Stage.SUBSCRIBER, day(0))
    assert only.holds(day(0))
    assert only.holds(day(900))
    assert not only.holds(day(-1))


def test_a_rejected_lead_begins_a_second_passage_with_its_hold() -> None:
    first, second = story(
        (0, Stage.LEAD, "first signal"),
        (3, Stage.MQL, PASSED),
        (4, Stage.RECYCLED, "rejected"),
        (94, Stage.LEAD, "hold is over"),
        (94, Stage.MQL, PASSED),
    )

    assert (first.qualified_at, first.by_gate, first.ends_at) == (day(3), True, day(4))
    assert not first.holds(day(4))
    assert (second.begins_at, second.released_at, second.qualified_at) == (day(4), day(94), day(94))
    assert second.stage_at(day(93)) is Stage.RECYCLED
    assert second.stage_at(day(94)) is Stage.LEAD
    assert second.held_from == day(4)


def test_a_lost_lead_may_come_back() -> None:
    first, second = story(
        (0, Stage.LEAD, "first signal"),
        (1, Stage.MQL, ASKED),
        (1, Stage.OPPORTUNITY, "opportunity opened"),
        (60, Stage.LOST, "opportunity lost"),
        (80, Stage.MQL, ASKED),
    )

    assert first.ends_at == second.begins_at == day(60)
    assert (second.stage, second.qualified_at, second.held_from) == (Stage.LOST, day(80), None)


def test_what_was_undone_did_not_happen() -> None:
    (only,) = story(
        (0, Stage.LEAD, "first signal"),
        (1, Stage.MQL, PASSED),
        (2, Stage.DISQUALIFIED, "rejected"),
        (2, Stage.MQL, UNDONE),
        (3, Stage.SAL, "accepted"),
    )

    assert only.ends_at is None
    assert only.qualified_at == day(1)


def test_a_customer_and_a_refused_lead_are_done_and_their_last_moment_counts() -> None:
    for last in (Stage.CUSTOMER, Stage.DISQUALIFIED):
        (only,) = story((0, Stage.LEAD, "first signal"), (5, Stage.MQL, ASKED), (5, last, "decided"))

        assert only.holds(day(5))
        assert not only.holds(day(5) + timedelta(seconds=1))


def test_a_reinstated_lead_begins_anew() -> None:
    _, second = story(
        (0, Stage.LEAD, "first signal"),
        (5, Stage.DISQUALIFIED, "not a buyer"),
        (9, Stage.LEAD, "reinstated"),
    )

    assert (second.begins_at, second.ends_at) == (day(9), None)


def test_what_others_qualified_was_not_decided_by_the_gate() -> None:
    (only,) = story((0, Stage.LEAD, "first signal"), (1, Stage.MQL, "an event team qualified it"))

    assert (only.qualified_at, only.by_gate) == (day(1), False)
