"""`field__any_of=values`: one of very many values, sent as one array, so that the statement stays short."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    AnyLookup = Lookup[Any]
else:
    AnyLookup = Lookup  # takes no parameter at run time


@ForeignObject.register_lookup
@Field.register_lookup
class AnyOf(AnyLookup):
    """As `in`, but never empty and never a subquery: the values of any number are one parameter."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        column, before = self.process_lhs(compiler, connection)
        if hasattr(self.rhs, "as_sql"):
            given, told = compiler.compile(self.rhs)  # with each asking, as one array
            return f"{column} = ANY({given})", [*before, *told]
        values = list(self.rhs)
        written = _written(values)
        if written is None:
            return f"{column} = ANY(%s)", [*before, values]
        return f"{column} = ANY(%s::{written[0]}[])", [*before, written[1]]


def _written(values: list[Any]) -> tuple[str, str] | None:
    """The type and the array as PostgreSQL writes it, for numbers and for plain text: thousands at a stroke."""
    kinds = set(map(type, values))
    if kinds == {int}:
        return "bigint", f"{{{','.join(map(str, values))}}}"
    if kinds != {str}:
        return None
    text = '","'.join(values)
    is_plain = "\\" not in text and text.count('"') == 2 * (len(values) - 1)
    return ("text", f'{{"{text}"}}') if is_plain else None
