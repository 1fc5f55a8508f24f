"""What became of a promise, and how often it was kept: the states, the rate and when there is too little to judge."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TARGET = 0.9
ENOUGH = 10
AT_RISK = 0.2
TOP_TIER = "T1"
TOP_TIER_MISSES = 0.1


class State(StrEnum):
    """Where a clock stands. Met, breached and running are apart and together all; the others lie within them."""

    MET = "met"
    BREACHED = "breached"
    RUNNING = "running"
    AT_RISK = "at_risk"
    OVERDUE = "overdue"
    DECIDED = "decided"
    STOPPED = "stopped"


@dataclass(frozen=True)
class Span:
    """A clock as instants."""

    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None


def state_of(span: Span, *, now: datetime) -> State:
    """The narrowest of met, breached (stopped late), overdue (late and still running), at risk and running."""
    if span.stopped_at is not None:
        return State.MET if span.stopped_at <= span.due_at else State.BREACHED
    if now > span.due_at:
        return State.OVERDUE
    promised = span.due_at - span.started_at
    return State.AT_RISK if span.due_at - now < promised * AT_RISK else State.RUNNING


def late_by(span: Span, *, now: datetime) -> timedelta | None:
    """How long after its due time the clock stopped, or has been running until `now`; None while it is in time."""
    end = span.stopped_at or now
    return end - span.due_at if end > span.due_at else None


@dataclass(frozen=True)
class Quantiles:
    """The middle and the slow end of a set of spans; None where nothing was measured."""

    median: timedelta | None = None
    ninetieth: timedelta | None = None


@dataclass(frozen=True)
class Figures:
    """How a group of clocks fared. `breached` holds the overdue ones, `running` the ones at risk."""

    met: int = 0
    breached: int = 0
    running: int = 0
    at_risk: int = 0
    overdue: int = 0
    elapsed: Quantiles = Quantiles()

    @property
    def decided(self) -> int:
        """The clocks whose promise was kept or missed: the base of the rate."""
        return self.met + self.breached

    @property
    def total(self) -> int:
        """Every clock of the group."""
        return self.decided + self.running

    @property
    def rate(self) -> float | None:
        """The share kept in time; None when too few are decided to judge."""
        return self.met / self.decided if self.decided >= ENOUGH else None

    @property
    def percent(self) -> str:
        """The rate as it is read: 61%; empty when there is none."""
        return "" if self.rate is None else in_percent(self.rate)

    @property
    def base(self) -> str:
        """What the rate stands on: 41 of 67."""
        return f"{self.met} of {self.decided}"

    @property
    def is_on_target(self) -> bool | None:
        """Whether the rate is above the target; None when there is no rate."""
        return None if self.rate is None else self.rate > TARGET

    @property
    def verdict(self) -> str:
        """The rate with its base in one phrase: "61%, 41 of 67", or why there is none."""
        if not self.decided:
            return "none decided yet"
        return f"{self.percent}, {self.base}" if self.percent else f"too few to judge: {self.base}"


def in_percent(rate: float, *, lines: Sequence[float] = (TARGET,)) -> str:
    """A whole percentage, with a decimal where rounding would say one of the `lines`, or 100%, and that is not so."""
    percent = rate * 100
    for line in (*lines, 1.0):
        if round(percent) == round(line * 100) and rate != line:
            away = math.floor if rate < line else math.ceil
            return f"{away(percent * 10) / 10:.1f}%"
    return f"{percent:.0f}%"


@dataclass(frozen=True)
class Alert:
    """More than one promise in ten to the top tier was missed (SL-7); `is_judged` when there are enough to say so."""

    missed: int
    decided: int
    is_judged: bool


def alert(top_tier: Figures) -> Alert | None:
    """The alert that the top tier's figures raise, if any."""
    if not top_tier.decided or top_tier.breached / top_tier.decided <= TOP_TIER_MISSES:
        return None
    return Alert(top_tier.breached, top_tier.decided, is_judged=top_tier.decided >= ENOUGH)
