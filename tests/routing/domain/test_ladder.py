"""A ladder makes sense or is refused in words; what comes too late to be of use is known."""

from datetime import UTC, datetime, timedelta

import pytest

from routing.domain.ladder import Action, Step, problems, why_too_late, with_warnings

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


def refused(*steps: tuple[timedelta, Action], fresh: bool = False) -> list[tuple[int, str]]:
    found = problems([Step(after, action) for after, action in steps], fresh_clock_on_reroute=fresh)
    return [(problem.place, problem.sentence) for problem in found]


def test_seeded_kind_of_ladder_is_accepted() -> None:
    assert refused((5 * MINUTE, Action.NOTIFY_MANAGER), (15 * MINUTE, Action.REROUTE), fresh=True) == []
    assert refused() == []


def test_ladder_that_runs_backwards_names_the_step() -> None:
    assert refused((HOUR, Action.NOTIFY_MANAGER), (MINUTE, Action.REROUTE)) == [
        (1, "It is due before the step above it: put the steps in the order of time.")
    ]


def test_step_at_nothing_is_refused() -> None:
    assert refused((timedelta(0), Action.NOTIFY_REP)) == [
        (0, "A step comes some time after the clock began, so not at 0.")
    ]


def test_nothing_follows_a_recycling() -> None:
    [(place, sentence)] = refused((HOUR, Action.RECYCLE), (2 * HOUR, Action.REROUTE))

    assert place == 1
    assert sentence.startswith("Nothing can follow a recycling")


def test_nothing_follows_a_rerouting_where_the_next_rep_gets_a_fresh_clock() -> None:
    steps = ((HOUR, Action.REROUTE), (2 * HOUR, Action.NOTIFY_MANAGER))

    assert refused(*steps) == []
    assert [place for place, _ in refused(*steps, fresh=True)] == [1]


def test_step_that_stands_twice_is_refused_once() -> None:
    assert refused((HOUR, Action.NOTIFY_MANAGER), (HOUR, Action.NOTIFY_MANAGER)) == [
        (1, "The same step stands above already.")
    ]


def test_warnings_come_at_half_and_at_four_fifths_of_the_target() -> None:
    course = with_warnings([Step(HOUR, Action.REROUTE)], target=10 * MINUTE)

    assert course == [
        Step(5 * MINUTE, Action.WARN),
        Step(8 * MINUTE, Action.WARN),
        Step(HOUR, Action.REROUTE),
    ]


@pytest.mark.parametrize(
    ("action", "late", "useful"),
    [
        (Action.WARN, 4 * MINUTE, True),
        (Action.WARN, 5 * MINUTE, False),
        (Action.NOTIFY_MANAGER, timedelta(days=7), True),
        (Action.NOTIFY_MANAGER, timedelta(days=8), False),
        (Action.REROUTE, timedelta(days=99), True),
        (Action.RECYCLE, timedelta(days=99), True),
    ],
)
def test_late_news_is_told_while_it_is_of_use(action: Action, late: timedelta, useful: bool) -> None:
    why = why_too_late(action, due_at=NOON, promise_due_at=NOON + 5 * MINUTE, now=NOON + late)

    assert (why == "") is useful
