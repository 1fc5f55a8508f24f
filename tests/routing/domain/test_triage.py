"""The order of the queue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from routing.domain.triage import Waiting, chip, place

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
CALM = Waiting(share_left=0.9, tier="T3", urgency=10, since=NOW)
ANYBODY = st.builds(
    Waiting,
    share_left=st.floats(-10, 1),
    tier=st.sampled_from(["T1", "T2", "T3", ""]),
    urgency=st.floats(0, 100),
    since=st.integers(0, 1000).map(lambda minutes: NOW - timedelta(minutes=minutes)),
)


def in_order(*waiting: Waiting) -> list[Waiting]:
    return sorted(waiting, key=place)


@given(st.lists(ANYBODY, min_size=1, max_size=20))
def test_nothing_stands_above_a_breached_t1(waiting: list[Waiting]) -> None:
    late = Waiting(share_left=-0.1, tier="T1", urgency=0, since=NOW)

    first = in_order(late, *waiting)[0]

    assert first.tier == "T1"
    assert first.share_left <= 0


@given(st.lists(ANYBODY, min_size=2, max_size=20))
def test_breached_stand_above_running_and_running_by_the_share_left(waiting: list[Waiting]) -> None:
    ordered = in_order(*waiting)

    late = [one.share_left <= 0 for one in ordered]
    assert late == sorted(late, reverse=True)
    running = [round(one.share_left, 3) for one in ordered if one.share_left > 0]
    assert running == sorted(running)


def test_among_the_breached_the_best_tier_is_first() -> None:
    late = [replace(CALM, share_left=-1, tier=tier) for tier in ("", "T3", "T1", "T2")]

    assert [one.tier for one in in_order(*late)] == ["T1", "T2", "T3", ""]


def test_equal_shares_go_by_tier_then_urgency_then_age() -> None:
    better_tier = replace(CALM, tier="T1", urgency=0)
    more_urgent = replace(CALM, urgency=80)
    older = replace(CALM, since=NOW - timedelta(hours=1))

    assert in_order(CALM, older, more_urgent, better_tier) == [better_tier, more_urgent, older, CALM]


def test_chip_says_the_reason_for_the_place() -> None:
    assert chip(replace(CALM, tier="T1"), "2 min left") == "T1, 2 min left"
    assert chip(replace(CALM, tier=""), "2 min left") == "2 min left"
