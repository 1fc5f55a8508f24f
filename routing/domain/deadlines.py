"""Which promise applies to a hand-off, and when it is due (SL-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from routing.domain.business_time import Calendar


@dataclass(frozen=True)
class Promise:
    """A service level as values; an empty tier or priority fits all."""

    id: int
    clock: str
    tier: str
    priority: str
    target: timedelta
    in_business_time: bool


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
    if promise.in_business_time:
        return calendar.add(start, promise.target)
    return start + promise.target
