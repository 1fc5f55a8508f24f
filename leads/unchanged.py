"""Keeps in the process what hardly ever changes, and answers from it only while its rows are the very same.

A page that reads the operating model (calendars, the scorecard, reasons) asks first, inside a statement that it sends
anyway, at which versions those few rows stand. What was read at the same versions before need not be read again; after
any change, by whomever, it is. Nothing expires, and nothing can be stale: a version is what PostgreSQL itself gives to
every row that is written. Outside of `looking`, everything is read as if there were no memory.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

from django.db.models import Model

Answer = TypeVar("Answer")
Versions = Mapping[str, str | None]
_seen: ContextVar[Versions] = ContextVar("seen", default={})  # noqa: B039 - never written to
_kept: dict[Callable[[], Any], tuple[list[str | None], Any]] = {}

ROWS = "'{table}', (SELECT md5(string_agg(ctid::text || xmin::text, ' ' ORDER BY ctid)) FROM {table})"


def versions_of(models: Collection[type[Model]]) -> str:
    """An SQL expression, to select: table → what tells apart any two states of its rows. For tables of few rows."""
    return f"jsonb_build_object({', '.join(ROWS.format(table=_table(model)) for model in models)})"


@contextmanager
def looking(versions: str) -> Iterator[None]:
    """Inside the block, what was read at these versions (as `versions_of` selected them) is not read again."""
    token = _seen.set(json.loads(versions))
    try:
        yield
    finally:
        _seen.reset(token)


def kept_while_unchanged(*models: type[Model]) -> Callable[[Callable[[], Answer]], Callable[[], Answer]]:
    """Let a reading of nothing but `models` answer from memory while these are the same; nobody alters its answer."""
    tables = [_table(model) for model in models]

    def of(read: Callable[[], Answer]) -> Callable[[], Answer]:
        @wraps(read)
        def answer() -> Answer:
            seen = _seen.get()
            if not all(table in seen for table in tables):
                return read()
            versions = [seen[table] for table in tables]
            if read not in _kept or _kept[read][0] != versions:
                _kept[read] = (versions, read())
            found: Answer = _kept[read][1]
            return found

        return answer

    return of


def _table(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001
