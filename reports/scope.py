"""The rows behind a report: what a viewer may see of them, in the period and under the filters that were asked for."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import Model, QuerySet

from leads.models import User
from reports.domain.selection import NOBODY, Selection
from reports.measures import Measure, Rows

Row = TypeVar("Row", bound=Model)


def chosen(measure: Measure, selection: Selection, *, user: User) -> Rows:
    """The decided rows of the measure that `user` may see, under the filters of the selection, of any time."""
    seen: Rows = measure.rows().visible_to(user)
    return narrowed(seen, selection, measure.columns)


def narrowed(rows: QuerySet[Row], selection: Selection, columns: dict[str, str]) -> QuerySet[Row]:
    """`rows` under the filters of the selection, by the columns that hold its tier, rep, team and source."""
    for name, column in columns.items():
        value = getattr(selection, name)
        if value:
            rows = rows.filter(**_equals(column, value))
    return rows


def _equals(column: str, value: str) -> dict[str, object]:
    if value != NOBODY:
        return {column: value}
    return {f"{column}__isnull": True} if column.endswith("_id") else {column: ""}
