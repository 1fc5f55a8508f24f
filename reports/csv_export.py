"""Records as CSV, streamed row by row; no cell of it is a formula when a spreadsheet opens it (P27).

A file is still written when its request is over; its days are those of the zone that was active at the asking.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import tzinfo

from django.utils import timezone

# The wide forms too, which spreadsheets of East Asia read as the plain ones.
STARTS_A_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
PHONE_NUMBER = re.compile(r"\+\d{1,3} \(?\d[\d ()./-]*|\+\d{6,15}")

Row = Sequence[str | int]


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def as_text(cell: str) -> str:
    """The cell with an apostrophe in front where a spreadsheet would calculate; phone numbers stay as they are."""
    if STARTS_A_FORMULA.match(cell) and not PHONE_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def lines(header: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the file, header first; numbers stay numbers, every text is made safe."""
    return _written(header, _in_zone(rows, timezone.get_current_timezone()))


def _in_zone(rows: Iterable[Row], zone: tzinfo) -> Iterator[Row]:
    """Each row as it is in `zone`, which is active while the row is made and not while it is sent."""
    coming = iter(rows)
    while True:
        with timezone.override(zone):
            row = next(coming, None)
        if row is None:
            return
        yield row


def _written(header: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield writer.writerow(header)
    for row in rows:
        yield writer.writerow([as_text(cell) if isinstance(cell, str) else cell for cell in row])
