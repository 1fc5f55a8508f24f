"""What became of a promise, and when there is too little to judge."""

from datetime import UTC, datetime, timedelta

import pytest

from reports.domain import compliance
from reports.domain.compliance import Figures, Span, State

START = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def span(*, stopped: float | None = None) -> Span:
    """A promise of an hour, stopped after so many minutes."""
    stopped_at = None if stopped is None else START + timedelta(minutes=stopped)
    return Span(START, START + HOUR, stopped_at)


@pytest.mark.parametrize(
    ("stopped", "state"), [(0, State.MET), (60, State.MET), (60.01, State.BREACHED), (600, State.BREACHED)]
)
def test_a_stopped_clock_is_met_up_to_its_due_time_and_breached_after(stopped: float, state: State) -> None:
    assert compliance.state_of(span(stopped=stopped), now=START + 2 * HOUR) is state


@pytest.mark.parametrize(
    ("minute", "state"),
    [
        (0, State.RUNNING),
        (48, State.RUNNING),
        (48.1, State.AT_RISK),
        (60, State.AT_RISK),
        (60.1, State.OVERDUE),
    ],
)
def test_a_running_clock_is_at_risk_in_its_last_fifth_and_overdue_past_its_end(
    minute: float, state: State
) -> None:
    assert compliance.state_of(span(), now=START + timedelta(minutes=minute)) is state


def test_lateness_grows_while_the_clock_runs_and_stays_once_it_has_stopped() -> None:
    later = START + 3 * HOUR

    assert compliance.late_by(span(), now=later) == 2 * HOUR
    assert compliance.late_by(span(stopped=90), now=later) == HOUR / 2
    assert compliance.late_by(span(stopped=60), now=later) is None


def test_a_rate_shows_its_base() -> None:
    assert Figures(met=41, breached=26).verdict == "61%, 41 of 67"


def test_with_fewer_than_ten_decided_no_rate_is_given_and_that_is_said() -> None:
    few = Figures(met=3, breached=1, running=50)

    assert few.rate is None
    assert few.percent == ""
    assert few.is_on_target is None
    assert few.verdict == "too few to judge: 3 of 4"
    assert Figures(running=2).verdict == "none decided yet"
    assert Figures(met=5, breached=5).percent == "50%"


def test_running_clocks_count_neither_as_kept_nor_as_missed() -> None:
    assert Figures(met=9, breached=1, running=90).rate == 0.9


def test_the_target_is_over_ninety_percent_not_at_it() -> None:
    assert Figures(met=9, breached=1).is_on_target is False
    assert Figures(met=19, breached=1).is_on_target is True


@pytest.mark.parametrize(
    ("met", "decided", "percent"),
    [
        (90, 100, "90%"),
        (899, 1000, "89.9%"),
        (8999, 10000, "89.9%"),
        (9001, 10000, "90.1%"),
        (9999, 10000, "99.9%"),
        (100, 100, "100%"),
        (0, 10, "0%"),
        (614, 1000, "61%"),
    ],
)
def test_rounding_never_claims_the_target_or_all_of_them(met: int, decided: int, percent: str) -> None:
    assert Figures(met=met, breached=decided - met).percent == percent


@pytest.mark.parametrize(("met", "missed"), [(8, 2), (26, 4), (0, 1)])
def test_more_than_one_in_ten_missed_for_the_top_tier_raises_an_alert(met: int, missed: int) -> None:
    assert compliance.alert(Figures(met=met, breached=missed)) is not None


@pytest.mark.parametrize(("met", "missed"), [(9, 1), (27, 3), (10, 0), (0, 0)])
def test_one_in_ten_or_fewer_raises_none(met: int, missed: int) -> None:
    assert compliance.alert(Figures(met=met, breached=missed)) is None


def test_an_alert_on_few_says_that_they_are_few() -> None:
    few = compliance.alert(Figures(met=1, breached=3))
    many = compliance.alert(Figures(met=8, breached=3))

    assert few is not None
    assert (few.missed, few.decided, few.is_judged) == (3, 4, False)
    assert many is not None
    assert many.is_judged
