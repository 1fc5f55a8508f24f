"""Names very many rows of a file in few words: runs of numbers, each from its first to one after its last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

Range = tuple[int, int]


class Numbered(Protocol):
    """A row that knows which one of its file it is."""

    @property
    def number(self) -> int:
        """How many rows of the file come before it."""


Row = TypeVar("Row", bound=Numbered)


def ranges(numbers: Iterable[int]) -> list[Range]:
    """The runs that these numbers make, in their order."""
    found: list[Range] = []
    for number in sorted(numbers):
        if found and found[-1][1] == number:
            found[-1] = (found[-1][0], number + 1)
        else:
            found.append((number, number + 1))
    return found


def others(rows: Iterable[Row], taken: Sequence[Range]) -> Iterator[Row]:
    """The rows, which come in the order of their numbers, that are in none of the runs, which are in order too."""
    runs = iter(taken)
    first, end = next(runs, (0, 0))
    for row in rows:
        while end and row.number >= end:
            first, end = next(runs, (0, 0))
        if not end or row.number < first:
            yield row
