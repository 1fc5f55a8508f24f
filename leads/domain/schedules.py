"""When something that repeats is due next, and from when on it is overdue; pure, in the zone it is planned in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHORTEST_GRACE = timedelta(minutes=5)
LONGEST_GRACE = timedelta(hours=1)
FOLDED_UNDER = timedelta(minutes=10)


@dataclass(frozen=True)
class Every:
    """Again and again, so much time after the last start."""

    period: timedelta


@dataclass(frozen=True)
class AtTimes:
    """Each day at every one of these minutes of every one of these hours, by the clock on the wall of `zone`."""

    minutes: frozenset[int]
    hours: frozenset[int]
    zone: str

    @property
    def period(self) -> timedelta:
        """How far apart two starts are, on average."""
        return timedelta(days=1) / (len(self.minutes) * len(self.hours))


Schedule = Every | AtTimes


def next_after(schedule: Schedule, last: datetime) -> datetime:
    """The first start after `last`, in UTC; an hour that a clock change leaves out is skipped to the next one."""
    if isinstance(schedule, Every):
        return last + schedule.period
    zone = ZoneInfo(schedule.zone)
    today = last.astimezone(zone).date()
    for days in range(3):
        day = today + timedelta(days=days)
        starts = (
            datetime.combine(day, time(hour, minute), zone).astimezone(UTC)
            for hour in schedule.hours
            for minute in schedule.minutes
        )
        later = [start for start in starts if start > last]
        if later:
            return min(later)
    raise ValueError("A schedule has at least one time of the day.")


def overdue_from(schedule: Schedule, last: datetime) -> datetime:
    """When to worry, having heard of no start since `last`: a period after it was due, 5 minutes to an hour."""
    return next_after(schedule, last) + min(max(schedule.period, SHORTEST_GRACE), LONGEST_GRACE)


def is_frequent(schedule: Schedule) -> bool:
    """Whether its runs are too many to be kept one by one."""
    return schedule.period < FOLDED_UNDER
