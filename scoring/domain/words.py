"""Tells a scoring model in words, so that who sells can read what a score means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from leads.domain.conditions import Condition, Operator
from leads.domain.fact_words import phrase
from scoring.domain.criteria import Criterion, Level
from scoring.domain.engagement import Behaviour
from scoring.domain.tiers import Action, TierRow

DEPTHS = ("", "mid-funnel", "bottom of the funnel", "pricing or demo")
"""What the depth of a signal means, 0 to 3 (SC-6)."""

REQUESTS = ("", "newsletter", "webinar", "demo or trial")
"""What a signal asks for, 0 to 3 (SC-6)."""

ACTIONS: Mapping[str, str] = MappingProxyType(
    {
        Action.ROUTE_TO_AE: "to an account executive at once",
        Action.ROUTE_TO_SDR: "to sales development",
        Action.NURTURE: "nurture, score again monthly",
        Action.WATCH: "nurture and watch",
    }
)
"""What happens to a lead of a tier (SC-7)."""


@dataclass(frozen=True)
class LevelInWords:
    """One level of a criterion and when it holds."""

    level: int
    label: str
    when: str


@dataclass(frozen=True)
class CriterionInWords:
    """A criterion with its levels, the best first."""

    code: str
    label: str
    weight: float
    levels: tuple[LevelInWords, ...]
    unknown_level: int


@dataclass(frozen=True)
class BehaviourInWords:
    """What a type of signal is worth and what it says."""

    label: str
    points: float
    weekly_cap: float | None
    depth_multiplier: float
    depth: str
    asks_for: str
    hand_raise: bool
    minimum_tier: str


@dataclass(frozen=True)
class TierInWords:
    """A row of the tier table."""

    code: str
    label: str
    fit_at_least: float
    urgency_at_least: float
    action: str


def criteria_in_words(criteria: Iterable[Criterion]) -> list[CriterionInWords]:
    """Each criterion with its levels from 3 down to 0."""
    return [
        CriterionInWords(
            code=criterion.code,
            label=criterion.label,
            weight=criterion.weight,
            levels=tuple(level_in_words(row) for row in sorted(criterion.levels, key=lambda row: -row.level)),
            unknown_level=criterion.unknown_level,
        )
        for criterion in criteria
    ]


def behaviours_in_words(behaviours: Iterable[Behaviour]) -> list[BehaviourInWords]:
    """The types of signal, those worth the most first."""
    return [
        BehaviourInWords(
            label=each.label,
            points=each.points,
            weekly_cap=each.weekly_cap,
            depth_multiplier=each.depth_multiplier,
            depth=DEPTHS[each.depth],
            asks_for=REQUESTS[each.request],
            hand_raise=each.hand_raise,
            minimum_tier=each.minimum_tier,
        )
        for each in sorted(behaviours, key=lambda each: (-each.points, each.label))
    ]


def tiers_in_words(rows: Iterable[TierRow]) -> list[TierInWords]:
    """The tier table in its order."""
    return [
        TierInWords(
            row.code, row.label, row.fit_at_least, row.urgency_at_least, ACTIONS.get(row.action, row.action)
        )
        for row in rows
    ]


def level_in_words(row: Level) -> LevelInWords:
    """A level and when it holds; level 0 is also what no better level claims."""
    when = " and ".join(map(_asked, row.when))
    if row.level == 0:
        return LevelInWords(0, row.label, f"anything else, and where {when}" if when else "anything else")
    return LevelInWords(row.level, row.label, when or "never, it has no condition")


def _asked(condition: Condition) -> str:
    """A condition in words; the depth and the request of a signal by what they mean, not by their numbers."""
    scale = _SCALES.get(condition.attribute)
    if scale is None or condition.operator is not Operator.AT_LEAST or condition.values[0] not in range(1, 4):
        return phrase(condition)
    name, meanings, more = scale
    least = int(condition.values[0])
    return f"{name} is {meanings[least]}" + ("" if meanings[least] == meanings[-1] else f" or {more}")


_SCALES: Mapping[str, tuple[str, tuple[str, ...], str]] = MappingProxyType(
    {
        "content_depth": ("the deepest content", DEPTHS, "deeper"),
        "direct_request": ("the plainest request", REQUESTS, "plainer"),
    }
)
