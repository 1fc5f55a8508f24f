"""Says which follow-ups of a cadence are due when, and what of it consent forbids: pure, on working days alone (QU-6).

Days are working days of the rep's calendar, counted from the first on which anything can be done: so no step falls on
a weekend or a holiday, no two days of a cadence fall together, and what is a day apart stays at least a day apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

from routing.domain.business_time import Calendar, NeverOpen

LONGEST_CLOSURE = 366
LONGEST = 60
"""The last day that a cadence may have."""
WRITTEN = frozenset({"EMAIL", "LINKEDIN"})
"""What reaches a person in writing, which an unsubscribe forbids; a call it does not."""
ANSWERS = frozenset({"REACHED", "REPLIED"})
"""Outcomes of an attempt after which nobody goes on writing as if there had been no answer."""
CAME_BACK = frozenset({"demo_request", "contact_request", "call_request", "pricing_request", "chat"})
"""Signals by which the person speaks to us, and so stops a cadence that writes to them."""
LATER = timedelta(hours=2)


@dataclass(frozen=True)
class Step:
    """One thing to do on one day."""

    day: int
    channel: str


@dataclass(frozen=True)
class Due:
    """On which day something falls, by the calendar's zone, and the instant by which it is to be done."""

    on: date
    at: datetime


@dataclass(frozen=True)
class Contact:
    """What is known of how a person may be reached."""

    has_email: bool
    opted_out: bool
    bought: bool


def schedule(
    steps: Sequence[Step], *, start: datetime, calendar: Calendar, first_due: datetime | None = None
) -> list[Due]:
    """When each step is due, in the order given; `first_due` is the running clock, which the first day obeys.

    What is due on a later day is due by the end of its hours. Raises NeverOpen for a calendar without working days.
    """
    days = _working_days(calendar, start, count=1 + max((step.day for step in steps), default=0))
    return [_due(days[step.day], step, start=start, calendar=calendar, first_due=first_due) for step in steps]


def day_of(number: int, *, start: datetime, calendar: Calendar) -> Due:
    """The end of working day `number` of what begins at `start`. Raises NeverOpen."""
    days = _working_days(calendar, start, count=number + 1)
    return Due(days[number], _closing(days[number], calendar))


def in_days(number: int, *, start: datetime, calendar: Calendar) -> Due:
    """The first working day `number` days of the calendar on the wall from `start`, by its end. Raises NeverOpen."""
    there = start.astimezone(ZoneInfo(calendar.zone)).date() + timedelta(days=number)
    day = next(_open_days(calendar, there))
    return Due(day, _closing(day, calendar))


def soon(*, start: datetime, calendar: Calendar) -> Due:
    """The end of this working day, or of the next one where it is over. Raises NeverOpen."""
    today = in_days(0, start=start, calendar=calendar)
    return today if today.at > start else in_days(1, start=start, calendar=calendar)


def at(moment: datetime, *, calendar: Calendar) -> Due:
    """What is asked for by that very moment, on its day by the calendar's zone."""
    return Due(moment.astimezone(ZoneInfo(calendar.zone)).date(), moment)


def why_not(channel: str, contact: Contact) -> str:
    """Why the person is not to be contacted that way, in words; empty where they may be."""
    if channel in WRITTEN and contact.opted_out:
        return "they asked for no more mail"
    if channel in WRITTEN and contact.bought:
        return "the contact was bought, and nobody asked for mail"
    if channel == "EMAIL" and not contact.has_email:
        return "there is no e-mail address"
    return ""


def later(now: datetime, *, end_of_day: datetime) -> datetime:
    """When a task comes back that is put off within the day: in two hours, and before the day is over."""
    return max(now, min(now + LATER, end_of_day))


def _due(day: date, step: Step, *, start: datetime, calendar: Calendar, first_due: datetime | None) -> Due:
    if step.day == 0 and first_due is not None:
        return at(max(first_due, start), calendar=calendar)
    return Due(day, _closing(day, calendar))


def _working_days(calendar: Calendar, start: datetime, *, count: int) -> tuple[date, ...]:
    """The first `count` working days from the next opening on."""
    first = calendar.next_open(start).astimezone(ZoneInfo(calendar.zone)).date()
    return _first_open_days(calendar, first, count)


@lru_cache(maxsize=4096)
def _first_open_days(calendar: Calendar, first: date, count: int) -> tuple[date, ...]:
    return tuple(islice(_open_days(calendar, first), count))


def _open_days(calendar: Calendar, first: date) -> Iterator[date]:
    """Every day from `first` on whose own hours open it; a night shift belongs to the day on which it begins."""
    day, closed = first, 0
    while closed < LONGEST_CLOSURE:
        if day not in calendar.holidays and calendar.hours.get(day.weekday()):
            yield day
            closed = 0
        else:
            closed += 1
        day += timedelta(days=1)
    raise NeverOpen(f"The calendar in {calendar.zone} has no working day for a year.")


@lru_cache(maxsize=4096)
def _closing(day: date, calendar: Calendar) -> datetime:
    """The end of the hours that the day has before midnight."""
    zone = ZoneInfo(calendar.zone)
    begins, ends = (datetime.combine(one, time(), tzinfo=zone) for one in (day, day + timedelta(days=1)))
    spans = calendar.spans(begins, ends)
    return spans[-1][1] if spans else ends.astimezone(UTC)
