"""Makes objects of rows without what a model's own constructor does for each, where there are thousands of them.

They are what `Model()` and reading by the ORM make, but for signals and defaults that are made anew for each object.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, QuerySet
from django.db.models.base import ModelState

Row = TypeVar("Row", bound=Model)


def read(found: QuerySet[Row], *, without: Container[str] = ()) -> list[Row]:
    """The rows as objects, none of their relations read; columns that are left out are read when asked for."""
    model = found.model
    names = [name for name in _columns_of(model) if name not in without]
    return [
        _object(model, dict(zip(names, values, strict=True)), stored_in=DEFAULT_DB_ALIAS)
        for values in found.values_list(*names)
    ]


def fresh(model: type[Row], told: Mapping[str, Any]) -> Row:
    """An object that is not stored yet, with these values by column and else the model's plain defaults."""
    return _object(model, {**_defaults_of(model), **told}, stored_in=None)


def kept(model: type[Row], told: Mapping[str, Any], **at_hand: Model | None) -> Row:
    """The object of a row that is there, of which these columns are known; the others are read when asked for.

    Relations that are `at_hand` are not read: they are what the columns name.
    """
    made = _object(model, dict(told), stored_in=DEFAULT_DB_ALIAS)
    made._state.fields_cache.update(at_hand)  # noqa: SLF001 - no public name
    return made


def twin(row: Row) -> Row:
    """A copy of the object, so that what is said later of either is not said of the other."""
    state = vars(row)["_state"]
    made = _object(type(row), dict(vars(row)), stored_in=state.db)
    own = vars(made)["_state"]
    own.adding, own.fields_cache = state.adding, dict(state.fields_cache)
    return made


def bring(rows: Sequence[Model], name: str, *, without: Container[str] = ()) -> None:
    """Have the relation of that name at hand for each of the rows, which share what is the same; one statement.

    Its columns that are left out are read when asked for.
    """
    if not rows:
        return
    field: Any = rows[0]._meta.get_field(name)  # noqa: SLF001 - Django names it as public
    named = {vars(row)[field.attname] for row in rows}
    found = {
        one.pk: one
        for one in read(field.related_model.objects.filter(pk__any_of=named - {None}), without=without)
    }
    for row in rows:
        row._state.fields_cache[name] = found.get(vars(row)[field.attname])  # noqa: SLF001


def point(row: Model, name: str, to: Model | None) -> None:
    """Let the row's relation of that name be `to`, as setting it does."""
    row.__dict__[f"{name}_id"] = None if to is None else to.pk
    row._state.fields_cache[name] = to  # noqa: SLF001


def _object(model: type[Row], values: dict[str, Any], *, stored_in: str | None) -> Row:
    made = model.__new__(model)
    state = ModelState()
    state.db, state.adding = stored_in, stored_in is None
    values["_state"] = state
    made.__dict__ = values
    return made


@cache
def _columns_of(model: type[Model]) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields)  # noqa: SLF001


@cache
def _defaults_of(model: type[Model]) -> Mapping[str, Any]:
    """What an object says that is told nothing; raises TypeError for a default that may not be shared."""
    said = vars(model())
    values = {name: said[name] for name in _columns_of(model)}
    if shared := [name for name, value in values.items() if isinstance(value, list | dict)]:
        raise TypeError(f"{model.__name__} makes its {shared[0]} anew for each row.")
    return values
