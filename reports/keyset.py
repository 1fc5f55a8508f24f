"""Pages of a list that are found by where the last one ended: as quick deep in the list as at its beginning."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


class NotACursor(Exception):
    """The text marks no place in the list."""


@dataclass(frozen=True)
class Order:
    """By an instant, and by id where instants are equal."""

    column: str
    descending: bool

    def terms(self, *, backwards: bool) -> list[str]:
        """The terms of ORDER BY, or of the way back."""
        sign = "-" if self.descending != backwards else ""
        return [f"{sign}{self.column}", f"{sign}pk"]


@dataclass(frozen=True)
class Cursor:
    """A place in the list: the row at it, and whether to go back from there."""

    at: datetime
    pk: int
    backwards: bool

    @classmethod
    def parse(cls, text: str, *, backwards: bool) -> Cursor:
        """The place that `mark` wrote. Raises NotACursor."""
        at, _, pk = text.partition("_")
        try:
            cursor = cls(datetime.fromisoformat(at), int(pk), backwards)
        except ValueError as error:
            raise NotACursor(text) from error
        if cursor.at.tzinfo is None or not 0 < cursor.pk < 2**63:
            raise NotACursor(text)
        return cursor


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the marks from which the pages before and after go on; None where the list ends."""

    rows: list[Row]
    before: str | None
    after: str | None


def page(rows: QuerySet[Row], order: Order, *, cursor: Cursor | None, size: int) -> Page[Row]:
    """The `size` rows beyond `cursor`, in `order`."""
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        rows = rows.filter(_beyond(cursor, order))
    found = list(rows.order_by(*order.terms(backwards=backwards))[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_before, has_after = (more, True) if backwards else (cursor is not None, more)
    mark = _marker(order)
    return Page(
        found,
        before=mark(found[0]) if found and has_before else None,
        after=mark(found[-1]) if found and has_after else None,
    )


def _beyond(cursor: Cursor, order: Order) -> Q:
    """The plain comparison of the instant comes first, so that its index is used."""
    side = "lt" if order.descending != cursor.backwards else "gt"
    column: dict[str, Any] = {f"{order.column}__{side}e": cursor.at}
    further: dict[str, Any] = {f"{order.column}__{side}": cursor.at}
    return Q(**column) & (Q(**further) | Q(**{f"pk__{side}": cursor.pk}))


def _marker(order: Order) -> Callable[[Model], str]:
    return lambda row: f"{getattr(row, order.column).isoformat()}_{row.pk}"
