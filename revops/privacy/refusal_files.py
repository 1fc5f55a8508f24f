"""Reads from a file who is not to be contacted; a line that is neither an address nor a domain costs only itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from leads import imports, suppressions
from leads.domain import csv_guess
from leads.imports import BrokenRow, CsvFile

ADDRESS = "person.email"


class Line(NamedTuple):
    """What one line of the file names, and whether it can go on the list."""

    number: int
    text: str
    is_entry: bool


def lines_of(path: Path, *, called: str) -> Iterator[Line]:
    """The lines that name somebody: by the column for e-mail addresses, or else by the first.

    Raises UnreadableFile, by the name that the file is `called`.
    """
    file = imports.open_csv(path, called=called)
    for number, text in _cells(file):
        if text:
            yield Line(number, text, suppressions.is_entry(text))


def _cells(file: CsvFile) -> Iterator[tuple[int, str]]:
    guessed = [name for name, field in csv_guess.guess(file.header).items() if field == ADDRESS]
    place = file.header.index(guessed[0]) if guessed else 0
    if suppressions.is_entry(file.header[place]):  # a list without a line of headings
        yield 1, file.header[place]
    for row in file.rows():
        cells = row.cells if isinstance(row, BrokenRow) else list(row.cells.values())
        yield row.line, cells[place].replace("\0", "").strip() if place < len(cells) else ""
