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
        if not hasattr(self.rhs, "as_sql"):
            return f"{column} = ANY(%s)", [*before, list(self.rhs)]
        values, told = compiler.compile(self.rhs)  # given with each asking, as one array
        return f"{column} = ANY({values})", [*before, *told]
