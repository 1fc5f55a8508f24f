"""Writes the values of a column as one array, as PostgreSQL reads it: exact, quicker than the driver's own lists.

What needs no quotes has none: in an array that is itself an element, each would be escaped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

SPECIAL = re.compile(r'["\\]')


def array(values: Iterable[object]) -> str:
    """The text of an array of these; raises TypeError for what is no plain value."""
    return f"{{{','.join([_USUAL.get(type(value), _unusual)(value) for value in values])}}}"


def _unusual(value: object) -> str:
    if isinstance(value, str):  # a member of an enumeration
        return _quoted(str(value))
    raise TypeError(f"{type(value).__name__} is no plain value.")


def _quoted(text: str) -> str:
    if text.isidentifier() and text.upper() != "NULL":
        return text
    return f'"{SPECIAL.sub(_escaped, text)}"' if '"' in text or "\\" in text else f'"{text}"'


def _escaped(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _span(span: timedelta) -> str:
    return f"P{span.days}DT{span.seconds}.{span.microseconds:06}S"


_USUAL: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: "NULL",
    str: _quoted,
    bool: str,
    int: str,
    float: repr,
    Decimal: str,
    date: date.isoformat,
    datetime: datetime.isoformat,
    timedelta: _span,
}
