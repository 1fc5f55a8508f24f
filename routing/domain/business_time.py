"""Adds and measures business time, exact to the microsecond over weekends, nights and clock changes (SL-2).

An instant is open when a wall clock in the calendar's zone then shows a time within the weekly hours. So a
local hour that the clock skips contributes nothing, and one that it repeats counts twice. Opening is included
and closing is not: at 17:00 sharp a nine-to-five calendar is closed.

A span whose end is not after its start runs into the next day (22:00 to 06:00; 00:00 to 00:00 is the whole
day). A holiday closes the spans that start on it: the night shift of the day before still runs to its end.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

from routing.domain.wall_clock import Span, joined, wall_span, when_shown, within

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BLOCK = timedelta(weeks=4)
_WEEK = timedelta(weeks=1)
_ZERO = timedelta()
_SOME_MONDAY = date(2024, 1, 1)


class InvalidCalendar(ValueError):
    """The zone, the hours or the holidays cannot be kept; the message says what to change."""


class NeverOpen(Exception):
    """A calendar without hours was asked when it opens."""


@dataclass(frozen=True)
class Calendar:
    """When a team works: its zone, its hours by weekday (0 is Monday) and the days on which it does not.

    A value: hashable, comparable, and cheap to make anew, since equal calendars share what was worked out.
    Every method takes aware datetimes of any zone (a naive one raises `ValueError`) and answers in UTC. What
    lies beyond the years that a datetime can say raises `OverflowError`. A zone, hours or holidays that make
    no sense raise `InvalidCalendar`, and so do hours that overlap.
    """

    zone: str
    hours: Mapping[int, Sequence[tuple[time, time]]]
    holidays: Collection[date] = frozenset()
    _hash: int = field(init=False, repr=False, compare=False)  # asked for with every clock of a page

    def __post_init__(self) -> None:
        _require_zone(self.zone)
        week = _week(self.hours)
        _refuse_overlaps(week)
        object.__setattr__(self, "hours", MappingProxyType(week))
        object.__setattr__(self, "holidays", _days(self.holidays))
        object.__setattr__(self, "_hash", hash((self.zone, tuple(self.hours.items()), self.holidays)))

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type["Calendar"], tuple[object, ...]]:
        return Calendar, (self.zone, dict(self.hours), self.holidays)

    def add(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest instant by which `amount` of open time has passed since `start`.

        A negative amount goes back, to the latest instant from which that much passes until `start`. Nothing
        added is `start` itself, open or not. Raises `NeverOpen`.
        """
        at = _utc(start)
        if not amount:
            return at
        self._require_hours()
        _ = at + amount  # overflows at once, not after a search: open time is never faster than the clock
        number = _block_number(at)
        target = _block(self, number).opened_before(at) + amount
        while target > (opened := _block(self, number).opened):
            target -= opened
            number += 1
        while target < _ZERO:
            number -= 1
            target += _block(self, number).opened
        block = _block(self, number)
        return block.earliest(target) if amount > _ZERO else block.latest(target)

    def between(self, a: datetime, b: datetime) -> timedelta:
        """The open time from `a` to `b`, negative where `b` comes first."""
        begin, end = _utc(a), _utc(b)
        if end < begin:
            return -self.between(end, begin)
        first, last = _block_number(begin), _block_number(end)
        whole = sum((_block(self, number).opened for number in range(first, last)), _ZERO)
        return whole + _block(self, last).opened_before(end) - _block(self, first).opened_before(begin)

    def is_open(self, at: datetime) -> bool:
        """Whether business time runs at the instant `at`."""
        instant = _utc(at)
        return _block(self, _block_number(instant)).next_open(instant) == instant

    def next_open(self, at: datetime) -> datetime:
        """The instant `at` itself when open, else the next opening. Raises `NeverOpen`."""
        instant = _utc(at)
        self._require_hours()
        number = _block_number(instant)
        while (opening := _block(self, number).next_open(instant)) is None:
            number += 1
        return opening

    def spans(self, from_: datetime, to: datetime) -> list[tuple[datetime, datetime]]:
        """Every open span from `from_` until `to`, cut to fit, in order and unbroken: no two touch."""
        begin, end = _utc(from_), _utc(to)
        blocks = (_block(self, number) for number in range(_block_number(begin), _block_number(end) + 1))
        return joined(within((span for block in blocks for span in block.spans), begin, end))

    def unix_spans(self, from_: datetime, to: datetime) -> list[list[int]]:
        """The same spans in whole Unix seconds, for pages that show many clocks: the seconds are reckoned once."""
        begin, end = _utc(from_), _utc(to)
        found: list[list[int]] = []
        if end <= begin:
            return found
        for number in range(_block_number(begin), _block_number(end) + 1):
            for start, stop in _block(self, number).seconds_within(begin, end):
                if found and found[-1][1] == start:
                    found[-1][1] = stop
                else:
                    found.append([start, stop])
        return found

    def _require_hours(self) -> None:
        if not self.hours:
            raise NeverOpen(f"The calendar in {self.zone} has no hours, so business time never runs on it.")


@dataclass(frozen=True, slots=True)
class _Block:
    """The open spans of four weeks of UTC, the open time passed by the end of each, and the spans in Unix seconds."""

    starts: tuple[datetime, ...]
    ends: tuple[datetime, ...]
    passed: tuple[timedelta, ...]
    seconds: tuple[tuple[int, int], ...]

    @property
    def spans(self) -> Iterator[Span]:
        return zip(self.starts, self.ends, strict=True)

    @property
    def opened(self) -> timedelta:
        return self.passed[-1] if self.passed else _ZERO

    def opened_before(self, at: datetime) -> timedelta:
        index = bisect_right(self.starts, at) - 1
        return self.passed[index] - max(self.ends[index] - at, _ZERO) if index >= 0 else _ZERO

    def seconds_within(self, begin: datetime, end: datetime) -> Iterator[tuple[int, int]]:
        """The spans that lie between the two, cut to fit, in whole Unix seconds."""
        first, last = bisect_right(self.ends, begin), bisect_left(self.starts, end)
        for index in range(first, last):
            start, stop = self.seconds[index]
            yield (
                start if self.starts[index] >= begin else int(begin.timestamp()),
                stop if self.ends[index] <= end else int(end.timestamp()),
            )

    def next_open(self, at: datetime) -> datetime | None:
        index = bisect_right(self.ends, at)
        return max(self.starts[index], at) if index < len(self.starts) else None

    def earliest(self, target: timedelta) -> datetime:
        """The first instant by which `target`, more than nothing, has passed: at most a span's end."""
        index = bisect_left(self.passed, target)
        return self.ends[index] - (self.passed[index] - target)

    def latest(self, target: timedelta) -> datetime:
        """The last instant by which only `target`, less than all, has passed: at least a span's start."""
        index = bisect_right(self.passed, target)
        return self.ends[index] - (self.passed[index] - target)


def _block_number(at: datetime) -> int:
    return (at - _EPOCH) // _BLOCK


@lru_cache(maxsize=1024)
def _block(calendar: Calendar, number: int) -> _Block:
    begin = _EPOCH + number * _BLOCK
    walls_on = partial(_wall_spans_on, calendar)
    spans = joined(when_shown(ZoneInfo(calendar.zone), walls_on, begin=begin, end=begin + _BLOCK))
    starts, ends = tuple(start for start, _ in spans), tuple(end for _, end in spans)
    passed = tuple(accumulate(end - start for start, end in spans))
    return _Block(
        starts, ends, passed, tuple((int(start.timestamp()), int(end.timestamp())) for start, end in spans)
    )


def _wall_spans_on(calendar: Calendar, day: date) -> Iterator[Span]:
    if day not in calendar.holidays:
        for start, end in calendar.hours.get(day.weekday(), ()):
            yield wall_span(day, start, end)


def _utc(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise ValueError(f"Business time needs an aware datetime, and {at.isoformat()} names no time zone.")
    return at.astimezone(UTC)


def _require_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (LookupError, OSError, ValueError) as unknown:
        raise InvalidCalendar(f"There is no time zone {zone!r}.") from unknown


def _week(hours: Mapping[int, Sequence[tuple[time, time]]]) -> dict[int, tuple[tuple[time, time], ...]]:
    for weekday, spans in hours.items():
        if weekday not in range(7):
            raise InvalidCalendar(f"A weekday is 0 (Monday) to 6 (Sunday), and not {weekday!r}.")
        if any(moment.tzinfo for span in spans for moment in span):
            raise InvalidCalendar("Hours are told by the calendar's own zone, so their times name none.")
    in_order = ((weekday, sorted((start, end) for start, end in hours[weekday])) for weekday in sorted(hours))
    return {weekday: tuple(spans) for weekday, spans in in_order if spans}


def _refuse_overlaps(week: Mapping[int, Sequence[tuple[time, time]]]) -> None:
    days = {weekday: _SOME_MONDAY + timedelta(days=weekday) for weekday in week}
    placed = [wall_span(days[weekday], start, end) for weekday in week for start, end in week[weekday]]
    again = [(start + _WEEK, end + _WEEK) for start, end in placed[:1]]
    for (start, end), (next_start, _) in pairwise(placed + again):
        if next_start < end:
            raise InvalidCalendar(
                f"The hours from {start:%A %H:%M} to {end:%A %H:%M} overlap those from {next_start:%A %H:%M}."
            )


def _days(holidays: Collection[date]) -> frozenset[date]:
    for day in holidays:
        if type(day) is not date:  # a datetime is a date too, but equals none
            raise InvalidCalendar(f"A holiday is a date, without a time of day, and not {day!r}.")
    return frozenset(holidays)
