"""Says how long a promise runs, in the unit that people would choose, and reads it back."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum


class Unit(StrEnum):
    """What an amount of time is counted in; a day is 24 hours of the clock's own time."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"


_LENGTHS = {
    Unit.DAYS: timedelta(days=1),
    Unit.HOURS: timedelta(hours=1),
    Unit.MINUTES: timedelta(minutes=1),
}


def of(amount: int, unit: Unit) -> timedelta:
    """The span of so many units."""
    return amount * _LENGTHS[unit]


def in_unit(span: timedelta) -> tuple[int, Unit]:
    """The span in the largest unit that counts it whole; one day stays 24 hours, an hour 60 minutes.

    Seconds, which no promise is made in, are rounded up to a minute.
    """
    for unit in (Unit.DAYS, Unit.HOURS):
        if span >= 2 * _LENGTHS[unit] and not span % _LENGTHS[unit]:
            return span // _LENGTHS[unit], unit
    return -(-span // _LENGTHS[Unit.MINUTES]), Unit.MINUTES


def in_words(span: timedelta) -> str:
    """The span for reading: 30 minutes, 4 hours, 3 days."""
    amount, unit = in_unit(span)
    return f"{amount} {unit if amount != 1 else unit.removesuffix('s')}"


def in_short(span: timedelta) -> str:
    """The span in few letters: 5 min, 90 min, 4 h."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 120 and minutes % 60:  # noqa: PLR2004 - under two hours minutes read better
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes / 60:.1f} h"
