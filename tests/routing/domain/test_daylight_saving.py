"""Business time over every clock change of eight zones equals a walk through minutes and seconds (P21)."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import accumulate, groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from routing.domain.business_time import Calendar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
STARTS = 100
CHANGES_OF_2024_AND_2025 = {  # later ones are for governments to decide, and they do
    "America/New_York": 4,
    "Europe/Berlin": 4,
    "Europe/London": 4,
    "Australia/Lord_Howe": 4,
    "Pacific/Apia": 0,
    "Asia/Kathmandu": 0,
    "Africa/Casablanca": 4,
    "UTC": 0,
}
ZONES = tuple(CHANGES_OF_2024_AND_2025)


class Pace(NamedTuple):
    """How far a walk goes with each step, and how many it takes, half before the change and half after."""

    step: timedelta
    steps: int


MINUTES = Pace(timedelta(minutes=1), 6 * 24 * 60)
SECONDS = Pace(timedelta(seconds=1), 4 * 60 * 60)

Week = Mapping[int, Sequence[tuple[time, time]]]


def every_day(*spans: tuple[time, time]) -> Week:
    return dict.fromkeys(range(7), spans)


SCHEDULES: dict[str, Week] = {
    "office hours": dict.fromkeys(range(5), ((time(9), time(17)),)),
    "two shifts a day": every_day((time(8), time(12)), (time(13), time(18, 30))),
    "nights": every_day((time(22), time(6))),
    "whole days": every_day((time(0), time(0))),
    "days from six to six": every_day((time(6), time(6))),
    "only the hour that is skipped": every_day((time(2), time(3))),
    "edges inside the repeated hour": every_day(
        (time(0, 20), time(1, 15)),
        (time(1, 35), time(1, 50)),
        (time(1, 55), time(2, 10)),
        (time(2, 40), time(3)),
    ),
    "nights that end inside the repeated hour": every_day(
        (time(23, 30), time(1, 40)), (time(2, 20), time(4))
    ),
}
TO_THE_SECOND = every_day(
    (time(23, 0, 1), time(0, 59, 59)), (time(1, 29, 59), time(1, 45, 7)), (time(1, 45, 8), time(2, 30, 1))
)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """The minutes of 2024 to 2027 at which the zone's offset from UTC changes."""
    hours = [FIRST + HOUR * number for number in range((LAST - FIRST) // HOUR)]
    late = [hour for hour in hours if offset(zone, hour) != offset(zone, hour + HOUR)]
    minutes = (hour + MINUTES.step * number for hour in late for number in range(1, 61))
    return tuple(at for at in minutes if offset(zone, at - MINUTES.step) != offset(zone, at))


def offset(zone: str, at: datetime) -> timedelta | None:
    return at.astimezone(ZoneInfo(zone)).utcoffset()


def moments(zone: str) -> tuple[datetime, ...]:
    """Every change of the zone; the turns of the year where its clock never changes."""
    return changes(zone) or tuple(datetime(year, 1, 1, tzinfo=UTC) for year in (2024, 2025, 2026, 2027))


@cache
def wall_clock(zone: str, moment: datetime, pace: Pace) -> list[datetime]:
    begin = moment - pace.step * (pace.steps // 2)
    return [(begin + pace.step * number).astimezone(ZoneInfo(zone)) for number in range(pace.steps)]


def shows_open(local: datetime, week: Week, holidays: set[date]) -> bool:
    """Whether this time of this day is within the hours, or still within the night before."""
    clock, today = local.time(), local.date()
    yesterday = today - DAY
    return (
        today not in holidays
        and any(
            start <= clock and (clock < end or end <= start) for start, end in week.get(today.weekday(), ())
        )
    ) or (
        yesterday not in holidays
        and any(end <= start and clock < end for start, end in week.get(yesterday.weekday(), ()))
    )


@dataclass(frozen=True)
class Walk:
    """Counts the open steps, one by one, from `begin` on."""

    begin: datetime
    step: timedelta
    is_open: list[bool]
    passed: list[int]
    open_steps: list[int]

    def at(self, number: int) -> datetime:
        return self.begin + self.step * number

    def add(self, number: int, amount: int) -> datetime:
        """The end of the last of `amount` open steps from here; back, the beginning of the last one."""
        nearest = self.passed[number] + amount
        return self.at(self.open_steps[nearest - 1] + 1 if amount > 0 else self.open_steps[nearest])

    def between(self, number: int, other: int) -> timedelta:
        return self.step * (self.passed[other] - self.passed[number])

    def next_open(self, number: int) -> datetime:
        return self.at(self.open_steps[self.passed[number]])

    def spans(self) -> list[tuple[datetime, datetime]]:
        runs = [
            list(run)
            for is_open, run in groupby(range(len(self.is_open)), self.is_open.__getitem__)
            if is_open
        ]
        return [(self.at(run[0]), self.at(run[-1] + 1)) for run in runs]


def walk(clock: list[datetime], step: timedelta, calendar: Calendar) -> Walk:
    is_open = [shows_open(local, calendar.hours, set(calendar.holidays)) for local in clock]
    open_steps = [number for number, flag in enumerate(is_open) if flag]
    return Walk(clock[0].astimezone(UTC), step, is_open, [0, *accumulate(is_open)], open_steps)


def starts(steps: int, dice: random.Random) -> list[int]:
    """Half of them anywhere, half within the middle tenth, about the change."""
    middle = range(steps * 45 // 100, steps * 55 // 100)
    return [*dice.choices(range(steps), k=STARTS // 2), *dice.choices(middle, k=STARTS // 2)]


def differences(calendar: Calendar, walked: Walk, dice: random.Random) -> Iterator[tuple[object, ...]]:
    """Where the calendar and the walk disagree: the question, the calendar's answer, the walk's."""
    steps, total = len(walked.is_open), walked.passed[-1]
    for number in starts(steps, dice):
        start, passed, other = walked.at(number), walked.passed[number], dice.randrange(steps)
        answers: list[tuple[object, object, object]] = [
            ("is_open", calendar.is_open(start), walked.is_open[number]),
            ("between", calendar.between(start, walked.at(other)), walked.between(number, other)),
        ]
        if passed < total:
            amount = dice.randint(1, total - passed)
            answers.append(("next_open", calendar.next_open(start), walked.next_open(number)))
            answers.append((amount, calendar.add(start, walked.step * amount), walked.add(number, amount)))
        if passed:
            amount = -dice.randint(1, passed)
            answers.append((amount, calendar.add(start, walked.step * amount), walked.add(number, amount)))
        yield from ((start, *answer) for answer in answers if answer[1] != answer[2])
    spans = calendar.spans(walked.at(0), walked.at(steps))
    yield from ((span,) for span in set(spans) ^ set(walked.spans()))


def all_differences(calendar: Calendar, pace: Pace) -> list[tuple[object, ...]]:
    dice = random.Random(calendar.zone)
    clocks = [wall_clock(calendar.zone, moment, pace) for moment in moments(calendar.zone)]
    return [
        found for clock in clocks for found in differences(calendar, walk(clock, pace.step, calendar), dice)
    ]


@pytest.mark.parametrize(("zone", "expected"), CHANGES_OF_2024_AND_2025.items())
def test_the_scan_finds_every_change_of_the_clock(zone: str, expected: int) -> None:
    assert len([at for at in changes(zone) if at.year < 2026]) == expected


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("zone", ZONES)
def test_business_time_equals_a_walk_through_the_minutes(zone: str, schedule: str) -> None:
    calendar = Calendar(zone, SCHEDULES[schedule], [])

    found = all_differences(calendar, MINUTES)

    assert found == []


@pytest.mark.parametrize("zone", ZONES)
def test_holidays_on_the_day_of_the_change_equal_the_walk(zone: str) -> None:
    days = [moment.astimezone(ZoneInfo(zone)).date() for moment in moments(zone)]
    calendar = Calendar(zone, SCHEDULES["nights that end inside the repeated hour"], days)

    found = all_differences(calendar, MINUTES)

    assert found == []


@pytest.mark.parametrize("zone", ZONES)
def test_business_time_equals_a_walk_through_the_seconds(zone: str) -> None:
    calendar = Calendar(zone, TO_THE_SECOND, [])

    found = all_differences(calendar, SECONDS)

    assert found == []


def test_a_local_hour_that_is_skipped_contributes_nothing() -> None:
    calendar = Calendar("America/New_York", {6: [(time(1), time(4))]}, [])

    spring = calendar.spans(datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))

    assert spring == [(datetime(2026, 3, 8, 6, tzinfo=UTC), datetime(2026, 3, 8, 8, tzinfo=UTC))]


def test_a_local_hour_that_is_repeated_counts_twice() -> None:
    calendar = Calendar("America/New_York", {6: [(time(1, 30), time(2, 30))]}, [])

    autumn = calendar.spans(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))

    assert autumn == [
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)),
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, 30, tzinfo=UTC)),
    ]


def test_a_start_in_either_pass_of_a_repeated_hour_is_told_apart() -> None:
    calendar = Calendar("Europe/Berlin", SCHEDULES["whole days"], [])
    first = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    assert calendar.between(first, first.replace(fold=1)) == HOUR


@pytest.mark.parametrize(("day", "length"), [(date(2026, 4, 5), 24.5), (date(2026, 10, 4), 23.5)])
def test_a_whole_day_on_lord_howe_is_half_an_hour_longer_or_shorter(day: date, length: float) -> None:
    calendar = Calendar("Australia/Lord_Howe", {6: [(time(0), time(0))]}, [])
    midday = datetime.combine(day, time(2), UTC)

    assert calendar.between(midday - 2 * DAY, midday + 2 * DAY) == timedelta(hours=length)


def test_the_friday_that_samoa_skipped_had_no_hours() -> None:
    calendar = Calendar("Pacific/Apia", {4: [(time(0), time(0))]}, [])

    opening = calendar.next_open(datetime(2011, 12, 24, 12, tzinfo=UTC))

    assert opening == datetime(2012, 1, 6, tzinfo=ZoneInfo("Pacific/Apia"))
