"""Weeks begin on Monday at midnight on the organisation's own clocks, whatever those clocks do."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.weeks import week_of, week_start

ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Asia/Beirut",
    "Atlantic/Azores",
)
zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(zones, st.integers(1100, 3500))
def test_a_week_begins_at_its_start_and_not_a_moment_before(zone: str, week: int) -> None:
    start = week_start(week, zone)

    assert week_of(start, zone) == week
    assert week_of(start - timedelta(microseconds=1), zone) == week - 1
    assert start.tzinfo is UTC


@given(zones, instants)
def test_an_instant_lies_between_its_weeks_start_and_the_next(zone: str, at: datetime) -> None:
    week = week_of(at, zone)

    assert week_start(week, zone) <= at < week_start(week + 1, zone)


@given(zones, instants)
def test_weeks_are_those_of_the_iso_calendar(zone: str, at: datetime) -> None:
    local = at.astimezone(ZoneInfo(zone)).date()

    monday = date.fromisocalendar(*local.isocalendar()[:2], 1)

    assert week_of(at, zone) == (monday - date(1970, 1, 5)).days // 7


@pytest.mark.parametrize(
    ("at", "zone", "week"),
    [
        (datetime(1970, 1, 5, tzinfo=UTC), "UTC", 0),
        (datetime(1970, 1, 4, 23, 59, tzinfo=UTC), "UTC", -1),
        (datetime(1970, 1, 4, 23, 30, tzinfo=UTC), "Europe/Berlin", 0),
        (datetime(1970, 1, 5, 4, 59, tzinfo=UTC), "America/New_York", -1),
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), "Europe/Berlin", 2967),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), "Europe/Berlin", 2968),
    ],
)
def test_the_number_of_a_week(at: datetime, zone: str, week: int) -> None:
    assert week_of(at, zone) == week


def test_a_monday_in_summer_begins_an_hour_earlier_in_utc() -> None:
    winter, summer = week_start(2968, "Europe/Berlin"), week_start(2945, "Europe/Berlin")

    assert (winter.hour, summer.hour) == (23, 22)
