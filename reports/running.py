"""What runs at this moment, by every division of the compliance page: from columns, and from rows where touched since.

Read it inside `snapshot.one_moment`, so that columns, marks and rows agree.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from leads.models import User
from reports import clock_columns, rolled, running_rollups, unpacked
from reports.clock_columns import BUCKET, STATES, RunningClocks, microseconds
from reports.divisions import Live
from reports.domain.periods import Period
from reports.domain.selection import Selection
from reports.measures import FILTERED
from reports.models import TouchedClocks
from reports.packing import Column


@dataclass(frozen=True)
class Running:
    """The running clocks of a period, each with its state; the counts are running, at risk among them, and overdue."""

    period: Period
    parts: Sequence[tuple[RunningClocks, Column]]

    def by_kind(self) -> dict[str, list[int]]:
        """The counts of each kind that runs."""
        return {kind: _told(counts) for kind, counts in _sums("kind", self.parts).items()}

    def divided(self, kind: str) -> Iterator[Live]:
        """The counts of the clocks of one kind, by each of their divisions."""
        of_kind = [(clocks.having("kind", [kind]), clocks, states) for clocks, states in self.parts]
        parts = [(clocks.where(true), states[true]) for true, clocks, states in of_kind if true.any()]
        for name in FILTERED:
            for key, counts in _sums(name, parts).items():
                yield Live(name, key, _told(counts))
        total = np.zeros(STATES, dtype=np.intp)
        for monday, counts in self._by_week(parts).items():
            total += counts
            yield Live("week", monday, _told(counts))
        yield Live("total", "", _told(total))

    def _by_week(self, parts: Iterable[tuple[RunningClocks, Column]]) -> dict[date, Column]:
        mondays = self.period.week_starts
        starts = [microseconds(start) for start in mondays.values()]
        sums = np.zeros((len(mondays), STATES), dtype=np.intp)
        for clocks, states in parts:
            weeks = np.searchsorted(starts, clocks.started, side="right") - 1
            sums += clock_columns.counted(weeks, states, len(mondays))
        return dict(zip(mondays, sums, strict=True))


def of(selection: Selection, *, user: User, now: datetime) -> Running:
    """What runs of the selection, of every kind, of what `user` may see, as it stands at `now`."""
    is_chosen = rolled.chosen_of(selection, user=user)
    since, until = microseconds(selection.period.starts_at), microseconds(selection.period.ends_at)
    parts = []
    for clocks in _known():
        true = (clocks.started >= since) & (clocks.started < until) & is_chosen(clocks)
        found = clocks if true.all() else clocks.where(true)
        if len(found):
            parts.append((found, found.states(now)))
    return Running(selection.period, parts)


def _known() -> Iterator[RunningClocks]:
    """Every clock that runs: the columns without what was touched since, and that from the rows."""
    touched = list(TouchedClocks.objects.values_list("bucket", flat=True).distinct())
    marks = np.array(touched, dtype=np.int64)
    for clocks in unpacked.running():
        still = ~np.isin(clocks.id >> BUCKET, marks) if touched else np.ones(len(clocks), dtype=bool)
        yield clocks if still.all() else clocks.where(still)
    if touched:
        yield running_rollups.in_buckets(touched)


def _sums(dimension: str, parts: Iterable[tuple[RunningClocks, Column]]) -> dict[str, Column]:
    found: dict[str, Column] = defaultdict(lambda: np.zeros(STATES, dtype=np.intp))
    for clocks, states in parts:
        for key, counts in clocks.counts(dimension, states):
            found[key] += counts
    return found


def _told(counts: Column) -> list[int]:
    in_time, at_risk, overdue = counts.tolist()
    return [in_time + at_risk, at_risk, overdue]
