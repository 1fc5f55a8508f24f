"""Decides whether conditions hold of facts; what a fact does not say is unknown, never an error."""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from leads.domain import post_codes
from leads.domain.conditions.model import Condition, Operator, Truth, Value

_GAPS = re.compile(r"[_\-\u2010-\u2015]")


def evaluate(condition: Condition, facts: Mapping[str, object]) -> Truth:
    """Whether the condition holds. Text compares case-folded; between, at least and at most are inclusive."""
    fact = known(facts.get(condition.attribute))
    if condition.operator is Operator.IS_KNOWN:
        return _truth(fact is not None)
    if condition.operator is Operator.IS_UNKNOWN:
        return _truth(fact is None)
    if fact is None:
        return Truth.UNKNOWN
    return _TESTS[condition.operator](fact, condition.values)


def all_of(conditions: Iterable[Condition], facts: Mapping[str, object]) -> Truth:
    """Kleene's and: false if any is false, else unknown if any is unknown, else true; true of none."""
    result = Truth.TRUE
    for condition in conditions:
        truth = evaluate(condition, facts)
        if truth is Truth.FALSE:
            return Truth.FALSE
        if truth is Truth.UNKNOWN:
            result = Truth.UNKNOWN
    return result


def known(fact: object) -> object | None:
    """The fact, or None for what says nothing: null, blank text, an empty list, not-a-number."""
    if isinstance(fact, str):
        return fact if fact.strip() else None
    if isinstance(fact, list | tuple | set | frozenset):
        return fact or None
    if isinstance(fact, float):
        return None if math.isnan(fact) else fact
    if isinstance(fact, Decimal):
        return None if fact.is_nan() else fact
    return fact


def folded(text: str) -> str:
    """The text as conditions compare it: without case; Series B, series-b and series_b are the same."""
    return " ".join(_GAPS.sub(" ", unicodedata.normalize("NFC", text).casefold()).split())


def is_number(value: object) -> bool:
    """Whether the value can be compared as a number; what is "not a number" cannot."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool) and value == value  # noqa: PLR0124


def _truth(holds: bool) -> Truth:  # noqa: FBT001 - the bool is the whole subject
    return Truth.TRUE if holds else Truth.FALSE


def _key(value: object) -> tuple[str, object] | None:
    """A value in the form in which equal means the same, with its kind; None for what cannot be compared."""
    if isinstance(value, bool):
        return "flag", value
    if isinstance(value, str):
        return "text", folded(value)
    return ("number", value) if is_number(value) else None


def _one_of(fact: object, values: tuple[Value, ...]) -> Truth:
    key = _key(fact)
    keys = [_key(value) for value in values]
    if key is None or (keys and all(other is not None and other[0] != key[0] for other in keys)):
        return Truth.UNKNOWN
    return _truth(key in keys)


def _not_one_of(fact: object, values: tuple[Value, ...]) -> Truth:
    truth = _one_of(fact, values)
    return truth if truth is Truth.UNKNOWN else _truth(truth is Truth.FALSE)


def _contains_any(fact: object, values: tuple[Value, ...]) -> Truth:
    if isinstance(fact, str):
        return _truth(bool(_words(values).search(folded(fact))))
    if isinstance(fact, list | tuple | set | frozenset):
        items = {_key(known(item)) for item in fact} - {None}
        return _truth(not items.isdisjoint(_key(value) for value in values))
    return Truth.UNKNOWN


@lru_cache(maxsize=1024)
def _words(values: tuple[Value, ...]) -> re.Pattern[str]:
    """Any of the texts as whole words; a pattern that matches nothing when there are none."""
    texts = [re.escape(folded(value)) for value in values if isinstance(value, str) and value.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(texts)})(?!\w)" if texts else r"(?!)")


def _numeric(
    test: Callable[[float, tuple[float, ...]], bool],
) -> Callable[[object, tuple[Value, ...]], Truth]:
    def compare(fact: object, values: tuple[Value, ...]) -> Truth:
        if not is_number(fact) or not values or not all(map(is_number, values)):
            return Truth.UNKNOWN
        return _truth(test(fact, values))  # type: ignore[arg-type]  # narrowed by is_number above

    return compare


def _starts_with(fact: object, values: tuple[Value, ...]) -> Truth:
    beginnings = [post_codes.bare(value) for value in values if isinstance(value, str)]
    if not isinstance(fact, str) or not beginnings:
        return Truth.UNKNOWN
    return _truth(post_codes.bare(fact).startswith(tuple(filter(None, beginnings))))


def _between(fact: object, values: tuple[Value, ...]) -> Truth:
    """Between two numbers, or for text between two beginnings of a code."""
    if not isinstance(fact, str):
        return _within(fact, values)
    if not values or not all(isinstance(value, str) for value in values):
        return Truth.UNKNOWN
    try:
        codes = post_codes.between(str(values[0]), str(values[-1]))
    except post_codes.UnclearPostCodes:
        return Truth.UNKNOWN
    return _truth(codes.hold(fact))


_within = _numeric(lambda fact, values: values[0] <= fact <= values[-1])
_TESTS: Mapping[Operator, Callable[[object, tuple[Value, ...]], Truth]] = MappingProxyType(
    {
        Operator.IS_ONE_OF: _one_of,
        Operator.IS_NOT_ONE_OF: _not_one_of,
        Operator.CONTAINS_ANY: _contains_any,
        Operator.AT_LEAST: _numeric(lambda fact, values: fact >= values[0]),
        Operator.AT_MOST: _numeric(lambda fact, values: fact <= values[0]),
        Operator.BETWEEN: _between,
        Operator.STARTS_WITH: _starts_with,
    },
)
