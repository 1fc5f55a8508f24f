"""Reads conditions from data and writes them back; anything unclear is refused in words."""

import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from leads.domain import post_codes
from leads.domain.conditions.model import Condition, Kind, Operator, Value, Vocabulary
from leads.domain.conditions.words import shown

MOST_CONDITIONS = 50
MOST_VALUES = 500
LONGEST_TEXT = 300
LONGEST_QUOTE = 40

_MEMBERSHIP = (Operator.IS_ONE_OF, Operator.IS_NOT_ONE_OF)
_KNOWLEDGE = (Operator.IS_KNOWN, Operator.IS_UNKNOWN)
OPERATORS: Mapping[Kind, tuple[Operator, ...]] = MappingProxyType(
    {
        Kind.NUMBER: (
            Operator.BETWEEN,
            Operator.AT_LEAST,
            Operator.AT_MOST,
            *_MEMBERSHIP,
            *_KNOWLEDGE,
        ),
        Kind.TEXT: (*_MEMBERSHIP, Operator.CONTAINS_ANY, *_KNOWLEDGE),
        Kind.CODE: (Operator.STARTS_WITH, Operator.BETWEEN, *_KNOWLEDGE),
        Kind.LIST: (Operator.CONTAINS_ANY, *_KNOWLEDGE),
        Kind.FLAG: (*_MEMBERSHIP, *_KNOWLEDGE),
    },
)
"""Which operators an attribute of each kind takes, the likeliest first."""


class InvalidCondition(ValueError):
    """The data is no condition over the vocabulary; the message is a sentence for whoever wrote it."""


def parse(data: object, vocabulary: Vocabulary) -> tuple[Condition, ...]:
    """The conditions that a list of {"attribute", "operator", "values"} stands for, or InvalidCondition."""
    if not isinstance(data, list | tuple):
        raise InvalidCondition("Conditions are a list.")
    if len(data) > MOST_CONDITIONS:
        raise InvalidCondition(f"There can be at most {MOST_CONDITIONS} conditions.")
    return tuple(_condition(item, vocabulary) for item in data)


def dump(conditions: Iterable[Condition]) -> list[dict[str, object]]:
    """The conditions as plain data that `parse` reads back unchanged."""
    return [
        {"attribute": each.attribute, "operator": each.operator.value, "values": list(each.values)}
        for each in conditions
    ]


def kept(data: Iterable[Mapping[str, object]]) -> tuple[Condition, ...]:
    """Conditions that were stored once, though the vocabulary may have lost their attribute since.

    A fact of an attribute that nobody knows is unknown; `parse` says what is wrong with it.
    """
    return tuple(
        Condition(str(item["attribute"]), Operator(item["operator"]), tuple(item["values"]))  # type: ignore[arg-type]
        for item in data
    )


def _condition(item: object, vocabulary: Vocabulary) -> Condition:
    if not isinstance(item, Mapping):
        raise InvalidCondition("A condition has an attribute, an operator and values.")
    attribute = item.get("attribute")
    if not isinstance(attribute, str) or attribute not in vocabulary:
        known = ", ".join(sorted(vocabulary))
        raise InvalidCondition(f"There is no attribute {_shown(attribute)}; the attributes are {known}.")
    operator = _operator(item.get("operator"), attribute, vocabulary[attribute])
    values = _values(item.get("values", ()), attribute, vocabulary[attribute])
    _check_count(operator, values, attribute)
    return Condition(attribute, operator, values)


def _operator(data: object, attribute: str, kind: Kind) -> Operator:
    allowed = OPERATORS[kind]
    if not isinstance(data, str) or data not in allowed:
        names = ", ".join(allowed)
        raise InvalidCondition(f"{attribute} cannot be asked {_shown(data)}; it takes {names}.")
    return Operator(data)


def _values(data: object, attribute: str, kind: Kind) -> tuple[Value, ...]:
    if not isinstance(data, list | tuple):
        raise InvalidCondition(f"The values for {attribute} are a list.")
    if len(data) > MOST_VALUES:
        raise InvalidCondition(f"{attribute} can have at most {MOST_VALUES} values.")
    is_right, right = _RIGHT_VALUES[kind]
    for value in data:
        if not is_right(value):
            raise InvalidCondition(f"{attribute} is compared with {right}, not with {_shown(value)}.")
    return tuple(data)


def _check_count(operator: Operator, values: tuple[Value, ...], attribute: str) -> None:
    least, most, words = _COUNTS.get(operator, (1, MOST_VALUES, "at least one value"))
    if not least <= len(values) <= most:
        raise InvalidCondition(f"{attribute} {operator.replace('_', ' ')} needs {words}.")
    if operator is Operator.BETWEEN and _is_wrong_way_round(*values):
        raise InvalidCondition(
            f"{attribute} between {shown(values[0])} and {shown(values[1])} is the wrong way round."
        )


def _is_wrong_way_round(first: Value, last: Value) -> bool:
    if isinstance(first, str) and isinstance(last, str):
        try:
            post_codes.between(first, last)
        except post_codes.UnclearPostCodes:
            return True
        return False
    return first > last  # type: ignore[operator]  # numbers by now


def _is_text(value: object) -> bool:
    return (
        isinstance(value, str)
        and 0 < len(value.strip()) <= LONGEST_TEXT
        and not any(letter == "\0" or "\ud800" <= letter <= "\udfff" for letter in value)
    )


def _is_finite(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return abs(value) < 2**63
    return isinstance(value, float) and math.isfinite(value)


def _shown(value: object) -> str:
    """A short, harmless rendering of what was found, for a message."""
    text = "nothing" if value is None else repr(value)
    return (
        (text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…")
        .encode("ascii", "backslashreplace")
        .decode()
    )


_COUNTS: Mapping[Operator, tuple[int, int, str]] = MappingProxyType(
    {
        Operator.AT_LEAST: (1, 1, "exactly one value"),
        Operator.AT_MOST: (1, 1, "exactly one value"),
        Operator.BETWEEN: (2, 2, "exactly two values"),
        Operator.IS_KNOWN: (0, 0, "no values"),
        Operator.IS_UNKNOWN: (0, 0, "no values"),
    },
)
_RIGHT_VALUES: Mapping[Kind, tuple[Callable[[object], bool], str]] = MappingProxyType(
    {
        Kind.NUMBER: (_is_finite, "numbers"),
        Kind.TEXT: (_is_text, f"text of 1 to {LONGEST_TEXT} characters"),
        Kind.CODE: (_is_text, f"text of 1 to {LONGEST_TEXT} characters"),
        Kind.LIST: (_is_text, f"text of 1 to {LONGEST_TEXT} characters"),
        Kind.FLAG: (lambda value: isinstance(value, bool), "yes or no"),
    },
)
