"""Which promise applies to a hand-off, when it is due, and where a pause or another promise moves that (SL-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from routing.domain import ladder
from routing.domain.business_time import Calendar
from routing.domain.ladder import Step

OUTBOUND = frozenset({"P3", "P4"})
"""Priorities of whom nobody heard from: no first response is owed, and the review alone is clocked (LC-9)."""


@dataclass(frozen=True)
class Promise:
    """A service level as values; an empty tier or priority fits all."""

    id: int
    clock: str
    tier: str
    priority: str
    target: timedelta
    in_business_time: bool
    ladder: tuple[Step, ...] = ()

    @cached_property
    def course(self) -> tuple[Step, ...]:
        """What is to happen while a clock runs on it: its warnings and its ladder, in order."""
        return tuple(ladder.with_warnings(self.ladder, target=self.target))


def strictest(promises: Sequence[Promise], *, clock: str, tier: str, priority: str) -> Promise | None:
    """The promise with the shortest target among those that fit; None when none was made."""
    fitting = [
        promise
        for promise in promises
        if promise.clock == clock and promise.tier in ("", tier) and promise.priority in ("", priority)
    ]
    return min(fitting, key=lambda promise: promise.target, default=None)


def due_at(promise: Promise, start: datetime, calendar: Calendar) -> datetime:
    """When the promise that began at `start` is over."""
    return after(start, promise.target, calendar if promise.in_business_time else None)


def after(start: datetime, span: timedelta, calendar: Calendar | None) -> datetime:
    """The instant so long after `start`, or before it, in business time or, without a calendar, in wall time."""
    return start + span if calendar is None else calendar.add(start, span)


def between(start: datetime, end: datetime, calendar: Calendar | None) -> timedelta:
    """How much of the clock's own time passes from `start` to `end`."""
    return end - start if calendar is None else calendar.between(start, end)


def moved(due: datetime, *, runs_from: datetime, instead_of: datetime, calendar: Calendar | None) -> datetime:
    """Where a due time comes to lie when its clock runs on from `runs_from`, and not from `instead_of` (SL-6).

    What remained then remains now: a pause of no business time moves nothing, and ending one early moves it back.
    """
    return after(runs_from, between(instead_of, due, calendar), calendar)


def chosen_anew(
    *,
    started_at: datetime,
    due: datetime,
    paused: timedelta,
    promise: Promise,
    calendar: Calendar,
    now: datetime,
) -> datetime:
    """When a running clock is due that another promise now covers (SL-15).

    A looser promise counts from the start, as if it had always been made, with what was paused on top. A stricter one
    counts from now, for nobody can keep a promise made after the fact, and is never later than what was promised;
    `now` is when it runs again where it stands still.
    """
    own = calendar if promise.in_business_time else None
    from_start = after(started_at, promise.target + paused, own)
    return from_start if from_start >= due else min(due, after(now, promise.target, own))
