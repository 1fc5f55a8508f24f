"""Tables of figures as values: rows whose name leads to the page for it alone, and whose numbers lead to records."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.domain.definitions import Definition


@dataclass(frozen=True)
class Cell:
    """A number, in words; `url` leads to its records, `state` gives it a shape, `note` is what it stands on."""

    text: str
    url: str = ""
    note: str = ""
    state: str = ""


@dataclass(frozen=True)
class Row:
    """A line of a table; `address` asks the page for this row alone."""

    label: str
    note: str
    address: str
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Table:
    """One way to divide what a page is about."""

    title: str
    first_column: str
    columns: Sequence[Definition]
    rows: Sequence[Row]
    note: str = ""


def stat(definition: Definition, cell: Cell) -> dict[str, object]:
    """The cell as a figure of the page's head (includes/_stat.html)."""
    return {
        "label": definition.term,
        "definition": definition.text,
        "value": cell.text or "–",
        "url": cell.url,
        "base": cell.note,
        "state": cell.state,
    }
