"""Engagement of many leads after each of their touches at once, to the digit what `engagement` says touch by touch.

Columns of numbers instead of objects: a million touches take a second. Whatever came to be known out of the order of
weeks is handed to `engagement` itself, one touch after another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scoring.domain import engagement
from scoring.domain.engagement import HIGHEST, Behaviour
from scoring.domain.model import Model
from scoring.domain.touches import DEEPEST, Touch, worth

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Flags = NDArray[np.bool_]
UNIX = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Touches:
    """Signals of many leads: a column each, a lead's together, in the order in which they became known.

    Instants are microseconds since 1970; `kind` is a place in `kinds`; `week` is the decay week in which the signal
    occurred, `known_week` the one in which it became known, never an earlier one.
    """

    kinds: tuple[str, ...]
    lead: Whole
    kind: Whole
    depth: Whole
    occurred_at: Whole
    known_at: Whole
    week: Whole
    known_week: Whole

    def __len__(self) -> int:
        return len(self.lead)

    def spans(self) -> list[tuple[int, int]]:
        """Where each lead's touches begin and end."""
        starts = np.flatnonzero(_changes(self.lead))
        return list(zip(starts.tolist(), [*starts[1:].tolist(), len(self)], strict=True))

    def some(self, chosen: Flags) -> Touches:
        """Only the touches that are chosen."""
        columns = [getattr(self, each.name)[chosen] for each in fields(self)[1:]]
        return Touches(self.kinds, *columns)

    def touch(self, place: int) -> Touch:
        """One of them as the other rules take it; whoever asks again is handed the same."""
        made = self._made.get(place)
        if made is None:
            kind, week, depth = self.kinds[self.kind[place]], int(self.week[place]), int(self.depth[place])
            made = Touch(kind, instant(int(self.occurred_at[place])), week, depth)
            self._made[place] = made
        return made

    @cached_property
    def by_week_and_kind(self) -> tuple[Whole, Flags]:
        """The places in order of lead, week and kind, and where in it one of these changes."""
        lead = np.cumsum(_changes(self.lead))
        week = self.week - self.week.min()
        cell = (lead * (week.max() + 1) + week) * len(self.kinds) + self.kind
        order = np.argsort(cell, kind="stable")
        return order, _changes(cell[order])

    @cached_property
    def _made(self) -> dict[int, Touch]:
        return {}


def engagement_after(touches: Touches, model: Model) -> Real:
    """The engagement of each touch's lead, 0 to 100, at the moment when the touch had just become known."""
    if not len(touches):
        return np.empty(0)
    scores = _in_order(touches, model)
    for begin, end in _out_of_order(touches):
        scores[begin:end] = [
            engagement_known(touches, begin, place, week=int(touches.known_week[place]), model=model)
            for place in range(begin, end)
        ]
    return scores


def engagement_known(touches: Touches, first: int, last: int, *, week: int, model: Model) -> float:
    """The engagement in `week` after a lead's touches `first` to `last`, reckoned by `engagement` itself."""
    known = [touches.touch(place) for place in range(first, last + 1)]
    decay = model.decay(week)
    return engagement.engagement_in(engagement.store(known, model.behaviours, decay), week, decay)


def faded(scores: Real, weeks: Whole, silent: Whole, *, model: Model) -> Real:
    """Sums after `weeks` of decay and `silent` weeks without a touch, as scores from 0 to 100."""
    shown = np.clip(np.round(scores * np.power(model.decay_factor, weeks), engagement.DIGITS), 0, HIGHEST)
    return np.where(silent >= model.inactivity_weeks, 0.0, shown)


def of_kinds(touches: Touches, kinds: set[str]) -> Flags:
    """Which touches are of one of these kinds."""
    chosen = np.array([kind in kinds for kind in touches.kinds], dtype=bool)
    return chosen[touches.kind]


def microseconds(at: datetime) -> int:
    """An aware instant as a number, exactly."""
    return (at - UNIX) // MICROSECOND


def instant(number: int) -> datetime:
    """The instant of a number of microseconds, in UTC."""
    return UNIX + timedelta(microseconds=number)


def _in_order(touches: Touches, model: Model) -> Real:
    """What decays from week to week is carried from one week of a lead to its next, then added to within the week."""
    gains: Real = _capped_gains(touches, model)
    opens_week = _changes(touches.lead) | _changes(touches.week)
    starts = np.flatnonzero(opens_week)
    week_of_touch = np.cumsum(opens_week) - 1
    gained: Real = np.add.reduceat(gains, starts)
    carried = _carried(touches.lead[starts], touches.week[starts], gained, model=model)
    within = _running(gains, starts, week_of_touch)
    age = touches.known_week - touches.week
    return faded(carried[week_of_touch] + within, age, age, model=model)


def _carried(leads: Whole, weeks: Whole, gains: Real, *, model: Model) -> Real:
    """What each week of a lead begins with: all leads' first weeks at once, then their second, and so on."""
    firsts = _changes(leads)
    rank = np.arange(len(leads)) - np.flatnonzero(firsts)[np.cumsum(firsts) - 1]
    by_rank = np.argsort(rank, kind="stable")
    turns = np.split(by_rank, np.cumsum(np.bincount(rank))[:-1])
    carried = np.zeros(len(leads))
    for turn in turns[1:]:
        gap = weeks[turn] - weeks[turn - 1]
        kept = (carried[turn - 1] + gains[turn - 1]) * np.power(model.decay_factor, np.maximum(gap, 0))
        carried[turn] = np.where(gap >= model.inactivity_weeks, 0.0, kept)
    return carried


def _capped_gains(touches: Touches, model: Model) -> Real:
    """What each touch added to its week and type, once the weekly cap had cut it."""
    rules = [model.behaviours.get(kind) for kind in touches.kinds]
    worths = np.array([_worths(rule) for rule in rules])
    caps = np.array([_cap(rule) for rule in rules])
    gross: Real = worths[touches.kind, np.clip(touches.depth, 0, DEEPEST)]
    order, opens = touches.by_week_and_kind
    kind = touches.kind[order]
    starts = np.flatnonzero(opens)
    raw = _running(gross[order], starts, np.cumsum(opens) - 1)
    capped = np.clip(raw, -caps[kind], caps[kind])
    before = np.where(opens, 0.0, np.concatenate(([0.0], capped[:-1])))
    gains = np.empty(len(touches))
    gains[order] = capped - before
    return gains


def _worths(rule: Behaviour | None) -> list[float]:
    """Of a touch of each depth."""
    return [worth(rule, depth) if rule else 0.0 for depth in range(DEEPEST + 1)]


def _cap(rule: Behaviour | None) -> float:
    return np.inf if rule is None or rule.weekly_cap is None else rule.weekly_cap


def _running(values: Real, starts: Whole, group: Whole) -> Real:
    """Sums within each group so far, itself included."""
    total = np.cumsum(values)
    before = np.concatenate(([0.0], total))[starts]
    return np.asarray(total - before[group], dtype=np.float64)


def _out_of_order(touches: Touches) -> Iterator[tuple[int, int]]:
    """The spans of leads of whom something of an earlier week became known after something of a later one."""
    back = np.flatnonzero((np.diff(touches.week) < 0) & (np.diff(touches.lead) == 0)) + 1
    late = set(touches.lead[back].tolist())
    return (span for span in touches.spans() if int(touches.lead[span[0]]) in late) if late else iter(())


def _changes(column: Whole) -> Flags:
    """Where a column differs from the row before; the first row does."""
    return np.concatenate(([True], column[1:] != column[:-1]))
