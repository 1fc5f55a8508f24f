"""Writes values as the cells that COPY reads: one by one, or a column of many rows at once, to the same text.

A column of which every row says the same becomes a cell once, and texts are searched for what COPY means otherwise all
together: most columns of a list are one of these.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any

from leads.json_text import json_text

SPECIAL = re.compile(r"[\\\t\n\r]")
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
IN_ARRAY = str.maketrans({"\\": r"\\", '"': r"\""})
NULL = r"\N"
Column = Callable[[Sequence[Any]], Iterable[str]]


def cell(value: object) -> str:
    """A value of a column as COPY reads it; a list or an object as JSON."""
    usual = _USUAL.get(type(value))
    if usual is not None:
        return usual(value)
    return json_cell(json_text(value)) if isinstance(value, dict | list) else _escaped(str(value))


def json_cell(text: str) -> str:
    """JSON as COPY reads it."""
    return text.replace("\\", "\\\\")


class Cells:
    """Makes values that many rows share into cells once."""

    def __init__(self) -> None:
        self._known: dict[tuple[object, ...], str] = {}

    def of(self, values: Iterable[Hashable]) -> str:
        """The cells of these values, in their order."""
        same = tuple(values)
        found = self._known.get(same)
        if found is None:
            found = self._known[same] = "\t".join(map(cell, same))
        return found


def plain_column(values: Sequence[Any]) -> Iterable[str]:
    """The cells of a column that holds neither JSON nor lists."""
    first = values[0]
    if values.count(first) == len(values):
        return repeat(cell(first), len(values))
    kind = type(first)
    if kind is int and None not in values:
        return map(str, values)
    return _texts(values) if kind is str else map(cell, values)


def json_column(values: Sequence[Any]) -> Iterable[str]:
    """The cells of a column of JSON; what rows share as the very same object is written once."""
    if values.count({}) == len(values):
        return repeat("{}", len(values))
    different = {id(value): value for value in values}
    written = {key: _json_of(value) for key, value in different.items()}
    return map(written.__getitem__, map(id, values))


def array_column(values: Sequence[Any]) -> Iterable[str]:
    """The cells of a column of lists of texts or numbers."""
    if values.count([]) == len(values):
        return repeat("{}", len(values))
    return map(_array_of, values)


def _texts(values: Sequence[Any]) -> Iterable[str]:
    """Members of an enumeration are their values; nothing is searched for where no text of all holds any of it."""
    try:
        whole = "".join(values)
    except TypeError:  # some say nothing
        return map(cell, values)
    plain = not any(special in whole for special in "\\\t\n\r")
    return values if plain else map(_escaped, values)


def _json_of(value: object) -> str:
    return NULL if value is None else json_cell(json_text(value))


def _array_of(values: Sequence[Any] | None) -> str:
    if values is None:
        return NULL
    quoted = (f'"{str(value).translate(IN_ARRAY)}"' for value in values)
    return _escaped(f"{{{','.join(quoted)}}}")


@lru_cache(maxsize=4096)
def _instant(at: datetime) -> str:
    return at.isoformat()


def _span(span: timedelta) -> str:
    return f"{span.days} days {span.seconds}.{span.microseconds:06} seconds"


def _escaped(text: str) -> str:
    return text.translate(ESCAPES) if SPECIAL.search(text) else text


_USUAL: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: NULL,
    str: _escaped,
    int: str,
    float: repr,
    datetime: _instant,
    timedelta: _span,
}
