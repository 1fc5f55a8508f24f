"""Running clocks in columns, so that two hundred thousand are filtered, judged and counted at once.

A state depends on the clock on the wall: columns keep when each began and is due, and are judged at the asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from reports.domain.compliance import AT_RISK
from reports.packing import Coded, Column, encoded, type_for

DIMENSIONS = ("tier", "team", "rep", "source", "kind")
CHUNK = 14
"""A chunk holds 2^CHUNK ids, so that two bytes tell one of them."""
BUCKET = 4
"""A mark stands for 2^BUCKET ids; the triggers say so too."""
STATES = 3
"""Codes of states: 0 in time, 1 at risk, 2 overdue."""
BEGAN = datetime(2000, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class RunningClocks(Coded):
    """Clocks that run, as columns of one length: id, start and due time in microseconds, a code for each dimension."""

    id: Column
    started: Column
    due: Column

    def __len__(self) -> int:
        return len(self.id)

    def where(self, true: Column) -> RunningClocks:
        """The clocks for which `true` holds."""
        places = np.flatnonzero(true)
        codes = {name: column[places] for name, column in self.codes.items()}
        return RunningClocks(self.legend, codes, self.id[places], self.started[places], self.due[places])

    def states(self, now: datetime) -> Column:
        """The state of each at `now`, to the microsecond as `clock_states.condition` says it of rows."""
        moment = microseconds(now)
        nearly = np.rint((self.due - self.started) * AT_RISK).astype(np.int64)
        in_time = np.where(self.due < moment + nearly, 1, 0)
        return np.where(self.due < moment, 2, in_time).astype(np.intp)

    def counts(self, dimension: str, states: Column) -> Iterator[tuple[str, Column]]:
        """How many clocks are in each state, by what the codes of the dimension stand for."""
        legend = self.legend[dimension]
        yield from zip(legend, counted(self.codes[dimension], states, len(legend)), strict=True)


def counted(codes: Column, states: Column, groups: int) -> Column:
    """How many have each code and state: one row for each of the `groups`, a column for each state."""
    cells = codes.astype(np.intp) * STATES + states
    found: Column = np.bincount(cells, minlength=groups * STATES).reshape(groups, STATES)
    return found


def microseconds(at: datetime) -> int:
    """An instant as the columns keep it."""
    return (at - BEGAN) // MICROSECOND


def of_rows(rows: Sequence[tuple[Any, ...]]) -> RunningClocks:
    """Clocks of rows in the order of their ids: tier, team, rep, source, kind, id, start, due time."""
    *dimensions, ids, started, due = zip(*rows, strict=True) if rows else [()] * 8
    legend, codes = encoded(DIMENSIONS, dimensions)
    return RunningClocks(legend, codes, np.array(ids, dtype=np.int64), _instants(started), _instants(due))


def pack(clocks: RunningClocks) -> bytes:
    """The columns of a chunk one behind the other; `unpack` reads them by the legend and the number of clocks."""
    ids = (clocks.id & (2**CHUNK - 1)).astype("<u2")
    codes = (clocks.codes[name] for name in DIMENSIONS)
    columns = (ids, clocks.started.astype("<i8"), clocks.due.astype("<i8"), *codes)
    return b"".join(column.tobytes() for column in columns)


def unpack(columns: bytes, legend: Mapping[str, Sequence[str]], *, chunk: int, count: int) -> RunningClocks:
    """The clocks of the chunk that `pack` wrote."""
    found, place = [], 0
    for kind in map(np.dtype, ("<u2", "<i8", "<i8", *(type_for(legend[name]) for name in DIMENSIONS))):
        found.append(np.frombuffer(columns, kind, count, place))
        place += count * kind.itemsize
    ids, started, due, *codes = found
    named = dict(zip(DIMENSIONS, codes, strict=True))
    return RunningClocks(legend, named, ids.astype(np.int64) + (chunk << CHUNK), started, due)


def _instants(values: Sequence[datetime]) -> Column:
    return np.array([microseconds(value) for value in values], dtype=np.int64)
