"""Fills the columns of running clocks: a chunk of ids in which a trigger left a mark is read again.

A filling that is cut off leaves nothing behind: its chunk is read by the next one. Two at once share the chunks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import F
from django.db.models.expressions import RawSQL

from reports import clock_columns
from reports.clock_columns import BUCKET, CHUNK, DIMENSIONS, RunningClocks
from reports.measures import FILTERED, OF_CLOCKS
from reports.models import PackedClocks, TouchedClocks
from reports.snapshot import one_moment
from routing.models import Clock
from routing.models.clock import ClockQuerySet

COLUMNS = (*(OF_CLOCKS[name] for name in FILTERED), "kind", "pk", "started_at", "due_at")
A_CHUNK = CHUNK - BUCKET
IDS = f"""
    SELECT (bucket << {BUCKET}) + place
    FROM unnest(%s::bigint[]) AS bucket, generate_series(0, {2**BUCKET - 1}) AS place
"""  # noqa: S608 - numbers of our own


def fill(*, now: datetime) -> int:
    """Read every touched chunk again; returns how many were."""
    touched = TouchedClocks.objects.annotate(chunk=F("bucket").bitrightshift(A_CHUNK))
    chunks = touched.values_list("chunk", flat=True).distinct().order_by("chunk")
    return sum(_fill_chunk(chunk, now=now) for chunk in list(chunks))


def in_buckets(buckets: Iterable[int]) -> RunningClocks:
    """The running clocks of these buckets, from the rows."""
    return _read(Clock.objects.filter(pk__in=RawSQL(IDS, [list(buckets)])))  # noqa: S611 - numbers of our own


def differences() -> Iterator[str]:
    """A sentence for each chunk whose columns, where nothing was touched since, are not what its rows give."""
    with one_moment():
        touched = set(TouchedClocks.objects.values_list("bucket", flat=True))
        running = Clock.objects.running().annotate(chunk=F("pk").bitrightshift(CHUNK))
        packed = PackedClocks.objects.values_list("chunk", flat=True)
        for chunk in sorted({*running.values_list("chunk", flat=True).distinct(), *packed}):
            kept = PackedClocks.objects.filter(chunk=chunk).first()
            known = unpacked(kept) if kept else clock_columns.of_rows([])
            if _settled(known, touched) != _settled(_of_chunk(chunk), touched):
                first, last = chunk << CHUNK, (chunk + 1 << CHUNK) - 1
                yield f"Running clocks {first} to {last}: their columns are not what the rows give."


def unpacked(packed: PackedClocks) -> RunningClocks:
    """The clocks that the row keeps."""
    columns = bytes(packed.columns)
    return clock_columns.unpack(columns, packed.legend, chunk=packed.chunk, count=packed.clocks)


def _fill_chunk(chunk: int, *, now: datetime) -> bool:
    """Read the chunk again; False where another filling is at it.

    The marks go before the rows are read: what changes after the reading leaves a mark that stays.
    """
    with transaction.atomic():
        PackedClocks.objects.bulk_create([PackedClocks(chunk=chunk)], ignore_conflicts=True)
        row = PackedClocks.objects.filter(chunk=chunk)
        if row.select_for_update(skip_locked=True).values_list("pk", flat=True).first() is None:
            return False
        marks = TouchedClocks.objects.filter(bucket__gte=chunk << A_CHUNK, bucket__lt=chunk + 1 << A_CHUNK)
        marks.delete()
        clocks = _of_chunk(chunk)
        if len(clocks):
            columns = clock_columns.pack(clocks)
            row.update(
                filling=uuid4(), clocks=len(clocks), legend=clocks.legend, columns=columns, filled_at=now
            )
        else:
            row.delete()
    return True


def _of_chunk(chunk: int) -> RunningClocks:
    return _read(Clock.objects.filter(pk__gte=chunk << CHUNK, pk__lt=chunk + 1 << CHUNK))


def _read(clocks: ClockQuerySet) -> RunningClocks:
    return clock_columns.of_rows(list(clocks.running().order_by("pk").values_list(*COLUMNS)))


def _settled(clocks: RunningClocks, touched: set[int]) -> list[tuple[object, ...]]:
    """The clocks as values, without those that a mark stands for."""
    texts = [[clocks.legend[name][code] for code in clocks.codes[name]] for name in DIMENSIONS]
    rows = zip(clocks.id.tolist(), clocks.started.tolist(), clocks.due.tolist(), *texts, strict=True)
    return [row for row in rows if row[0] >> BUCKET not in touched]
