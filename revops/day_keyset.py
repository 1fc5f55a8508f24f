"""Pages of a list in the order of a day: as quick deep in the list as at its beginning, and nothing shown twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)
MOST_DIGITS = 18


@dataclass(frozen=True)
class Place:
    """A place in the list: the day and the id of the row at it, and whether to go back from there."""

    day: date
    pk: int
    backwards: bool = False


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows, and the marks from which the pages before and after go on; empty where the list ends."""

    rows: list[Row]
    before: str
    after: str


def place(before: str, after: str) -> Place | None:
    """The place that a mark names; what marks none is the beginning."""
    day, _, pk = (before or after).partition("_")
    if not pk.isdecimal() or len(pk) > MOST_DIGITS:
        return None
    try:
        return Place(date.fromisoformat(day), int(pk), backwards=bool(before))
    except ValueError:
        return None


def page(rows: QuerySet[Row], at: Place | None, *, size: int, descending: bool) -> Page[Row]:
    """The `size` rows beyond `at`, in the order of their annotated `day` and then of their id."""
    backwards = at is not None and at.backwards
    if at is not None:
        rows = rows.filter(_beyond(at, descending=descending))
    sign = "-" if descending != backwards else ""
    found = list(rows.order_by(f"{sign}day", f"{sign}pk")[: size + 1])
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    has_before, has_after = (more, True) if backwards else (at is not None, more)
    return Page(
        found,
        before=_mark(found[0]) if found and has_before else "",
        after=_mark(found[-1]) if found and has_after else "",
    )


def _beyond(at: Place, *, descending: bool) -> Q:
    side = "lt" if descending != at.backwards else "gt"
    day: dict[str, Any] = {f"day__{side}": at.day}
    return Q(**day) | Q(day=at.day, **{f"pk__{side}": at.pk})


def _mark(row: Any) -> str:
    return f"{row.day.isoformat()}_{row.pk}"
