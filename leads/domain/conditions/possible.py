"""Says of conditions that they can never hold together; where it is not sure, it says that they can."""

import math
from collections.abc import Hashable, Iterable, Sequence

from leads.domain.conditions.interpreter import folded, is_number
from leads.domain.conditions.model import Condition, Operator, Value


def contradicted(conditions: Iterable[Condition]) -> str:
    """The attribute of which the conditions ask what no value can give; empty when none is found."""
    asked: dict[str, list[Condition]] = {}
    for condition in conditions:
        asked.setdefault(condition.attribute, []).append(condition)
    return next((attribute for attribute, about in asked.items() if _contradict(about)), "")


def _contradict(asked: Sequence[Condition]) -> bool:
    operators = {condition.operator for condition in asked}
    if Operator.IS_UNKNOWN in operators and len(operators) > 1:
        return True  # whatever else is asked needs a value
    low, high = _range(asked)
    if low > high:
        return True
    listed = [_keys(each) for each in asked if each.operator is Operator.IS_ONE_OF]
    if not listed:
        return False
    refused = set().union(*(_keys(each) for each in asked if each.operator is Operator.IS_NOT_ONE_OF))
    return not any(_within(key, low, high) for key in set.intersection(*listed) - refused)


def _range(asked: Iterable[Condition]) -> tuple[float, float]:
    """The least and the most that a number may be."""
    low, high = -math.inf, math.inf
    for condition in asked:
        numbers = [float(value) for value in condition.values if is_number(value)]
        if numbers and condition.operator in (Operator.AT_LEAST, Operator.BETWEEN):
            low = max(low, numbers[0])
        if numbers and condition.operator in (Operator.AT_MOST, Operator.BETWEEN):
            high = min(high, numbers[-1])
    return low, high


def _keys(condition: Condition) -> set[tuple[str, Hashable]]:
    return {_key(value) for value in condition.values}


def _key(value: Value) -> tuple[str, Hashable]:
    """A value such that equal ones mean the same; yes is not the number 1."""
    if isinstance(value, str):
        return "text", folded(value)
    return ("flag" if isinstance(value, bool) else "number"), value


def _within(key: tuple[str, Hashable], low: float, high: float) -> bool:
    kind, value = key
    return kind != "number" or low <= value <= high  # type: ignore[operator]  # a number, as its kind says
