"""Tells conditions, and why they hold or fail, in plain words."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from leads.domain.conditions.interpreter import evaluate, known
from leads.domain.conditions.model import Condition, Operator, Truth, Value

OTHER_NAMES: Mapping[str, str] = MappingProxyType({"postal_code": "post code"})
"""Attributes that people call otherwise than programs do, wherever they are read."""


def called(attribute: str) -> str:
    """What an attribute is called: "growth stage", "post code"."""
    return OTHER_NAMES.get(attribute) or attribute.replace("_", " ")


def describe(condition: Condition, labels: Mapping[str, str] | None = None) -> str:
    """The condition as a phrase: "employees is between 200 and 2,000", "country is one of DE, AT, CH"."""
    name = _name(condition.attribute, labels)
    if condition.operator is Operator.CONTAINS_ANY:
        return f"{name} contains {_any_of(condition.values)}"
    if condition.operator is Operator.STARTS_WITH:
        return f"{name} starts with {_any_of(condition.values)}"
    return f"{name} is {_predicate(condition, Truth.TRUE)}"


def explain(
    condition: Condition, facts: Mapping[str, object], labels: Mapping[str, str] | None = None
) -> str:
    """What the fact is, and how it stands to the condition: "country is FR, not one of DE, AT, CH"."""
    name = _name(condition.attribute, labels)
    fact = known(facts.get(condition.attribute))
    if fact is None:
        return f"{name} is unknown"
    if condition.operator in (Operator.IS_KNOWN, Operator.IS_UNKNOWN) or isinstance(fact, bool):
        return f"{name} is {shown(fact)}"
    truth = evaluate(condition, facts)
    if truth is Truth.UNKNOWN:
        return f"{name} is {shown(fact)}, which cannot be compared"
    relation = _predicate(condition, truth)
    return f"{name} is {shown(fact)}" + ("" if relation == shown(fact) else f", {relation}")


def shown(value: object) -> str:
    """A value for reading: numbers in groups of three, flags as yes and no, lists with commas."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,}"
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    return str(value)


def _predicate(condition: Condition, truth: Truth) -> str:
    """The words after "is" that state the condition where it is true, and its contrary where it is false."""
    holds = truth is Truth.TRUE
    values = condition.values
    if condition.operator in (Operator.IS_ONE_OF, Operator.IS_NOT_ONE_OF):
        return _one_of(values, negated=holds is (condition.operator is Operator.IS_NOT_ONE_OF))
    phrase = _PHRASES[condition.operator][0 if holds else 1]
    if condition.operator in (Operator.CONTAINS_ANY, Operator.STARTS_WITH):
        return f"{phrase} {_any_of(values)}"
    return " ".join([phrase, " and ".join(map(shown, values))]).strip()


def _one_of(values: tuple[Value, ...], *, negated: bool) -> str:
    phrase = shown(values) if len(values) == 1 else f"one of {shown(values)}"
    return f"not {phrase}" if negated else phrase


def _any_of(values: tuple[Value, ...]) -> str:
    return shown(values) if len(values) == 1 else f"any of {shown(values)}"


def _name(attribute: str, labels: Mapping[str, str] | None) -> str:
    return (labels or {}).get(attribute) or called(attribute)


_PHRASES: Mapping[Operator, tuple[str, str]] = MappingProxyType(
    {
        Operator.CONTAINS_ANY: ("containing", "not containing"),
        Operator.AT_LEAST: ("at least", "under"),
        Operator.AT_MOST: ("at most", "over"),
        Operator.BETWEEN: ("between", "not between"),
        Operator.STARTS_WITH: ("starting with", "not starting with"),
        Operator.IS_KNOWN: ("known", "unknown"),
        Operator.IS_UNKNOWN: ("unknown", "known"),
    },
)
