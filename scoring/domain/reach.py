"""How high the scores can come at all under a model: bounds that no lead passes, so that more is refused."""

from __future__ import annotations

import math

from leads.domain.conditions import Condition, Operator
from scoring.domain import criteria
from scoring.domain.engagement import HIGHEST
from scoring.domain.model import Model
from scoring.domain.urgency import CRITICAL_EVENTS, shows_interest


def highest(model: Model, dimension: str) -> float:
    """The most that a score of criteria can come to, 0 to 100."""
    given = always_true(model) if dimension == "urgency" else ()
    return criteria.highest(model.criteria(dimension), given)


def always_true(model: Model) -> tuple[Condition, ...]:
    """What holds of the urgency facts of every lead that these signals can bring about."""
    interesting = [each for each in model.behaviours.values() if shows_interest(each)]
    depth = max((each.depth for each in interesting), default=0)
    request = max((each.request for each in interesting), default=0)
    return (
        _between("content_depth", depth),
        _between("direct_request", request),
        _between("visits", model.urgency_window_days + 1),
        Condition("days_since_last_signal", Operator.AT_LEAST, (0,)),
        Condition("critical_event", Operator.IS_ONE_OF, CRITICAL_EVENTS),
    )


def highest_engagement(model: Model) -> float:
    """The most that engagement can come to, 0 to 100: every signal up to its cap, week after week without end.

    The caps of one week come to c; what is left of earlier weeks makes it c / (1 - factor), a geometric series. A
    signal without a cap, or points that never fade, have no bound under 100.
    """
    weekly = math.fsum(_weekly(each.points, each.weekly_cap) for each in model.behaviours.values())
    if (
        weekly == 0 or model.inactivity_weeks <= 1
    ):  # after one week of silence nothing is left of the week before
        return min(weekly, HIGHEST)
    return min(weekly / (1 - model.decay_factor), HIGHEST) if model.decay_factor < 1 else HIGHEST


def _weekly(points: float, cap: float | None) -> float:
    if points <= 0:
        return 0.0
    return math.inf if cap is None else max(cap, 0.0)


def _between(attribute: str, most: float) -> Condition:
    return Condition(attribute, Operator.BETWEEN, (0, most))
