"""Facts in columns: each a small array with a legend, so that a year of a million is filtered and counted at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from reports.domain import histogram

DIMENSIONS = ("tier", "team", "rep", "source", "detail")
EPOCH = date(2000, 1, 3)
"""A Monday, from which days are counted."""
LAST_DAY = 2**16

Column = npt.NDArray[Any]


@dataclass(frozen=True)
class Coded:
    """Columns of codes; `legend` holds what the codes of a dimension stand for."""

    legend: Mapping[str, Sequence[str]]
    codes: Mapping[str, Column]

    def having(self, dimension: str, values: Iterable[str]) -> Column:
        """Whether each row has one of `values` in the dimension."""
        wanted = set(values)
        chosen = np.array([value in wanted for value in self.legend[dimension]], dtype=bool)
        found: Column = chosen[self.codes[dimension]]
        return found


@dataclass(frozen=True)
class Facts(Coded):
    """Facts as columns of one length: their day, whether good, their slot, and a code for each dimension.

    `spans` are exact milliseconds, where they are known.
    """

    day: Column
    is_good: Column
    slot: Column
    spans: Column | None = None

    def __len__(self) -> int:
        return len(self.day)

    def where(self, true: Column) -> Facts:
        """The facts for which `true` holds."""
        places = np.flatnonzero(true)  # taking by place is several times as fast as by truth
        spans = None if self.spans is None else self.spans[places]
        codes = {name: column[places] for name, column in self.codes.items()}
        return Facts(self.legend, codes, self.day[places], self.is_good[places], self.slot[places], spans)


def of_rows(rows: Sequence[tuple[Any, ...]]) -> Facts:
    """Facts of rows: tier, team, rep, source, detail, day, whether good, and the span, never below nothing."""
    *dimensions, days, good, spans = zip(*rows, strict=True) if rows else [()] * 8
    legend, codes = encoded(DIMENSIONS, dimensions)
    exactly = np.array([span / timedelta(milliseconds=1) for span in spans], dtype=np.float64)
    milliseconds = np.maximum(exactly, 0.0)
    return Facts(
        legend,
        codes,
        day=np.array([(day - EPOCH).days for day in days], dtype=np.uint16),
        is_good=np.array(good, dtype=bool),
        slot=histogram.slots_of(milliseconds),
        spans=milliseconds,
    )


def encoded(
    names: Sequence[str], dimensions: Sequence[Sequence[object]]
) -> tuple[dict[str, list[str]], dict[str, Column]]:
    """The legend and the codes of each named dimension; nothing is the empty text."""
    legend, codes = {}, {}
    for name, values in zip(names, dimensions, strict=True):
        texts = ["" if value is None else str(value) for value in values]
        legend[name] = sorted(set(texts))
        places = {text: place for place, text in enumerate(legend[name])}
        codes[name] = np.array([places[text] for text in texts], dtype=type_for(legend[name]))
    return legend, codes


def pack(facts: Facts) -> bytes:
    """The columns of a week one behind the other, the same for the same facts in whatever order.

    `unpack` reads them by the legend and the number of facts.
    """
    weekday, good = (facts.day % 7).astype(np.uint8), facts.is_good.astype(np.uint8)
    columns = (*(facts.codes[name] for name in DIMENSIONS), weekday, good, facts.slot.astype("<u2"))
    order = np.lexsort(columns)
    return b"".join(column[order].tobytes() for column in columns)


def unpack(columns: bytes, legend: Mapping[str, Sequence[str]], *, monday: date, count: int) -> Facts:
    """The facts of the week from `monday` that `pack` wrote."""
    codes, place = {}, 0
    for name in DIMENSIONS:
        kind = np.dtype(type_for(legend[name]))
        codes[name] = np.frombuffer(columns, kind, count, place)
        place += count * kind.itemsize
    weekday = np.frombuffer(columns, np.uint8, count, place)
    good = np.frombuffer(columns, np.uint8, count, place + count)
    slot = np.frombuffer(columns, "<u2", count, place + 2 * count)
    return Facts(legend, codes, weekday + np.uint16((monday - EPOCH).days), good.astype(bool), slot)


def together(parts: Sequence[Facts]) -> Facts:
    """All facts of `parts` under one legend; spans only where every part that holds facts has them."""
    parts = [part for part in parts if len(part)] or [of_rows([])]
    legend, codes = {}, {}
    for name in DIMENSIONS:
        legend[name] = sorted({value for part in parts for value in part.legend[name]})
        places = {value: place for place, value in enumerate(legend[name])}
        codes[name] = np.concatenate([_recoded(part, name, places) for part in parts])
    spans = [part.spans for part in parts if part.spans is not None]
    return Facts(
        legend,
        codes,
        day=np.concatenate([part.day for part in parts]),
        is_good=np.concatenate([part.is_good for part in parts]),
        slot=np.concatenate([part.slot for part in parts]),
        spans=np.concatenate(spans) if len(spans) == len(parts) else None,
    )


def _recoded(part: Facts, name: str, places: Mapping[str, int]) -> Column:
    if list(places) == list(part.legend[name]):
        return part.codes[name]
    translation = np.array([places[value] for value in part.legend[name]], dtype=np.uint32)
    found: Column = translation[part.codes[name]]
    return found


def type_for(legend: Sequence[str]) -> str:
    """The smallest type that holds a code of the legend, with the order of its bytes said."""
    return "u1" if len(legend) <= 2**8 else "<u2" if len(legend) <= 2**16 else "<u4"
