"""Finds when a zone's wall clock shows given times, exact also where the clock skips or repeats an hour."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def wall_span(day: date, start: time, end: time) -> Span:
    """From `start` on `day` to the next time the clock shows `end`, up to a whole day later; naive."""
    last_day = day if start < end else day + _DAY
    return datetime.combine(day, start), datetime.combine(last_day, end)


def when_shown(
    zone: ZoneInfo, walls_on: Callable[[date], Iterable[Span]], *, begin: datetime, end: datetime
) -> Iterator[Span]:
    """The spans of UTC from `begin` until `end` in which the clock shows a time within the day's wall spans.

    `walls_on` gives the naive spans that start on a day, in order and disjoint also over midnight; then so
    are the answers. Local time that is skipped appears in none, local time that is repeated in two.
    """
    for start, stop, offset in _even_stretches(zone, begin, end):
        day = (start + offset).date() - _DAY
        while day <= (stop + offset).date():
            instants = (
                (_instant(opens, offset), _instant(closes, offset)) for opens, closes in walls_on(day)
            )
            yield from within(instants, start, stop)
            day += _DAY


def within(spans: Iterable[Span], begin: datetime, end: datetime) -> Iterator[Span]:
    """The parts of the spans that lie between `begin` and `end`."""
    for start, stop in spans:
        inside = max(start, begin), min(stop, end)
        if inside[0] < inside[1]:
            yield inside


def joined(spans: Iterable[Span]) -> list[Span]:
    """Ordered, disjoint spans, those that touch made one."""
    result: list[Span] = []
    for start, end in spans:
        if result and result[-1][1] == start:
            result[-1] = result[-1][0], end
        else:
            result.append((start, end))
    return result


def _instant(wall: datetime, offset: timedelta) -> datetime:
    return (wall - offset).replace(tzinfo=UTC)


def _even_stretches(
    zone: ZoneInfo, begin: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The time from `begin` until `end`, cut where the zone's offset changes, each part with its offset."""
    while begin < end:
        change = _next_change(zone, begin, end)
        yield begin, change, _offset(zone, begin)
        begin = change


def _next_change(zone: ZoneInfo, begin: datetime, end: datetime) -> datetime:
    """The first second with another offset than `begin`, or `end`; no zone ever changed twice in a day."""
    offset, start = _offset(zone, begin), begin
    while start < end:
        stop = min(start + _DAY, end)
        if _offset(zone, stop) != offset:
            return _first_with_another_offset(zone, start, stop)
        start = stop
    return end


def _first_with_another_offset(zone: ZoneInfo, start: datetime, stop: datetime) -> datetime:
    offset, seconds = _offset(zone, start), range((stop - start) // _SECOND)
    return start + _SECOND * bisect_left(
        seconds, x=True, key=lambda second: _offset(zone, start + second * _SECOND) != offset
    )


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
