"""ISO weeks as numbers, in an organisation's own time zone; daylight saving never moves a Monday (SC-3)."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

FIRST_MONDAY = date(1970, 1, 5)


@lru_cache(maxsize=10_000)
def week_of(at: datetime, zone: str) -> int:
    """The number of the ISO week in which an aware instant lies; the week of Monday 1970-01-05 is 0."""
    return (at.astimezone(ZoneInfo(zone)).date() - FIRST_MONDAY).days // 7


def monday(week: int) -> date:
    """The day on which the week begins."""
    return FIRST_MONDAY + timedelta(weeks=week)


def week_start(week: int, zone: str) -> datetime:
    """The instant, in UTC, at which the week's Monday begins on the clocks of the zone."""
    return datetime.combine(monday(week), time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
