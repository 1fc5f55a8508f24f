"""The instants at which a wall clock shows a time are found where the clock runs on, skips or repeats."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from routing.domain.wall_clock import Span, joined, wall_span, when_shown, within

DAY = timedelta(days=1)


def nine_to_five(day: date) -> Iterator[Span]:
    yield wall_span(day, time(9), time(17))


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_two_changes_of_the_clock_within_a_month_are_both_seen() -> None:
    begin, end = datetime(2004, 5, 25, tzinfo=UTC), datetime(2004, 6, 25, tzinfo=UTC)

    shown = when_shown(ZoneInfo("America/Argentina/Catamarca"), nine_to_five, begin=begin, end=end)

    first, second = datetime(2004, 6, 1, tzinfo=UTC), datetime(2004, 6, 20, tzinfo=UTC)
    assert [start.hour for start, _ in shown] == [
        13 if first <= begin + DAY * day < second else 12 for day in range(31)
    ]


def test_a_span_ends_the_next_time_the_clock_shows_its_end() -> None:
    day, next_day = (
        datetime.combine(date(2026, 11, 20), time(6)),
        datetime.combine(date(2026, 11, 21), time(6)),
    )

    assert wall_span(day.date(), time(6), time(6)) == (day, next_day)
    assert wall_span(day.date(), time(6), time(0)) == (day, datetime.combine(next_day, time(0)))


def test_only_what_lies_within_is_kept() -> None:
    spans = [(at(1, 9), at(1, 17)), (at(2, 9), at(2, 17)), (at(3, 9), at(3, 17))]

    assert list(within(spans, at(1, 17), at(3, 10))) == [spans[1], (at(3, 9), at(3, 10))]


def test_spans_that_touch_are_one() -> None:
    spans = [(at(1, 9), at(1, 12)), (at(1, 12), at(1, 17)), (at(1, 18), at(1, 20))]

    assert joined(spans) == [(at(1, 9), at(1, 17)), (at(1, 18), at(1, 20))]
