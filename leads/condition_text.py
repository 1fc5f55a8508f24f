"""Conditions as people type them: attribute, comparison, values between commas; refused in words where unclear."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.domain import conditions
from leads.domain.conditions import Condition, InvalidCondition, Kind, Operator, Value, Vocabulary
from leads.domain.conditions.interpreter import folded
from leads.domain.conditions.notation import OPERATORS
from leads.domain.countries import COUNTRIES, country_code

OPERATOR_LABELS = {
    Operator.IS_ONE_OF: gettext_lazy("is one of"),
    Operator.IS_NOT_ONE_OF: gettext_lazy("is not one of"),
    Operator.CONTAINS_ANY: gettext_lazy("contains any of"),
    Operator.STARTS_WITH: gettext_lazy("starts with any of"),
    Operator.AT_LEAST: gettext_lazy("is at least"),
    Operator.AT_MOST: gettext_lazy("is at most"),
    Operator.BETWEEN: gettext_lazy("is between"),
    Operator.IS_KNOWN: gettext_lazy("is known"),
    Operator.IS_UNKNOWN: gettext_lazy("is unknown"),
}
FLAGS = {"yes": True, "true": True, "no": False, "false": False}
MEMBERSHIP = (Operator.IS_ONE_OF, Operator.IS_NOT_ONE_OF)


def label(attribute: str) -> str:
    """An attribute as it begins a sentence: Growth stage."""
    return str(capfirst(conditions.called(attribute)))


def read(
    attribute: str,
    operator: str,
    text: str,
    *,
    vocabulary: Vocabulary,
    names: Mapping[str, Iterable[str]] | None = None,
) -> Condition:
    """The condition that was typed. Raises InvalidCondition with what to change.

    `names` are, for attributes whose values have to exist, those that do: {"territory": ["DACH"]}.
    """
    kind = vocabulary.get(attribute)
    if kind is None:
        raise InvalidCondition(
            _("Nothing is known as %(name)s any more; choose another.") % {"name": label(attribute)}
        )
    if Operator(operator) not in OPERATORS[kind]:
        choices = ", ".join(str(OPERATOR_LABELS[each]) for each in OPERATORS[kind])
        raise InvalidCondition(
            _("%(attribute)s cannot be compared like that; choose one of: %(choices)s.")
            % {"attribute": label(attribute), "choices": choices}
        )
    values = [_value(part, attribute, kind) for part in split(text)]
    condition = _parsed(attribute, operator, values, vocabulary=vocabulary)
    _refuse_unknown(condition, names or {})
    return condition


def split(text: str) -> list[str]:
    """The values between commas or lines; one that holds a comma itself stands in double quotes."""
    rows = csv.reader(text.splitlines(), skipinitialspace=True)
    return [value.strip() for row in rows for value in row if value.strip()]


def join(values: Sequence[Value]) -> str:
    """The values as they are typed: `split` gives them back."""
    return ", ".join(_quoted(_typed(value)) for value in values)


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"' if "," in text or '"' in text else text


def _typed(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _value(text: str, attribute: str, kind: Kind) -> Value:
    """The value of that kind, or the text itself, which `conditions.parse` then refuses."""
    if kind is Kind.FLAG:
        return FLAGS.get(text.casefold(), text)
    if kind is Kind.NUMBER:
        return _number(text)
    return country_code(text) if attribute == "country" else text


def _number(text: str) -> Value:
    for read_as in (int, float):
        try:
            return read_as(text)
        except ValueError:
            continue
    return text


def _parsed(attribute: str, operator: str, values: Sequence[Value], *, vocabulary: Vocabulary) -> Condition:
    try:
        return conditions.parse(
            [{"attribute": attribute, "operator": operator, "values": list(values)}], vocabulary
        )[0]
    except InvalidCondition as unclear:
        raise InvalidCondition(str(unclear).replace(attribute, label(attribute), 1)) from unclear


def _refuse_unknown(condition: Condition, names: Mapping[str, Iterable[str]]) -> None:
    """A misspelt country or territory would never match, and nobody would notice."""
    if condition.attribute == "country":
        _refuse_others(condition, COUNTRIES, _("%(value)s is no country; write two letters, such as DE."))
    elif condition.attribute in names:
        kind = condition.attribute.replace("_", " ")
        told = _("There is no %(kind)s %(value)s.")
        _refuse_others(condition, names[condition.attribute], told.replace("%(kind)s", kind))


def _refuse_others(condition: Condition, names: Iterable[str], sentence: str) -> None:
    if condition.operator not in MEMBERSHIP:
        return
    known = {folded(name) for name in names}
    for value in condition.values:
        if folded(str(value)) not in known:
            raise InvalidCondition(sentence % {"value": value})
