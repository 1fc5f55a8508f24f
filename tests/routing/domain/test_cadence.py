"""Which follow-up is due when: working days alone, in any zone, over holidays and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain import cadence
from routing.domain.business_time import Calendar, NeverOpen
from routing.domain.cadence import Contact, Step
from routing.domain.cadence_seed import CADENCES

WEEK = {day: [(time(9), time(18))] for day in range(5)}
BERLIN = Calendar("Europe/Berlin", WEEK)
T1 = tuple(Step(step.day, step.channel) for step in CADENCES[0].draft.steps)
FRIDAY = datetime(2026, 11, 20, 16, 55, tzinfo=UTC)  # 17:55 in Berlin


def days(steps: tuple[Step, ...], start: datetime, calendar: Calendar) -> list[date]:
    return [due.on for due in cadence.schedule(steps, start=start, calendar=calendar)]


def test_days_are_working_days_from_the_first_that_is_open() -> None:
    assert [(step.day, on.day) for step, on in zip(T1, days(T1, FRIDAY, BERLIN), strict=True)] == [
        (0, 20),
        (0, 20),
        (1, 23),
        (1, 23),
        (2, 24),
        (3, 25),
        (3, 25),
        (5, 27),
        (7, 1),
    ]


def test_what_comes_after_hours_begins_on_the_next_working_day() -> None:
    evening = FRIDAY + timedelta(hours=2)

    assert days((Step(0, "CALL"), Step(1, "CALL")), evening, BERLIN) == [
        date(2026, 11, 23),
        date(2026, 11, 24),
    ]


def test_the_first_day_obeys_the_clock_that_runs_and_later_days_end_with_their_hours() -> None:
    clock = FRIDAY + timedelta(minutes=5)

    first, second = cadence.schedule(
        (Step(0, "CALL"), Step(1, "CALL")), start=FRIDAY, calendar=BERLIN, first_due=clock
    )

    assert first.at == clock
    assert second.at == datetime(2026, 11, 23, 17, tzinfo=UTC)  # 18:00 in Berlin


def test_a_clock_that_ran_out_before_the_start_is_due_at_the_start() -> None:
    [due] = cadence.schedule(
        (Step(0, "CALL"),), start=FRIDAY, calendar=BERLIN, first_due=FRIDAY - timedelta(hours=1)
    )

    assert due.at == FRIDAY


def test_a_clock_that_runs_out_on_monday_is_mondays_task() -> None:
    monday = datetime(2026, 11, 23, 8, 3, tzinfo=UTC)

    [due] = cadence.schedule((Step(0, "CALL"),), start=FRIDAY, calendar=BERLIN, first_due=monday)

    assert due.on == date(2026, 11, 23)


def test_holidays_and_weekends_are_no_days() -> None:
    holidays = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28)})
    calendar = Calendar("Europe/Berlin", WEEK, holidays)
    wednesday = datetime(2026, 12, 23, 9, tzinfo=UTC)

    assert days((Step(1, "CALL"), Step(2, "CALL")), wednesday, calendar) == [
        date(2026, 12, 29),
        date(2026, 12, 30),
    ]


def test_the_end_of_a_day_follows_the_clock_change() -> None:
    friday_before = datetime(2026, 10, 23, 8, tzinfo=UTC)  # summer time ends on Sunday

    before, after = cadence.schedule((Step(0, "CALL"), Step(1, "CALL")), start=friday_before, calendar=BERLIN)

    assert (before.at.hour, after.at.hour) == (16, 17)


def test_the_day_is_that_of_the_reps_own_zone() -> None:
    sydney = Calendar("Australia/Sydney", WEEK)
    sunday_evening_in_europe = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)  # Monday 09:30 there

    assert days((Step(0, "CALL"),), sunday_evening_in_europe, sydney) == [date(2026, 11, 23)]


def test_soon_is_today_while_its_hours_last_and_then_the_next_working_day() -> None:
    assert cadence.soon(start=FRIDAY, calendar=BERLIN).on == date(2026, 11, 20)
    assert cadence.soon(start=FRIDAY + timedelta(hours=2), calendar=BERLIN).on == date(2026, 11, 23)


def test_thirty_days_on_is_the_next_working_day() -> None:
    due = cadence.in_days(30, start=datetime(2026, 11, 20, 9, tzinfo=UTC), calendar=BERLIN)

    assert due.on == date(2026, 12, 21)  # the 20th is a Sunday


def test_a_calendar_that_never_opens_says_so() -> None:
    with pytest.raises(NeverOpen):
        cadence.schedule((Step(0, "CALL"),), start=FRIDAY, calendar=Calendar("UTC", {}))


@pytest.mark.parametrize(
    ("channel", "contact", "says"),
    [
        ("CALL", Contact(has_email=False, opted_out=True, bought=True), ""),
        ("EMAIL", Contact(has_email=True, opted_out=False, bought=False), ""),
        ("EMAIL", Contact(has_email=True, opted_out=True, bought=False), "they asked for no more mail"),
        ("LINKEDIN", Contact(has_email=True, opted_out=True, bought=False), "they asked for no more mail"),
        ("EMAIL", Contact(has_email=False, opted_out=False, bought=False), "there is no e-mail address"),
        (
            "EMAIL",
            Contact(has_email=True, opted_out=False, bought=True),
            "the contact was bought, and nobody asked for mail",
        ),
    ],
)
def test_consent_forbids_what_is_written_and_never_the_call(
    channel: str, contact: Contact, says: str
) -> None:
    assert cadence.why_not(channel, contact) == says


def test_later_in_the_day_stays_in_the_day() -> None:
    ends = FRIDAY + timedelta(minutes=65)

    assert cadence.later(FRIDAY, end_of_day=ends) == ends
    assert cadence.later(FRIDAY, end_of_day=ends + timedelta(hours=3)) == FRIDAY + timedelta(hours=2)


zones = st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
spans = st.sampled_from([(time(9), time(18)), (time(22), time(6)), (time(0), time(0))])
weeks = st.builds(lambda on, span: {day: [span] for day in on}, st.sets(st.integers(0, 4), min_size=1), spans)
calendars = st.builds(
    Calendar,
    zone=zones,
    hours=weeks,
    holidays=st.frozensets(st.dates(date(2026, 10, 1), date(2026, 12, 31)), max_size=8),
)
starts = st.datetimes(datetime(2026, 10, 1), datetime(2026, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - given a zone


@given(
    calendar=calendars,
    start=starts,
    numbers=st.lists(st.integers(0, 12), min_size=1, max_size=8, unique=True),
)
def test_every_task_falls_on_a_working_day_in_order_and_no_two_days_fall_together(
    calendar: Calendar, start: datetime, numbers: list[int]
) -> None:
    steps = tuple(Step(number, "CALL") for number in sorted(numbers))

    due = cadence.schedule(steps, start=start, calendar=calendar)

    on = [one.on for one in due]
    assert on == sorted(set(on))
    assert len(due) == len(steps)
    for one in due:
        assert one.on not in calendar.holidays
        assert calendar.hours.get(one.on.weekday())
        assert one.at >= start
        local = (one.at - timedelta(microseconds=1)).astimezone(ZoneInfo(calendar.zone))
        assert local.date() == one.on
