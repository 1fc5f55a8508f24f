"""The tier, grade and priority that scores earn: tier rows in order, a minimum that only raises (SC-7)."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from scoring.domain.touches import Behaviour, Touch


class Action(StrEnum):
    """What happens to a lead of a tier."""

    ROUTE_TO_AE = "route_to_ae"
    ROUTE_TO_SDR = "route_to_sdr"
    NURTURE = "nurture"
    WATCH = "watch"


class Priority(StrEnum):
    """Why a lead is in the queue (LC-9)."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"


@dataclass(frozen=True)
class TierRow:
    """One row of the tier table: reached when both scores are at least so high."""

    code: str
    label: str
    fit_at_least: float
    urgency_at_least: float
    action: str


def tier_for(rows: Sequence[TierRow], *, fit: float, urgency: float, minimum: str = "") -> str:
    """The code of the first row that both scores reach, '' for none; a known `minimum` raises it (SC-8)."""
    reached = (row.code for row in rows if fit >= row.fit_at_least and urgency >= row.urgency_at_least)
    earned = next(reached, "")
    return minimum if rank(rows, minimum) < rank(rows, earned) else earned


def promised(
    touches: Iterable[Touch],
    behaviours: Mapping[str, Behaviour],
    rows: Sequence[TierRow],
    *,
    since: datetime,
) -> str:
    """The best tier that a touch since then guarantees, '' for none (SC-8)."""
    recent = {touch.type for touch in touches if touch.occurred_at >= since}
    codes = [rule.minimum_tier for kind in recent if (rule := behaviours.get(kind))]
    return min(codes, key=lambda code: rank(rows, code), default="")


def rank(rows: Sequence[TierRow], code: str) -> int:
    """The place of a tier, 0 the best; no tier and an unknown one come after all."""
    return next((place for place, row in enumerate(rows) if row.code == code), len(rows))


GRADES = ("A", "B", "C", "D")


def fits_of(letter: str, thresholds: tuple[float, float, float]) -> tuple[float, float]:
    """The half-open range of fit scores that earn the grade, as `grade` gives it (SC-11).

    A grade whose threshold is not under the next better one's is earned by no score.
    """
    edges = (math.inf, *thresholds, -math.inf)
    place = GRADES.index(letter)
    return edges[place + 1], min(edges[: place + 1])


def grade(fit: float, thresholds: tuple[float, float, float]) -> str:
    """The grade A to D of a fit score; thresholds are the least scores for A, B and C (SC-11)."""
    return next((letter for letter, least in zip("ABC", thresholds, strict=True) if fit >= least), "D")


def priority(*, hand_raise: bool, fit: bool, target_person: bool, engagement: bool) -> str:
    """P1 for a hand-raiser, P2 where fit, target person and engagement all hold, '' otherwise."""
    if hand_raise:
        return Priority.P1
    return Priority.P2 if fit and target_person and engagement else ""
