"""The days that a report covers, in the organisation's own time zone, and the ISO weeks they fall into."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

WEEK = timedelta(days=7)
DAY = timedelta(days=1)


class Span(StrEnum):
    """How a reader asks for a period."""

    THIS_WEEK = "1w"
    FOUR_WEEKS = "4w"
    TWELVE_WEEKS = "12w"
    CUSTOM = "custom"


WEEKS = {Span.THIS_WEEK: 1, Span.FOUR_WEEKS: 4, Span.TWELVE_WEEKS: 12}


@dataclass(frozen=True)
class Week:
    """An ISO week, or the part of it that lies in the period; `is_whole` when nothing of it is cut or to come."""

    monday: date
    first: date
    last: date
    is_whole: bool

    @property
    def label(self) -> str:
        """W47."""
        return f"W{self.monday.isocalendar().week:02}"

    @property
    def days(self) -> str:
        """16 to 22 Nov."""
        if self.first == self.last:
            return f"{self.first:%-d %b}"
        first = f"{self.first:%-d}" if self.first.month == self.last.month else f"{self.first:%-d %b}"
        return f"{first} to {self.last:%-d %b}"


@dataclass(frozen=True)
class Period:
    """Whole days from `first` to `last`, both included, as they begin and end in `zone`."""

    first: date
    last: date
    zone: str

    @property
    def starts_at(self) -> datetime:
        """The instant at which the first day begins."""
        return _midnight(self.first, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The instant at which the day after the last begins; no longer part of the period."""
        return _midnight(self.last + DAY, self.zone)

    @property
    def week_starts(self) -> dict[date, datetime]:
        """The Monday of every week that the period touches, in order, and the instant at which it begins."""
        count = (self.last - monday_of(self.first)).days // 7 + 1
        mondays = [monday_of(self.first) + number * WEEK for number in range(count)]
        return {monday: _midnight(monday, self.zone) for monday in mondays}

    def weeks(self, *, today: date) -> list[Week]:
        """Every week that the period touches, newest first."""
        monday, weeks = monday_of(self.first), []
        while monday <= self.last:
            sunday = monday + WEEK - DAY
            first, last = max(monday, self.first), min(sunday, self.last)
            weeks.append(
                Week(monday, first, last, is_whole=(first, last) == (monday, sunday) and sunday < today)
            )
            monday += WEEK
        return weeks[::-1]

    def __str__(self) -> str:
        if self.first == self.last:
            return f"{self.first:%-d %B %Y}"
        year = "" if self.first.year == self.last.year else f" {self.first.year}"
        return f"{self.first:%-d %B}{year} to {self.last:%-d %B %Y}"


def latest(span: Span, *, today: date, zone: str) -> Period:
    """This week so far, and for the longer spans the whole weeks before it."""
    return Period(monday_of(today) - (WEEKS[span] - 1) * WEEK, today, zone)


def monday_of(day: date) -> date:
    """The first day of the day's ISO week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the day's month."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - DAY


def months_before(day: date, count: int) -> list[date]:
    """The first days of the day's month and of those before it, `count` in all, newest first."""
    months = [day.replace(day=1)]
    while len(months) < count:
        months.append((months[-1] - DAY).replace(day=1))
    return months


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), tzinfo=ZoneInfo(zone)).astimezone(UTC)
