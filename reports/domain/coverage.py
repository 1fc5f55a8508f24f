"""Which days of a period its roll-ups answer, and which are left to the rows."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from reports.domain.periods import DAY, Period, monday_of


@dataclass(frozen=True)
class Coverage:
    """Days that were counted and not touched since, and spans of days that were not; each day is in one of them."""

    counted: frozenset[date]
    uncounted: tuple[tuple[date, date], ...]

    @property
    def mondays(self) -> set[date]:
        """The weeks in which counted days lie."""
        return {monday_of(day) for day in self.counted}


def cover(period: Period, *, filled: AbstractSet[date], touched: AbstractSet[date]) -> Coverage:
    """Split the period by the filled weeks (their Mondays) and the days touched since."""
    days = [period.first + number * DAY for number in range((period.last - period.first).days + 1)]
    counted = frozenset(day for day in days if monday_of(day) in filled and day not in touched)
    return Coverage(counted, _spans([day for day in days if day not in counted]))


def _spans(days: list[date]) -> tuple[tuple[date, date], ...]:
    """Days in order as spans without a gap, first and last day included."""
    spans: list[tuple[date, date]] = []
    for day in days:
        if spans and spans[-1][1] + DAY == day:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return tuple(spans)
