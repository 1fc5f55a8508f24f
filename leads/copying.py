"""Stores very many rows of a model at once by COPY, to the values that `bulk_create` would store; one stream a table.

A row without an id gets the next of its table's sequence. Columns that the rows leave to the database are left to it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from django.db import connection
from django.db.models import CharField, Field, JSONField, Model, TextField
from django.db.models.expressions import DatabaseDefault
from psycopg import Copy, sql

IDS = """
    SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)
"""
BLOCK = 200  # lines that are sent together
SPECIAL = re.compile(r"[\\\t\n\r]")
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
NEWS = "CREATE TEMPORARY TABLE {news} ON COMMIT DROP AS SELECT {columns} FROM {table} LIMIT 0"
REWRITE = "UPDATE {table} AS kept SET {changes} FROM {news} AS news WHERE kept.{key} = news.{key}"


def fresh_ids(model: type[Model], count: int) -> list[int]:
    """So many ids that no other row of the model has or will have, in rising order."""
    key = _key(model)
    with connection.cursor() as cursor:
        cursor.execute(IDS, [model._meta.db_table, key.column, count])  # noqa: SLF001
        return [number for (number,) in cursor.fetchall()]


def insert(rows: Sequence[Model]) -> None:
    """Store rows of one model, in the order given; raises IntegrityError as any insert does.

    All of them have ids, or none has. Rows that got their ids here do not know them.
    """
    if not rows:
        return
    model = type(rows[0])
    left_out = [] if rows[0].pk is not None else [_key(model)]
    fields = [field for field in _told(rows) if field not in left_out]
    _stream(rows, fields, into=_name_of(model))


def stream(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Store rows that are given as values by column, all with the same ones; the others have their defaults."""
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    others = _left_out(model, first)
    told = [*first, *others]
    fields = [model._meta.get_field(name) for name in told]  # noqa: SLF001
    last = list(others.values())
    _send(fields, ([*row.values(), *last] for row in chain([first], waiting)), into=_name_of(model))


def stream_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store rows that are given as plain values in the order of `names`, JSON as its text; others have defaults."""
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    fields: list[Any] = [model._meta.get_field(name) for name in names]  # noqa: SLF001
    with _copying(fields, into=_name_of(model)) as stream:
        for row in chain([first], waiting):
            stream.write_row(row)


def write(model: type[Model], names: Sequence[str], lines: Iterable[str]) -> None:
    """Store rows that are given as lines: the cells of the named columns, with tabs between; others have defaults.

    For rows of which most is shared: what is the same is made into cells once.
    """
    waiting = iter(lines)
    first = next(waiting, None)
    if first is None:
        return
    others = _left_out(model, names)
    fields: list[Any] = [model._meta.get_field(name) for name in (*names, *others)]  # noqa: SLF001
    end = "".join(f"\t{cell(value)}" for value in others.values()) + "\n"
    with _copying(fields, into=_name_of(model)) as stream:
        stream.write(first + end)
        while block := list(islice(waiting, BLOCK)):
            stream.write(end.join(block) + end)


def cell(value: object) -> str:
    """A value of a column as COPY reads it."""
    usual = _USUAL.get(type(value))
    if usual is not None:
        return usual(value)
    return json_cell(json.dumps(value)) if isinstance(value, dict | list) else _escaped(str(value))


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


def json_cell(text: str) -> str:
    """JSON as COPY reads it."""
    return text.replace("\\", "\\\\")


@lru_cache(maxsize=4096)
def _instant(at: datetime) -> str:
    return at.isoformat()


def _span(span: timedelta) -> str:
    return f"{span.days} days {span.seconds}.{span.microseconds:06} seconds"


def _escaped(text: str) -> str:
    return text.translate(ESCAPES) if SPECIAL.search(text) else text


_USUAL: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: r"\N",
    str: _escaped,
    int: str,
    float: repr,
    datetime: _instant,
    timedelta: _span,
}


def rewrite(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write the named fields of stored rows of one model, each of which the caller holds locked."""
    if not rows:
        return
    model = type(rows[0])
    fields: list[Any] = [_key(model), *(model._meta.get_field(name) for name in names)]  # noqa: SLF001
    table, news = _name_of(model), sql.Identifier(f"news_of_{model._meta.db_table}")  # noqa: SLF001
    columns = [sql.Identifier(field.column) for field in fields]
    changes = sql.SQL(", ").join(sql.SQL("{0} = news.{0}").format(column) for column in columns[1:])
    names_of = {"table": table, "news": news, "key": columns[0]}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(news))
        cursor.execute(sql.SQL(NEWS).format(**names_of, columns=sql.SQL(", ").join(columns)))
        _stream(rows, fields, into=news)
        cursor.execute(sql.SQL(REWRITE).format(**names_of, changes=changes))


def _stream(rows: Sequence[Model], fields: Sequence[Any], *, into: sql.Identifier) -> None:
    names = [field.attname for field in fields]
    _send(fields, (list(map(row.__dict__.__getitem__, names)) for row in rows), into=into)


@contextmanager
def _copying(fields: Sequence[Any], *, into: sql.Identifier) -> Iterator[Copy]:
    """A stream of rows with the columns of `fields`."""
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(into, columns)
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as stream:
        yield stream


def _left_out(model: type[Model], told: Container[str]) -> dict[str, Any]:
    """The defaults of the columns that are not told, but for what the database fills in itself."""
    return {
        field.attname: field.get_default()
        for field in model._meta.concrete_fields  # noqa: SLF001
        if field.attname not in told and not field.primary_key and not field.has_db_default()
    }


def _send(fields: Sequence[Any], rows: Iterable[list[Any]], *, into: sql.Identifier) -> None:
    special = [(place, plain) for place, field in enumerate(fields) if (plain := _plain(field))]
    with _copying(fields, into=into) as stream:
        for row in rows:
            for place, plain in special:
                row[place] = plain(row[place])
            stream.write_row(row)


def _told(rows: Sequence[Model]) -> list[Field[Any, Any]]:
    """The fields of which the rows say something."""
    first = rows[0].__dict__
    fields = rows[0]._meta.concrete_fields  # noqa: SLF001
    return [field for field in fields if not isinstance(first[field.attname], DatabaseDefault)]


def _plain(field: Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How the values of the field are written where they may not be written as they are."""
    if isinstance(field, JSONField):
        return _json_writer()
    return _as_text if isinstance(field, CharField | TextField) else None


def _json_writer() -> Callable[[Any], str | None]:
    """Writes JSON; many rows after one another share the very value, which is written once for them."""
    latest: object = None
    written: str | None = None

    def write(value: object) -> str | None:
        nonlocal latest, written
        if value == {}:  # nearly always
            return "{}"
        if value is not latest:
            latest, written = value, None if value is None else json.dumps(value)
        return written

    return write


def _as_text(value: object) -> str | None:
    """Members of an enumeration are their values."""
    return value if value is None or type(value) is str else str(value)


def _name_of(model: type[Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)  # noqa: SLF001


def _key(model: type[Model]) -> Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if field.primary_key)  # noqa: SLF001
