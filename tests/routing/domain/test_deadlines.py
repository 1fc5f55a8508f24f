"""A pause moves what is due by exactly the time that stood still; a new promise never makes an old one later."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain import deadlines
from routing.domain.business_time import Calendar
from routing.domain.deadlines import Promise

OFFICE = Calendar("Europe/Berlin", {day: [(time(9), time(12)), (time(13), time(18))] for day in range(5)})
CALENDARS = st.sampled_from([OFFICE, Calendar("America/New_York", {2: [(time(22), time(6))]}), None])
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
SPANS = st.timedeltas(timedelta(0), timedelta(days=20))
NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(calendar=CALENDARS, begins=MOMENTS, left=SPANS, pause=SPANS)
def test_pause_keeps_the_remaining_time(
    *, calendar: Calendar | None, begins: datetime, left: timedelta, pause: timedelta
) -> None:
    due, resumes = deadlines.after(begins, left, calendar), begins + pause

    after = deadlines.moved(due, runs_from=resumes, instead_of=begins, calendar=calendar)

    assert deadlines.between(resumes, after, calendar) == left
    assert after >= due


@given(calendar=CALENDARS, begins=MOMENTS, left=SPANS, pause=SPANS, cut=st.floats(0, 1))
def test_pause_that_ends_early_is_as_if_it_had_been_asked_for_so(
    *, calendar: Calendar | None, begins: datetime, left: timedelta, pause: timedelta, cut: float
) -> None:
    due = deadlines.after(begins, left, calendar)
    planned, ended = begins + pause, begins + pause * cut

    moved = deadlines.moved(due, runs_from=planned, instead_of=begins, calendar=calendar)
    back = deadlines.moved(moved, runs_from=ended, instead_of=planned, calendar=calendar)

    assert back == deadlines.moved(due, runs_from=ended, instead_of=begins, calendar=calendar)


def promise(hours: float) -> Promise:
    return Promise(1, "FIRST_RESPONSE", "", "", hours * HOUR, in_business_time=True)


def anew(hours: float, *, due: datetime, started: timedelta = HOUR) -> datetime:
    return deadlines.chosen_anew(
        started_at=NOW - started,
        due=due,
        paused=timedelta(0),
        promise=promise(hours),
        calendar=OFFICE,
        now=NOW,
    )


def test_looser_promise_counts_from_the_start() -> None:
    assert anew(4, due=NOW + HOUR / 2) == deadlines.after(NOW - HOUR, 4 * HOUR, OFFICE)


def test_stricter_promise_counts_from_now_for_nobody_keeps_one_made_after_the_fact() -> None:
    assert anew(0.5, due=NOW + 3 * HOUR) == NOW + HOUR / 2


@pytest.mark.parametrize("hours", [0.25, 0.5, 1])
def test_stricter_promise_is_never_later_than_the_old_one(hours: float) -> None:
    soon = NOW + timedelta(minutes=10)

    assert anew(hours, due=soon, started=3 * HOUR) == soon
