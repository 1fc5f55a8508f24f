"""Statements that are sent with every signal and decision: put together once a process, planned once a connection.

Django puts a statement together anew each time and writes the values into its text, so that PostgreSQL reads and plans
it anew as well; for the few on the hot path that is most of their cost. Here the same query of the ORM, or the same
rows to insert, become one text with places for values, and PostgreSQL keeps its plan as long as the connection lasts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache, cached_property, partial
from itertools import chain, count
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from django.db.models import Choices, Expression, JSONField, Model, QuerySet
from django.db.models.expressions import DatabaseDefault
from django.db.models.query import get_related_populators
from psycopg.sql import Literal

from leads import quick_rows
from leads.arrays import array
from leads.json_text import json_text
from leads.sending import Answer, Coming, Done, sender_of

Row = TypeVar("Row", bound=Model)


PLACE = re.compile(r"%(?:\((\w+)\)s|s|%)")
MANY = 3  # rows, from which on each column is sent as one array: the text is the same for any number of them


def rows(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """What the statement returns."""
    return _executed(statement, values).rows


def row(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """The first row that the statement returns; None where there is none."""
    found = rows(statement, values)
    return found[0] if found else None


def run(statement: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> int:
    """How many rows the statement changed."""
    return _executed(statement, values).changed


def rows_beside(
    statement: str, values: Sequence[Any] | Mapping[str, Any], work: Callable[[], Done]
) -> tuple[list[tuple[Any, ...]], Done]:
    """What the statement returns, and what came of the work, which is done meanwhile and asks the database nothing."""
    database = _database()
    if database.queries_logged or database.execute_wrappers:
        return rows(statement, values), work()
    text, told = _told_apart(statement, values)
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        answer, done = sender_of(database.connection).beside(text, told, work)
    return answer.rows, done


def rows_ahead(
    statement: str, values: Sequence[Any] | Mapping[str, Any] = ()
) -> Callable[[], list[tuple[Any, ...]]]:
    """Ask now, and read what the statement returns when that is called: what is asked together goes on one way."""
    database = _database()
    if database.queries_logged or database.execute_wrappers:
        found = _executed(statement, values).rows
        return lambda: found
    text, told = _told_apart(statement, values)
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        coming = sender_of(database.connection).ahead(text, told)
    return partial(_read, database, coming)


def _read(database: Any, coming: Coming) -> list[tuple[Any, ...]]:
    with database.wrap_database_errors:
        return coming.rows()


def run_later(
    statement: str, values: Sequence[Any] | Mapping[str, Any] = (), *, refusal: Exception | None = None
) -> None:
    """Run it with the next statement, or before the commit: for what nobody waits for.

    Where it changes no row, the next raises the `refusal`.
    """
    database = _database()
    if database.queries_logged or database.execute_wrappers:
        if not _executed(statement, values).changed and refusal is not None:
            raise refusal
        return
    text, told = _told_apart(statement, values)
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        sender_of(database.connection).later(text, told, refusal=refusal)


def _executed(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> Answer:
    """By the connection's own sender; Django's logs and its errors are as for any statement."""
    database = _database()
    text, told = _told_apart(statement, values)
    sender = sender_of(database.connection)
    if database.queries_logged or database.execute_wrappers:
        wrapper = CursorDebugWrapper if database.queries_logged else CursorWrapper
        found: Any = wrapper(sender, database).execute(text, told)
        answer: Answer = found
        return answer
    database.validate_no_broken_transaction()
    with database.wrap_database_errors:
        return sender.execute(text, told)


def _database() -> Any:
    """Django's connection, open."""
    database: Any = connections[DEFAULT_DB_ALIAS]
    if database.connection is None or not database.health_check_done:
        database.close_if_health_check_failed()
        database.ensure_connection()
    return database


def _told_apart(statement: str, values: Sequence[Any] | Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
    text, names = _numbered(statement)
    return text, [values[name] for name in names] if isinstance(values, Mapping) else values


@cache
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """The text with $1, $2 … for its places, and the names of those that have any, in that order."""
    names: dict[str, int] = {}
    places = count(1)

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found[1]
        return f"${names.setdefault(name, len(names) + 1) if name else next(places)}"

    return PLACE.sub(number, statement), tuple(names)


def _with_values(statement: str, values: Sequence[Any]) -> str:
    """The text with its values written in, and places left where one comes with each asking."""
    connection.ensure_connection()
    session, left = connection.connection, iter(values)

    def write(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = next(left)
        return "%s" if isinstance(value, _Place) else Literal(value).as_string(session).replace("%", "%%")

    return PLACE.sub(write, statement)


def with_constants(statement: str, values: Sequence[Any]) -> tuple[str, list[Any]]:
    """The text with the members of our own enumerations written into it, and the values that are left.

    There are few of them, so the text stays one, and a plan that is kept can use an index of those rows alone.
    """
    left = iter(values)
    kept: list[Any] = []

    def write(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%%"
        value = next(left)
        if isinstance(value, Choices):
            return Literal(value.value).as_string(None).replace("%", "%%")
        kept.append(value)
        return "%s"

    return PLACE.sub(write, statement), kept


class _Place(NamedTuple):
    """Where a value goes that comes with each asking."""

    name: str


class Given(Expression):
    """In a `Query`, the value of that name."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Left open."""
        return "%s", [_Place(self.name)]


class Query(Generic[Row]):
    """A query of the ORM that is put together once: `Query(lambda: Lead.objects.filter(email_key=Given("key")))`.

    Everything that the queryset says holds (`select_related`, locks, order) but for prefetching.
    """

    def __init__(self, queryset: Callable[[], QuerySet[Row]]) -> None:
        self._queryset = queryset

    def all(self, **given: Any) -> list[Row]:
        """The rows as objects, read with these values."""
        return [self._object(values) for values in self._rows(given)]

    def first(self, **given: Any) -> Row | None:
        """The first of them."""
        return next((self._object(values) for values in self._rows(given)), None)

    def ahead(self, **given: Any) -> Callable[[], list[Row]]:
        """Ask now, and read the rows as objects when that is called."""
        statement, names, _ = self._ready
        found = rows_ahead(statement, [given[name] for name in names])
        return lambda: [self._object(values) for values in self._converted(found())]

    @cached_property
    def _ready(self) -> tuple[str, tuple[str, ...], Any]:
        """The text, the names of what is given, and the compiler that knows what its columns are.

        What the queryset says itself is written into the text, so that the plan that is kept can use it: an index of
        the open ones alone serves whoever asks for those, and not whoever asks for a status to be named later.
        """
        compiler = self._queryset().query.get_compiler(connection=connection)
        statement, values = compiler.as_sql()
        names = tuple(value.name for value in values if isinstance(value, _Place))
        return _with_values(statement, values), names, compiler

    @cached_property
    def _columns(self) -> tuple[type[Row], slice, list[str], Any, Any]:
        """The model with its part of each row, those of its relations, and how values are read."""
        compiler = self._ready[2]
        select, told = compiler.select, compiler.klass_info
        part = slice(told["select_fields"][0], told["select_fields"][-1] + 1)
        names = [column[0].target.attname for column in select[part]]
        populators = get_related_populators(told, select, connection.alias)  # type: ignore[call-arg]  # of Django 5.2
        converters = compiler.get_converters([column[0] for column in select])
        return told["model"], part, names, populators, converters

    @cached_property
    def _annotations(self) -> list[tuple[str, int]]:
        """What was annotated, and its place in each row."""
        return list(self._ready[2].annotation_col_map.items())

    def _rows(self, given: Mapping[str, Any]) -> Any:
        statement, names, _ = self._ready
        return self._converted(rows(statement, [given[name] for name in names]))

    def _converted(self, found: list[tuple[Any, ...]]) -> Any:
        converters = self._columns[4]
        return self._ready[2].apply_converters(found, converters) if converters else found

    def _object(self, values: Sequence[Any]) -> Row:
        model, part, names, populators, _ = self._columns
        found = quick_rows.kept(model, dict(zip(names, values[part], strict=True)))
        for populator in populators:
            _relate(found, populator, values)
        for name, place in self._annotations:
            setattr(found, name, values[place])
        return found


def _relate(found: Model, populator: Any, values: Sequence[Any]) -> None:
    """Hang what `select_related` read with the row onto its object, as Django's own populator does."""
    part = dict(zip(populator.init_list, values[populator.cols_start : populator.cols_end], strict=True))
    other = None
    if part[populator.model_cls._meta.pk.attname] is not None:  # noqa: SLF001
        other = quick_rows.kept(populator.model_cls, part)
        for further in populator.related_populators:
            _relate(other, further, values)
        populator.remote_setter(other, found)
    populator.local_setter(found, other)


def insert(model: type[Model], told: Sequence[Mapping[str, Any]], *, ending: str = "") -> list[Any]:
    """Store rows that are given as values by column, all with the same ones; returns their ids, in the same order.

    `ending` may say what happens to a row that is there already. Columns of which nothing is said have the database's
    own default, or none.
    """
    return [key for (key,) in rows(*_inserting(model, told, ending=ending))] if told else []


def insert_later(model: type[Model], told: Sequence[Mapping[str, Any]], *, ending: str = "") -> None:
    """Store them with the next statement, or with the commit, for whoever does not ask for their ids."""
    if told:
        run_later(*_inserting(model, told, ending=ending))


def store(made: Sequence[Model], *, ending: str = "") -> None:
    """Insert objects of one model, which then know their ids; with an `ending` that leaves out any they may not."""
    if not made:
        return
    keys = insert(type(made[0]), [_told(one) for one in made], ending=ending)
    if len(keys) == len(made):
        for one, key in zip(made, keys, strict=True):
            one.pk = key
            one._state.adding = False  # noqa: SLF001 - as `save` does
            one._state.db = DEFAULT_DB_ALIAS  # noqa: SLF001


def store_later(made: Sequence[Model], *, ending: str = "") -> None:
    """Insert objects of one model with the next statement, or with the commit; they will not know their ids."""
    if made:
        insert_later(type(made[0]), [_told(one) for one in made], ending=ending)


def _inserting(
    model: type[Model], told: Sequence[Mapping[str, Any]], *, ending: str
) -> tuple[str, list[Any]]:
    """The statement that stores the rows, and its values."""
    by_column = len(told) >= MANY and not any(isinstance(value, list) for value in told[0].values())
    statement, plain = _insertion(model, tuple(told[0]), count=0 if by_column else len(told), ending=ending)
    lines = [
        [
            json_text(value) if place in plain and value is not None else value
            for place, value in enumerate(one.values())
        ]
        for one in told
    ]
    return statement, list(map(array, zip(*lines, strict=True)) if by_column else chain(*lines))


def _told(made: Model) -> dict[str, Any]:
    """What the object says, by column; what it leaves to the database is left to it."""
    values = made.__dict__
    return {
        field.attname: values[field.attname]
        for field in made._meta.concrete_fields  # noqa: SLF001
        if not (field is made._meta.pk and made.pk is None)  # noqa: SLF001
        and not isinstance(values[field.attname], DatabaseDefault)
    }


@cache
def _insertion(
    model: type[Model], names: tuple[str, ...], *, count: int, ending: str
) -> tuple[str, frozenset[int]]:
    """The text for so many rows, or with an array a column for any number, and which of its columns hold JSON."""
    options = model._meta  # noqa: SLF001 - Django's own door to it, documented
    fields: list[Any] = [options.get_field(name) for name in names]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    if count:
        one = f"({', '.join(['%s'] * len(fields))})"
        told = f"VALUES {', '.join([one] * count)}"
    else:
        told = f"SELECT * FROM unnest({', '.join(f'%s::{_type_of(field)}[]' for field in fields)})"  # noqa: S608
    key = options.pk.column if options.pk else "id"
    statement = f'INSERT INTO "{options.db_table}" ({columns}) {told} {ending} RETURNING "{key}"'
    return statement, frozenset(place for place, field in enumerate(fields) if isinstance(field, JSONField))


def _type_of(field: Any) -> str:
    """What PostgreSQL calls the values of a column."""
    kind: str = field.rel_db_type(connection) if field.is_relation else field.db_type(connection)
    return kind.partition("(")[0]
