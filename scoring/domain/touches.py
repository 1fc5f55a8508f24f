"""Touches and what they are worth: by week and type, under weekly caps, counted anew after a long silence."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

DEEPEST = 3
LARGEST = 1e300  # sums and powers stop here rather than overflow


@dataclass(frozen=True)
class Behaviour:
    """What one type of signal is worth, and what it says about urgency and the gate (SC-2, SC-6, SC-8)."""

    type: str
    label: str
    points: float
    weekly_cap: float | None = None
    depth_multiplier: float = 1.0
    depth: int = 0
    request: int = 0
    hand_raise: bool = False
    minimum_tier: str = ""


class Touch(NamedTuple):
    """One signal of a person, with the decay week it fell in and its own depth 0 to 3."""

    type: str
    occurred_at: datetime
    week: int
    depth: int = 0


@dataclass(frozen=True)
class Decay:
    """How engagement fades: by `factor` a week, to nothing after `inactivity_weeks` of silence (SC-5)."""

    factor: float
    inactivity_weeks: int
    epoch: int

    def __post_init__(self) -> None:
        if not 0 < self.factor <= 1:
            raise ValueError("A decay factor lies above 0 and at most at 1.")
        if self.inactivity_weeks < 1:
            raise ValueError("Inactivity is at least one week.")


@dataclass(frozen=True)
class WeekSum:
    """What one type of signal brought in one week, before and after the weekly cap."""

    type: str
    week: int
    count: int
    raw: float
    capped: float


def since_silence(touches: Iterable[Touch], decay: Decay) -> list[Touch]:
    """The touches after the last silence of `inactivity_weeks` or more between two of them (SC-5)."""
    kept = list(touches)
    weeks = sorted({touch.week for touch in kept})
    start = weeks[0] if weeks else 0
    for before, after in pairwise(weeks):
        if after - before >= decay.inactivity_weeks:
            start = after
    return [touch for touch in kept if touch.week >= start]


def is_silent(last_week: int | None, week: int, decay: Decay) -> bool:
    """Whether nothing counts any more in `week`: no touch at all, or the last one too long ago."""
    return last_week is None or week - last_week >= decay.inactivity_weeks


def week_sums(touches: Iterable[Touch], behaviours: Mapping[str, Behaviour]) -> list[WeekSum]:
    """Points by week and type, each clamped to the type's weekly cap in both directions, in order of week."""
    points: dict[tuple[int, str], list[float]] = defaultdict(list)
    for touch in touches:
        if touch.type in behaviours:
            points[touch.week, touch.type].append(points_of(touch, behaviours[touch.type]))
    return [
        WeekSum(kind, week, len(parts), raw := math.fsum(parts), capped(raw, behaviours[kind].weekly_cap))
        for (week, kind), parts in sorted(points.items())
    ]


def power(factor: float, exponent: int) -> float:
    """factor^exponent, kept within what a float can hold."""
    try:
        return min(factor**exponent, LARGEST)
    except OverflowError:
        return LARGEST


def points_of(touch: Touch, behaviour: Behaviour) -> float:
    """What one touch is worth before any cap, deeper content more."""
    return worth(behaviour, touch.depth)


def worth(behaviour: Behaviour, depth: int) -> float:
    """The points of one touch of a depth, of which 0 to 3 count."""
    return behaviour.points * behaviour.depth_multiplier ** min(max(depth, 0), DEEPEST)


def capped(raw: float, cap: float | None) -> float:
    """What a week's points of one type count for: clamped to the cap in both directions."""
    return raw if cap is None else min(max(raw, -cap), cap)
