"""Says what would lift a score: which signals engagement, and which facts fit, the most telling first (SC-21)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scoring.domain.criteria import CriteriaScore
from scoring.domain.engagement import HIGHEST, Behaviour, Decay, Touch, store, unlimited_in
from scoring.domain.touches import capped, points_of
from scoring.domain.urgency import shows_interest

DIGITS = 9


@dataclass(frozen=True)
class Lift:
    """What one more signal of a type would do to engagement this week, and whether that reaches the gate."""

    type: str
    label: str
    before: float
    after: float
    passes: bool


@dataclass(frozen=True)
class FitLift:
    """What fit could gain, in points, if an unknown fact turned out well."""

    label: str
    points: float


def lifts(
    touches: Iterable[Touch],
    behaviours: Mapping[str, Behaviour],
    decay: Decay,
    *,
    week: int,
    threshold: float,
) -> list[Lift]:
    """What one more signal of each type would do in `week`, the greatest gain first; those without gain are left out.

    Weekly caps count, and so does the silence that a signal would end. A request of its own, which passes the gate
    without any score, is nothing that we could bring about, and is left out too.
    """
    told = list(touches)
    stored = store(told, behaviours, decay)
    unlimited = unlimited_in(stored, week, decay)
    this_week = [touch for touch in told if touch.week == week]
    found = [
        _lift(behaviour, unlimited, this_week, threshold=threshold)
        for behaviour in behaviours.values()
        if shows_interest(behaviour) and not behaviour.hand_raise
    ]
    return sorted((one for one in found if one.after > one.before), key=lambda one: (-one.after, one.label))


def fit_lifts(fit: CriteriaScore) -> list[FitLift]:
    """The unknown criteria by what they could add to fit, the greatest first."""
    found = [FitLift(term.label, term.high - term.points) for term in fit.terms if term.unknown]
    return sorted((one for one in found if one.points > 0), key=lambda one: -one.points)


def _lift(behaviour: Behaviour, unlimited: float, this_week: list[Touch], *, threshold: float) -> Lift:
    had = math.fsum(points_of(touch, behaviour) for touch in this_week if touch.type == behaviour.type)
    gain = capped(had + behaviour.points, behaviour.weekly_cap) - capped(had, behaviour.weekly_cap)
    before, after = _limited(unlimited), _limited(unlimited + gain)
    return Lift(behaviour.type, behaviour.label, before, after, passes=before < threshold <= after)


def _limited(score: float) -> float:
    return min(max(round(score, DIGITS), 0.0), HIGHEST)
