"""Packed weeks as facts, kept in the memory of the process for as long as nobody fills them anew.

A filling has a number of its own, so what is kept can never be an older one. MOST weeks are ten megabytes for each
million facts in them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from threading import Lock
from uuid import UUID

from reports import packing
from reports.measures import Measure, recipe
from reports.models import PackedWeek
from reports.packing import Facts

MOST = 1000
_kept: dict[UUID, Facts] = {}
_lock = Lock()


def weeks(measure: Measure, mondays: Collection[date]) -> list[Facts]:
    """The facts of the filled weeks among `mondays`; only those not yet kept are read."""
    filled = PackedWeek.objects.filter(measure=measure.name, recipe=recipe(), monday__in=mondays)
    numbers = list(filled.values_list("filling", flat=True))
    found = {number: kept for number in numbers if (kept := _kept.get(number)) is not None}
    missing = [number for number in numbers if number not in found]
    if missing:
        found |= _read(missing)
        _keep(found)
    return list(found.values())


def _read(numbers: Collection[UUID]) -> dict[UUID, Facts]:
    packed = PackedWeek.objects.filter(filling__in=numbers)
    rows = packed.values_list("filling", "columns", "legend", "monday", "facts")
    return {
        number: packing.unpack(bytes(columns), legend, monday=monday, count=count)
        for number, columns, legend, monday, count in rows
    }


def _keep(found: dict[UUID, Facts]) -> None:
    """The oldest kept go first."""
    with _lock:
        for number, facts in found.items():
            _kept.setdefault(number, facts)
        for number in list(_kept)[:-MOST]:
            del _kept[number]
