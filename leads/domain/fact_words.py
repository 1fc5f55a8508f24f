"""Tells conditions about leads in the words that people use: countries by name, flags as what somebody is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from leads.domain.conditions import Condition, Operator, Value, called, describe
from leads.domain.countries import country_name

FLAGS: Mapping[str, str] = MappingProxyType(
    {"named_account": "a named account", "customer": "a customer", "in_dispute": "in a dispute"}
)
"""Flags as they are told of an account or a person: it is, or it is not."""

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "technologies": "technology",
        "days_since_last_signal": "days since the last signal",
        "content_depth": "depth of content",
    }
)
"""Attributes whose name does not say it all."""


def phrase(condition: Condition) -> str:
    """The condition as part of a sentence: "country is Germany or Austria", "is a named account"."""
    flag = FLAGS.get(condition.attribute)
    if flag and condition.values in ((True,), (False,)):
        yes = condition.values == (True,) and condition.operator is Operator.IS_ONE_OF
        no = condition.values == (False,) and condition.operator is Operator.IS_NOT_ONE_OF
        return f"is {flag}" if yes or no else f"is not {flag}"
    told = tuple(readable(condition.attribute, value) for value in condition.values)
    verb = _VERBS.get(condition.operator)
    if verb and told:
        name = LABELS.get(condition.attribute) or called(condition.attribute)
        return f"{name} {verb} {any_of(map(str, told))}"
    return describe(replace(condition, values=told), LABELS)


def any_of(words: Iterable[str]) -> str:
    """Alternatives as they are read out: "Germany, Austria or Switzerland"."""
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def readable(attribute: str, value: Value) -> Value:
    """A value as it is read: a country by its name, a code of ours without underscores."""
    if not isinstance(value, str):
        return value
    if attribute in ("postal_code", "time_zone"):
        return value
    return country_name(value) if attribute == "country" else value.replace("_", " ")


_VERBS: Mapping[Operator, str] = MappingProxyType(
    {Operator.IS_ONE_OF: "is", Operator.CONTAINS_ANY: "includes", Operator.STARTS_WITH: "starts with"},
)
