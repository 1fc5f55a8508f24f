"""Stores very many rows of a model at once by COPY, to the values that `bulk_create` would store; one stream a table.

A row without an id gets the next of its table's sequence. Columns that the rows leave to the database are left to it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Field, JSONField, Model
from django.db.models.expressions import DatabaseDefault
from psycopg import Copy, sql

from leads.cells import Column, array_column, json_column, plain_column

IDS = """
    SELECT nextval(its.ids)
    FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS ids OFFSET 0) AS its, generate_series(1, %s)
"""
BLOCK = 200  # lines that are sent together
ROWS = 1000  # rows whose columns are written together
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
    _send(fields, _values_of(rows, fields), into=_name_of(model))


def stream(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Store rows that are given as values by column, all with the same ones; the others have their defaults."""
    waiting = iter(rows)
    first = next(waiting, None)
    if first is None:
        return
    others = _left_out(model, first)
    values = (row.values() for row in chain([first], waiting))
    _send(_fields(model, first), values, into=_name_of(model), others=others)


def stream_rows(model: type[Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store rows that are given as plain values in the order of `names`; others have what the database gives them."""
    waiting = iter(rows)
    first = next(waiting, None)
    if first is not None:
        _send(_fields(model, names), chain([first], waiting), into=_name_of(model))


def write(model: type[Model], names: Sequence[str], lines: Iterable[str]) -> None:
    """Store rows that are given as lines: the cells of the named columns, with tabs between; others have defaults.

    For rows of which most is shared: what is the same is made into cells once.
    """
    waiting = iter(lines)
    first = next(waiting, None)
    if first is None:
        return
    others = _left_out(model, names)
    end = _end_of(others)
    with _copying([*_fields(model, names), *others], into=_name_of(model)) as stream:
        stream.write(first + end)
        while block := list(islice(waiting, BLOCK)):
            stream.write(end.join(block) + end)


def rewrite(rows: Sequence[Model], names: Sequence[str]) -> None:
    """Write the named fields of stored rows of one model, each of which the caller holds locked."""
    if not rows:
        return
    model = type(rows[0])
    fields = [_key(model), *_fields(model, names)]
    table, news = _name_of(model), sql.Identifier(f"news_of_{model._meta.db_table}")  # noqa: SLF001
    columns = [sql.Identifier(field.column) for field in fields]
    changes = sql.SQL(", ").join(sql.SQL("{0} = news.{0}").format(column) for column in columns[1:])
    names_of = {"table": table, "news": news, "key": columns[0]}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(news))
        cursor.execute(sql.SQL(NEWS).format(**names_of, columns=sql.SQL(", ").join(columns)))
        _send(fields, _values_of(rows, fields), into=news)
        cursor.execute(sql.SQL(REWRITE).format(**names_of, changes=changes))


def _values_of(rows: Sequence[Model], fields: Sequence[Field[Any, Any]]) -> Iterator[Sequence[Any]]:
    """What each of the rows says of two or more fields."""
    return map(itemgetter(*(field.attname for field in fields)), map(vars, rows))


def _send(
    fields: Sequence[Field[Any, Any]],
    rows: Iterator[Iterable[Any]],
    *,
    into: sql.Identifier,
    others: Mapping[Field[Any, Any], Any] | None = None,
) -> None:
    """Rows of values in the order of `fields`, each followed by the same `others`."""
    others = others or {}
    columns, end = [_column_of(field) for field in fields], _end_of(others)
    with _copying([*fields, *others], into=into) as stream:
        while block := list(islice(rows, ROWS)):
            told = zip(columns, zip(*block, strict=True), strict=True)
            cells = [column(values) for column, values in told]
            stream.write(end.join(map("\t".join, zip(*cells, strict=True))) + end)


def _column_of(field: Field[Any, Any]) -> Column:
    """How the values of the field become cells."""
    if isinstance(field, JSONField):
        return json_column
    return array_column if isinstance(field, ArrayField) else plain_column


def _end_of(others: Mapping[Field[Any, Any], Any]) -> str:
    """The cells that end every row."""
    cells = (next(iter(_column_of(field)((value,)))) for field, value in others.items())
    return "".join(f"\t{each}" for each in cells) + "\n"


@contextmanager
def _copying(fields: Sequence[Any], *, into: sql.Identifier) -> Iterator[Copy]:
    """A stream of rows with the columns of `fields`."""
    columns = sql.SQL(", ").join(sql.Identifier(field.column) for field in fields)
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(into, columns)
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as stream:
        yield stream


def _fields(model: type[Model], names: Iterable[str]) -> list[Any]:
    return [model._meta.get_field(name) for name in names]  # noqa: SLF001


def _left_out(model: type[Model], told: Container[str]) -> dict[Field[Any, Any], Any]:
    """The defaults of the columns that are not told, but for what the database fills in itself."""
    return {
        field: field.get_default()
        for field in model._meta.concrete_fields  # noqa: SLF001
        if field.attname not in told and not field.primary_key and not field.has_db_default()
    }


def _told(rows: Sequence[Model]) -> list[Field[Any, Any]]:
    """The fields of which the rows say something."""
    first = rows[0].__dict__
    fields = rows[0]._meta.concrete_fields  # noqa: SLF001
    return [field for field in fields if not isinstance(first[field.attname], DatabaseDefault)]


def _name_of(model: type[Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)  # noqa: SLF001


def _key(model: type[Model]) -> Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if field.primary_key)  # noqa: SLF001
