"""Business time gives the expected answers for plain calendars and refuses impossible ones (SL-1, SL-2)."""

import copy
import pickle
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from routing.domain.business_time import Calendar, InvalidCalendar, NeverOpen

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta()
NINE_TO_FIVE = ((time(9), time(17)),)
OFFICE = Calendar("UTC", dict.fromkeys(range(5), NINE_TO_FIVE), [date(2026, 12, 25)])
NEVER = Calendar("Europe/Berlin", {0: []}, [])
MONDAY, FRIDAY = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "amount", "expected"),
    [
        (FRIDAY.replace(hour=16), HOUR, FRIDAY.replace(hour=17)),
        (FRIDAY.replace(hour=16), HOUR + timedelta.resolution, MONDAY.replace(hour=9, microsecond=1)),
        (FRIDAY.replace(hour=17), HOUR, MONDAY.replace(hour=10)),
        (MONDAY.replace(hour=10), -HOUR, MONDAY.replace(hour=9)),
        (MONDAY.replace(hour=9), -HOUR, FRIDAY.replace(hour=16)),
        (FRIDAY + DAY, NOTHING, FRIDAY + DAY),
        (datetime(2026, 12, 24, 16, tzinfo=UTC), 2 * HOUR, datetime(2026, 12, 28, 10, tzinfo=UTC)),
        (FRIDAY.replace(hour=9), 8 * HOUR * 100, datetime(2027, 4, 9, 17, tzinfo=UTC)),
    ],
    ids=[
        "an hour until closing ends at closing, not at the next opening",
        "a moment more is a moment after the next opening",
        "closing time is closed",
        "back to opening ends at opening",
        "back from opening goes to the day before",
        "nothing is the start itself, open or not",
        "over a holiday and a weekend",
        "a hundred days",
    ],
)
def test_add_stops_at_the_nearest_instant(start: datetime, amount: timedelta, expected: datetime) -> None:
    assert OFFICE.add(start, amount) == expected


def test_answers_are_told_in_utc() -> None:
    start = datetime(2026, 11, 20, 17, tzinfo=ZoneInfo("Asia/Kathmandu"))

    answers = [OFFICE.add(start, NOTHING), OFFICE.add(start, HOUR), OFFICE.next_open(start)]

    assert [answer.tzinfo for answer in answers] == [UTC] * 3


def test_opening_is_open_and_closing_is_closed() -> None:
    edges = [FRIDAY.replace(hour=9), FRIDAY.replace(hour=17)]

    assert [OFFICE.is_open(edge) for edge in edges] == [True, False]
    assert [OFFICE.next_open(edge) for edge in edges] == [edges[0], MONDAY.replace(hour=9)]


def test_an_end_at_midnight_is_the_end_of_the_day() -> None:
    late = Calendar("UTC", {4: [(time(20), time(0))]}, [])

    assert late.spans(FRIDAY, MONDAY) == [(FRIDAY.replace(hour=20), FRIDAY + DAY)]


def test_days_that_touch_are_one_span() -> None:
    always = Calendar("UTC", dict.fromkeys(range(7), ((time(0), time(12)), (time(12), time(0)))), [])

    assert always.spans(FRIDAY, FRIDAY + 400 * DAY) == [(FRIDAY, FRIDAY + 400 * DAY)]


def test_a_holiday_belongs_to_the_day_on_which_the_night_starts() -> None:
    nights = Calendar("UTC", dict.fromkeys(range(7), ((time(22), time(6)),)), [date(2026, 11, 21)])

    spans = nights.spans(FRIDAY.replace(hour=12), MONDAY)

    assert spans == [
        (FRIDAY.replace(hour=22), FRIDAY + DAY + 6 * HOUR),
        (FRIDAY + 2 * DAY + 22 * HOUR, MONDAY),
    ]


def test_spans_of_a_time_that_ends_before_it_begins_are_none() -> None:
    assert OFFICE.spans(FRIDAY.replace(hour=12), FRIDAY.replace(hour=10)) == []


def test_years_of_holidays_are_passed_over() -> None:
    holidays = [date(2026, 1, 5) + timedelta(weeks=number) for number in range(300)]
    mondays = Calendar("UTC", {0: NINE_TO_FIVE}, holidays)

    assert mondays.next_open(MONDAY) == datetime(2031, 10, 6, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "ask",
    [
        lambda at: OFFICE.add(at, HOUR),
        lambda at: OFFICE.between(at, MONDAY),
        lambda at: OFFICE.between(MONDAY, at),
        OFFICE.is_open,
        OFFICE.next_open,
        lambda at: OFFICE.spans(at, MONDAY),
        lambda at: OFFICE.spans(MONDAY, at),
    ],
)
def test_a_naive_datetime_is_refused(ask: Callable[[datetime], object]) -> None:
    with pytest.raises(ValueError, match="2026-11-20T12:00:00 names no time zone"):
        ask(datetime(2026, 11, 20, 12))  # noqa: DTZ001 - naive on purpose


@pytest.mark.parametrize(
    "search",
    [lambda: NEVER.add(MONDAY, HOUR), lambda: NEVER.add(MONDAY, -HOUR), lambda: NEVER.next_open(MONDAY)],
)
def test_a_calendar_without_hours_cannot_say_when_it_opens(search: Callable[[], datetime]) -> None:
    with pytest.raises(NeverOpen, match="Europe/Berlin has no hours"):
        search()


def test_no_time_passes_on_a_calendar_without_hours() -> None:
    assert NEVER.between(FRIDAY, MONDAY) == NOTHING
    assert NEVER.spans(FRIDAY, MONDAY) == []
    assert NEVER.add(MONDAY, NOTHING) == MONDAY
    assert not NEVER.is_open(MONDAY)


@pytest.mark.parametrize("amount", [timedelta.max, timedelta.min, timedelta(days=365 * 9000)])
def test_an_amount_beyond_all_years_overflows_at_once(amount: timedelta) -> None:
    with pytest.raises(OverflowError):
        OFFICE.add(MONDAY, amount)


@pytest.mark.parametrize(
    ("hours", "reason"),
    [
        (
            {0: [(time(9), time(12)), (time(11), time(13))]},
            "Monday 09:00 to Monday 12:00 overlap those from Monday 11:00",
        ),
        (
            {0: [(time(22), time(6))], 1: [(time(5), time(12))]},
            "Monday 22:00 to Tuesday 06:00 overlap .* Tuesday 05:00",
        ),
        (
            {0: [(time(5), time(12))], 6: [(time(22), time(6))]},
            "Sunday 22:00 to Monday 06:00 overlap .* Monday 05:00",
        ),
        ({0: [(time(0), time(0)), (time(9), time(17))]}, "Monday 00:00 to Tuesday 00:00 overlap"),
        ({7: NINE_TO_FIVE}, "A weekday is 0"),
        ({0: [(time(9, tzinfo=UTC), time(17, tzinfo=UTC))]}, "their times name none"),
    ],
)
def test_impossible_hours_are_refused_in_words(
    hours: dict[int, list[tuple[time, time]]], reason: str
) -> None:
    with pytest.raises(InvalidCalendar, match=reason):
        Calendar("UTC", hours, [])


@pytest.mark.parametrize(
    "zone", ["", "Mars/Olympus", "../etc/passwd", "America", "UTC\0", "\ud800", "x" * 5000]
)
def test_an_unknown_zone_is_refused_in_words(zone: str) -> None:
    with pytest.raises(InvalidCalendar, match="There is no time zone"):
        Calendar(zone, {0: NINE_TO_FIVE}, [])


@pytest.mark.parametrize("day", [MONDAY, "2026-11-23"])
def test_a_holiday_that_is_no_date_is_refused_in_words(day: date) -> None:
    with pytest.raises(InvalidCalendar, match="A holiday is a date"):
        Calendar("UTC", {0: NINE_TO_FIVE}, [day])


def test_calendars_that_say_the_same_are_the_same() -> None:
    shifts = [(time(13), time(17)), (time(9), time(12))]
    days = [date(2026, 12, 25), date(2026, 12, 25)]

    one, other = (
        Calendar("UTC", {3: shifts, 1: shifts, 2: []}, days),
        Calendar("UTC", {1: shifts[::-1], 3: shifts}, days),
    )

    assert one == other
    assert hash(one) == hash(other)
    assert one != Calendar("UTC", {1: shifts}, days)


def test_a_calendar_does_not_change_with_what_it_was_made_from() -> None:
    hours = {0: [(time(9), time(17))]}
    calendar = Calendar("UTC", hours, [])

    hours[0].clear()

    assert calendar.next_open(MONDAY) == MONDAY.replace(hour=9)


def through_a_cache(calendar: Calendar) -> Calendar:
    read: Calendar = pickle.loads(pickle.dumps(calendar))  # noqa: S301 - our own bytes
    return read


@pytest.mark.parametrize("copied", [copy.deepcopy, through_a_cache])
def test_a_copy_is_the_same_calendar(copied: Callable[[Calendar], Calendar]) -> None:
    assert copied(OFFICE) == OFFICE
