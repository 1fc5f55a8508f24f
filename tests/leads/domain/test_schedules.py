"""When a job is due next and overdue, also through nights in which the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.schedules import AtTimes, Every, is_frequent, next_after, overdue_from

BERLIN = "Europe/Berlin"
NIGHTLY = AtTimes(frozenset({31}), frozenset({2}), BERLIN)
HOURLY = AtTimes(frozenset({11}), frozenset(range(24)), BERLIN)
NOON = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "last", "expected"),
    [
        (Every(timedelta(seconds=5)), NOON, NOON + timedelta(seconds=5)),
        (HOURLY, NOON, NOON + timedelta(minutes=11)),
        (HOURLY, NOON + timedelta(minutes=11), NOON + timedelta(minutes=71)),
        (NIGHTLY, NOON, datetime(2026, 11, 18, 1, 31, tzinfo=UTC)),
        # 2:31 comes twice on the night of 25 October, and the first counts
        (NIGHTLY, datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 0, 31, tzinfo=UTC)),
        # 2:31 does not come on the night of 29 March: it is as if the clock had not been put forward yet
        (NIGHTLY, datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, 31, tzinfo=UTC)),
    ],
)
def test_next_start_is_the_first_one_later(
    schedule: Every | AtTimes, last: datetime, expected: datetime
) -> None:
    assert next_after(schedule, last) == expected


@pytest.mark.parametrize(
    ("schedule", "grace"),
    [
        (Every(timedelta(seconds=5)), timedelta(minutes=5)),
        (AtTimes(frozenset(range(0, 60, 10)), frozenset(range(24)), BERLIN), timedelta(minutes=10)),
        (HOURLY, timedelta(hours=1)),
        (NIGHTLY, timedelta(hours=1)),
    ],
)
def test_a_job_is_overdue_a_period_after_it_was_due(schedule: Every | AtTimes, grace: timedelta) -> None:
    assert overdue_from(schedule, NOON) - next_after(schedule, NOON) == grace


@given(
    minutes=st.frozensets(st.integers(0, 59), min_size=1),
    hours=st.frozensets(st.integers(0, 23), min_size=1),
    zone=st.sampled_from([BERLIN, "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
    last=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_next_start_is_later_and_within_a_day_and_a_clock_change(
    minutes: frozenset[int], hours: frozenset[int], zone: str, last: datetime
) -> None:
    due = next_after(AtTimes(minutes, hours, zone), last)

    assert timedelta(0) < due - last <= timedelta(hours=25)


def test_only_what_runs_all_the_time_is_frequent() -> None:
    assert is_frequent(Every(timedelta(minutes=5)))
    assert not is_frequent(HOURLY)
