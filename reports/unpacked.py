"""Packed weeks as facts and packed clocks as columns, kept in the memory of the process until they are filled anew.

A filling has a number of its own, so what is kept can never be an older one. MOST weeks are ten megabytes for each
million facts in them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from threading import Lock
from typing import TypeVar
from uuid import UUID

from reports import packing, running_rollups
from reports.clock_columns import RunningClocks
from reports.measures import Measure, recipe
from reports.models import PackedClocks, PackedWeek
from reports.packing import Facts

MOST = 1000
Kept = TypeVar("Kept")
_weeks: dict[UUID, Facts] = {}
_chunks: dict[UUID, RunningClocks] = {}
_lock = Lock()


def weeks(measure: Measure, mondays: Collection[date]) -> list[Facts]:
    """The facts of the filled weeks among `mondays`; only those not yet kept are read."""
    filled = PackedWeek.objects.filter(measure=measure.name, recipe=recipe(), monday__in=mondays)
    return _all(filled.values_list("filling", flat=True), _weeks, _read_weeks)


def running() -> list[RunningClocks]:
    """The running clocks of every filled chunk; only those not yet kept are read, and older fillings are let go."""
    numbers = list(PackedClocks.objects.values_list("filling", flat=True))
    found = _all(numbers, _chunks, _read_chunks)
    with _lock:
        for number in _chunks.keys() - numbers:
            del _chunks[number]
    return found


def _all(
    numbers: Collection[UUID],
    kept: dict[UUID, Kept],
    read: Callable[[Collection[UUID]], Mapping[UUID, Kept]],
) -> list[Kept]:
    found = {number: one for number in numbers if (one := kept.get(number)) is not None}
    missing = [number for number in numbers if number not in found]
    if missing:
        found |= read(missing)
        _keep(found, kept)
    return list(found.values())


def _read_weeks(numbers: Collection[UUID]) -> dict[UUID, Facts]:
    packed = PackedWeek.objects.filter(filling__in=numbers)
    rows = packed.values_list("filling", "columns", "legend", "monday", "facts")
    return {
        number: packing.unpack(bytes(columns), legend, monday=monday, count=count)
        for number, columns, legend, monday, count in rows
    }


def _read_chunks(numbers: Collection[UUID]) -> dict[UUID, RunningClocks]:
    packed = PackedClocks.objects.filter(filling__in=numbers)
    return {one.filling: running_rollups.unpacked(one) for one in packed}


def _keep(found: Mapping[UUID, Kept], kept: dict[UUID, Kept]) -> None:
    """The oldest kept go first."""
    with _lock:
        for number, one in found.items():
            kept.setdefault(number, one)
        for number in list(kept)[:-MOST]:
            del kept[number]
