"""Turns a queryset into the SQL of one value, to be asked beside another statement instead of by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

COUNT = "(SELECT count(*) FROM ({}) AS found)"
Asked = tuple[str, Sequence[Any]]
"""An SQL expression of one value, with its parameters."""


def compiled(found: QuerySet[Any, Any]) -> Asked:
    """The one value that `found` selects, or NULL."""
    sql, values = found.query.sql_with_params()
    return f"({sql})", values


def counted(found: QuerySet[Any, Any]) -> Asked:
    """How many rows there are."""
    sql, values = found.order_by().values("pk").query.sql_with_params()
    return COUNT.format(sql), values
