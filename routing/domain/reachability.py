"""Which rules of a list can never matter, judged by their conditions alone."""

from __future__ import annotations

from collections.abc import Sequence

from leads.domain.conditions import Condition, Operator
from leads.domain.conditions.interpreter import folded
from routing.domain.matching import Method, Rule

TAKES_WHILE_SOMEBODY_IS_FREE = (Method.TURNS, Method.LEAST_LOADED)


def shadowed_by(rules: Sequence[Rule], place: int) -> Rule | None:
    """The first earlier rule that takes every lead that the one at `place` would match, as long as its pool can."""
    later = next(rule for rule in rules if rule.place == place)
    for earlier in rules:
        if earlier.place >= place:
            return None
        if earlier.method in TAKES_WHILE_SOMEBODY_IS_FREE and set(earlier.when) <= set(later.when):
            return earlier
    return None


def contradiction(when: Sequence[Condition]) -> tuple[Condition, Condition] | None:
    """Two conditions that no lead can meet at once: one attribute in two sets without a common value."""
    sets = [each for each in when if each.operator is Operator.IS_ONE_OF]
    for number, one in enumerate(sets):
        for other in sets[number + 1 :]:
            if one.attribute == other.attribute and _values(one).isdisjoint(_values(other)):
                return one, other
    return None


def _values(condition: Condition) -> set[object]:
    return {folded(value) if isinstance(value, str) else value for value in condition.values}
