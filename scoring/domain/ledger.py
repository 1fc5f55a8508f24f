"""Tells how engagement came about as a ledger whose lines add up to the score, exactly, at any instant (SC-22).

It is derived, never stored: from the touches, the calendar's Mondays and the versions in the order in which they
took over. Amounts are decimals of nine digits, as scores are rounded, so that nothing is lost in adding them up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from math import fsum, isclose
from operator import itemgetter
from typing import Any

from scoring.domain.engagement import HIGHEST, Touch, stored_of, unlimited_in
from scoring.domain.model import Model
from scoring.domain.touches import WeekSum, capped, is_silent, points_of, since_silence
from scoring.domain.weeks import week_of, week_start

NOTHING = Decimal(0)
MOST = Decimal(int(HIGHEST))


class Kind(StrEnum):
    """What moves an engagement score."""

    POINTS = "points"
    DECAY = "decay"
    GUARD = "guard"
    RESCORE = "re-score"
    MERGE = "merge"
    LIMIT = "limit"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One change of the score: when and why, by how much, and the score after it.

    `worth` is what the signal would bring without its weekly cap; `version` the scorecard that reckons the line.
    """

    at: datetime
    kind: Kind
    amount: Decimal
    balance: Decimal
    version: int
    type: str = ""
    label: str = ""
    worth: float = 0.0
    capped: bool = False


@dataclass(frozen=True)
class Took:
    """A version took over at an instant."""

    at: datetime
    model: Model


@dataclass(frozen=True)
class Came:
    """What another lead had done came over at an instant, as it turned out to be the same person."""

    at: datetime
    touches: tuple[Touch, ...]


def ledger(
    touches: Iterable[Touch],
    versions: Sequence[Took],
    *,
    until: datetime,
    zone: str,
    epoch: int,
    came: Sequence[Came] = (),
) -> tuple[Line, ...]:
    """Every change of engagement up to `until`, oldest first; the first version reckons what came before it.

    `versions` are in the order in which they took over, at least one. A late signal stands at its own time, and
    what came over from a merged lead, which is not among `touches`, at the time of the merge.
    """
    events = _events(list(touches), versions, came, until=until)
    if not events:
        return ()
    begun = events[0][0]
    week = week_of(begun, zone)
    book = _Book(in_force(versions, begun), week=week, epoch=epoch)
    mondays = [
        (at, _ORDER.index(_Monday), _Monday(at, each))
        for each in range(week + 1, week_of(until, zone) + 1)
        if (at := week_start(each, zone))
    ]
    for *_, event in sorted([*mondays, *events], key=itemgetter(0, 1)):
        book.enter(event)
    return tuple(book.lines)


def score_at(lines: Iterable[Line], at: datetime) -> Decimal:
    """The score at an instant: the sum of the lines until then."""
    return sum((line.amount for line in lines if line.at <= at), NOTHING)


def in_force(versions: Sequence[Took], at: datetime) -> Model:
    """The model that scored at an instant; before the first one took over, the first."""
    past = [took.model for took in versions if took.at <= at]
    return past[-1] if past else versions[0].model


@dataclass(frozen=True)
class _Monday:
    at: datetime
    week: int


_Event = _Monday | Took | Came | Touch
_ORDER = (_Monday, Took, Came, Touch)
"""At one instant a week begins before a version takes over before a signal counts."""

_Placed = tuple[datetime, int, _Event]


def _events(
    touches: list[Touch], versions: Sequence[Took], came: Sequence[Came], *, until: datetime
) -> list[_Placed]:
    """What happens from the first signal on, with its place at one instant; the weeks come on top of it."""
    late = [touch for one in came for touch in one.touches if touch.occurred_at > one.at]
    own: list[_Placed] = [(touch.occurred_at, _ORDER.index(Touch), touch) for touch in (*touches, *late)]
    over: list[_Placed] = [(one.at, _ORDER.index(Came), one) for one in came]
    happened = [event for event in (*own, *over) if event[0] <= until]
    begun = min((at for at, *_ in happened), default=until)
    taken: list[_Placed] = [
        (took.at, _ORDER.index(Took), took) for took in versions if begun < took.at <= until
    ]
    return sorted([*happened, *taken], key=itemgetter(0, 1)) if happened else []


class _Book:
    """The ledger as it is written: what counts so far, and the score before it stops at 0 and 100."""

    def __init__(self, model: Model, *, week: int, epoch: int) -> None:
        self.lines: list[Line] = []
        self._model, self._decay, self._epoch = model, model.decay(epoch), epoch
        self._week = week
        self._last_week: int | None = None
        self._touches: list[Touch] = []
        self._points: dict[tuple[int, str], list[float]] = defaultdict(list)
        self._sums: dict[tuple[int, str], WeekSum] = {}
        self._unlimited = self._limit = NOTHING

    def enter(self, event: _Event) -> None:
        """What the event changes; an event that changes nothing leaves no line."""
        match event:
            case _Monday():
                self._begin_week(event)
            case Took():
                self._take_over(event)
            case Came():
                self._take_in(event)
            case Touch():
                self._count(event)

    def _begin_week(self, monday: _Monday) -> None:
        self._week = monday.week
        if self._unlimited:
            silent = is_silent(self._last_week, self._week, self._decay)
            self._write(monday.at, Kind.GUARD if silent else Kind.DECAY)

    def _take_over(self, took: Took) -> None:
        """The new version reckons every touch anew, those before it too."""
        self._model, self._decay = took.model, took.model.decay(self._epoch)
        self._reckon_anew(took.at, Kind.RESCORE)

    def _take_in(self, came: Came) -> None:
        """What came over counts as if it had always been this lead's."""
        self._touches += [touch for touch in came.touches if touch.occurred_at <= came.at]
        self._last_week = max((touch.week for touch in self._touches), default=None)
        self._reckon_anew(came.at, Kind.MERGE)

    def _reckon_anew(self, at: datetime, kind: Kind) -> None:
        self._forget()
        for touch in since_silence(self._touches, self._decay):
            self._put(touch)
        self._write(at, kind)

    def _count(self, touch: Touch) -> None:
        if is_silent(self._last_week, touch.week, self._decay):
            self._forget()
        self._last_week = touch.week
        self._touches.append(touch)
        before = self._capped(touch)
        worth = self._put(touch)
        if worth:
            brought = self._capped(touch) - before
            cut = not isclose(brought, worth, abs_tol=1e-9)
            self._write(touch.occurred_at, Kind.POINTS, touch=touch, worth=worth, capped=cut)

    def _put(self, touch: Touch) -> float:
        """Let the touch count in its week; what it is worth, 0 for a type that the model does not know."""
        behaviour = self._model.behaviours.get(touch.type)
        worth = 0.0 if behaviour is None else points_of(touch, behaviour)
        if behaviour is not None and worth:
            key = touch.week, touch.type
            points = self._points[key]
            points.append(worth)
            raw = fsum(points)
            self._sums[key] = WeekSum(
                touch.type, touch.week, len(points), raw, capped(raw, behaviour.weekly_cap)
            )
        return worth

    def _forget(self) -> None:
        self._points.clear()
        self._sums.clear()

    def _capped(self, touch: Touch) -> float:
        part = self._sums.get((touch.week, touch.type))
        return part.capped if part else 0.0

    def _reckoned(self) -> Decimal:
        """The score before it stops at 0 and 100, by the very arithmetic that stores and reads scores."""
        stored = stored_of(self._sums.values(), self._last_week, self._decay)
        return _exact(unlimited_in(stored, self._week, self._decay))

    def _write(
        self,
        at: datetime,
        kind: Kind,
        *,
        touch: Touch | None = None,
        worth: float = 0.0,
        capped: bool = False,
    ) -> None:
        """The line of the event and, where the score stops at 0 or 100, or no longer does, one that says so."""
        reckoned = self._reckoned()
        amount, self._unlimited = reckoned - self._unlimited, reckoned
        label = self._model.behaviours[touch.type].label if touch else ""
        if amount or capped:
            self._append(
                at, kind, amount, type=touch.type if touch else "", label=label, worth=worth, capped=capped
            )
        limit = min(max(reckoned, NOTHING), MOST) - reckoned
        if limit != self._limit:
            self._append(at, Kind.LIMIT, limit - self._limit)
            self._limit = limit

    def _append(self, at: datetime, kind: Kind, amount: Decimal, **told: Any) -> None:
        last = self.lines[-1].balance if self.lines else NOTHING
        version = self._model.version
        self.lines.append(
            Line(at=at, kind=kind, amount=amount, balance=last + amount, version=version, **told)
        )


def _exact(score: float) -> Decimal:
    return Decimal(repr(score))
