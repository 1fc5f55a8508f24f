"""Reads CSV files as people have them, row by row in little memory; a broken row costs itself and no other.

UTF-8, UTF-16 with its mark and CP1252; commas, semicolons, tabs and bars. What is no CSV file is said in a sentence.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, NamedTuple

from leads.domain.file_kinds import ADVICE, ENOUGH, foreign_kind

DELIMITERS = ",;\t|"
BLOCK = 1024 * 1024
SAMPLE = 64 * 1024
LONGEST_LINE = 1_000_000
MOST_COLUMNS = 1_000


class UnreadableFile(Exception):
    """The file cannot be read as CSV; the message says why."""


@dataclass(frozen=True)
class Row:
    """One row, by the line on which it begins and by column name."""

    line: int
    cells: dict[str, str]
    number: int = field(default=0, compare=False)  # how many rows come before it


@dataclass(frozen=True)
class BrokenRow:
    """Text that is no row of the file, and why."""

    line: int
    cells: list[str]
    reason: str
    number: int = field(default=0, compare=False)


class _Record(NamedTuple):
    line: int
    cells: list[str]
    problem: str


@dataclass(frozen=True)
class CsvFile:
    """A file that can be read: how it is written, and the names of its columns."""

    path: Path
    encoding: str
    delimiter: str
    header: list[str]
    called: str

    def rows(self) -> Iterator[Row | BrokenRow]:
        """Every row after the header, in order; blank lines, and rows of blank cells, are none.

        Raises UnreadableFile for an endless line.
        """
        with self.path.open(encoding=self.encoding, newline="") as file:
            records = _records(file, self.delimiter)
            next(filter(_is_header, records))
            rows = (record for record in records if record.cells)
            for number, record in enumerate(rows):
                if any(cell and not cell.isspace() for cell in record.cells):
                    yield self._row(record, number)

    def _row(self, record: _Record, number: int) -> Row | BrokenRow:
        if record.problem:
            return BrokenRow(*record, number)
        if len(record.cells) != len(self.header):
            many, expected = _cells(len(record.cells)), _cells(len(self.header))
            return BrokenRow(record.line, record.cells, f"The row has {many}, the header {expected}.", number)
        return Row(record.line, dict(zip(self.header, record.cells, strict=True)), number)


def open_csv(path: Path, *, called: str = "") -> CsvFile:
    """Look at the file: its encoding, delimiter and header. Raises UnreadableFile, by the name it is `called`."""
    name = called or str(path)
    try:
        _refuse_foreign(path, name)
        encoding = _encoding(path, name)
        with path.open(encoding=encoding, newline="") as file:
            delimiter = _delimiter(file.read(SAMPLE))
            file.seek(0)
            first = next(filter(_is_header, _records(file, delimiter)), None)
    except OSError as error:
        raise UnreadableFile(f"{name} cannot be read: {(error.strerror or str(error)).lower()}.") from error
    if first is None or not any(name.strip() for name in first.cells):
        raise UnreadableFile(f"{name} is empty.")
    return CsvFile(path, encoding, delimiter, _header(first, name), name)


def _refuse_foreign(path: Path, name: str) -> None:
    """Say what a file is that is certainly no CSV, whatever it is called."""
    with path.open("rb") as file:
        kind = foreign_kind(file.read(ENOUGH))
    if kind:
        raise UnreadableFile(f"{name} is {kind}, not a CSV file. {ADVICE}")


def _encoding(path: Path, name: str) -> str:
    """The first of the encodings in which every byte of the file is text."""
    with path.open("rb") as file:
        mark = file.read(4)
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif mark.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "cp1252"]
    for encoding in candidates:
        if _is_text(path, encoding):
            return encoding
    names = " or ".join("UTF-8" if each == "utf-8-sig" else each.upper() for each in candidates)
    raise UnreadableFile(f"{name} is not a text file in {names}.")


def _is_text(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _delimiter(sample: str) -> str:
    """The delimiter that splits the first row into the most columns; a name in quotes may go over several lines."""
    return max(DELIMITERS, key=lambda delimiter: _width(sample, delimiter))


def _width(sample: str, delimiter: str) -> int:
    rows = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    try:
        return next((len(cells) for cells in rows if "".join(cells).strip()), 0)
    except csv.Error:
        return 0


def _is_header(record: _Record) -> bool:
    """Whether the record, where none before it was, names the columns: spreadsheets are told their mark by “sep=;”."""
    return bool(record.cells) and record.cells[0].lower() != "sep="


def _header(first: _Record, called: str) -> list[str]:
    """The names of the columns; one without a name is called by its place."""
    names = [name.strip() or f"column {place}" for place, name in enumerate(first.cells, start=1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if first.problem:
        raise UnreadableFile(f"The header of {called}, on line {first.line}, cannot be read: {first.problem}")
    if any("\0" in name for name in names):
        raise UnreadableFile(f"{called} is not a text file: its first line holds NUL characters.")
    if twice:
        raise UnreadableFile(
            f"{called} has the column {twice[0]} more than once. Name each column differently."
        )
    if len(names) > MOST_COLUMNS:
        raise UnreadableFile(f"{called} has {len(names):,} columns; at most {MOST_COLUMNS:,} can be read.")
    return names


def _records(file: IO[str], delimiter: str) -> Iterator[_Record]:
    """Records with the line each begins on. After a broken one reading goes on with the line behind its first."""
    fresh, again, taken = _lines(file), deque[str](), list[str]()

    def feed() -> Iterator[str]:
        while (line := again.popleft() if again else next(fresh, None)) is not None:
            taken.append(line)
            yield line

    reader, number = csv.reader(feed(), delimiter=delimiter, strict=True), 1
    while True:
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            broken, *rest = taken
            again.extendleft(reversed(rest))
            yield _Record(number, [broken.rstrip("\r\n")], _in_words(error))
            reader, number = csv.reader(feed(), delimiter=delimiter, strict=True), number + 1
        else:
            yield _Record(number, cells, "")
            number += len(taken)


def _lines(file: IO[str]) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) >= LONGEST_LINE:
            raise UnreadableFile(
                f"Line {number} is longer than {LONGEST_LINE:,} characters; it was read up to there."
            )
        yield line


def _in_words(error: csv.Error) -> str:
    message = str(error)
    if "unexpected end of data" in message or "field limit" in message:
        return "A quotation mark is opened here and never closed."
    if "expected after" in message:
        return "Something follows a closing quotation mark. Double the quotation marks inside a quoted cell."
    return f"This cannot be read as a row: {message}."


def _cells(count: int) -> str:
    return "1 cell" if count == 1 else f"{count} cells"
