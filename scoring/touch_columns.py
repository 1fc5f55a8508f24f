"""Reads the touches of many leads as columns of numbers: one copy out of the database, no object a row."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from django.conf import settings
from django.db import connection

from leads.models import SignalType
from scoring.domain.trajectories import Touches, Whole, instant, microseconds
from scoring.domain.weeks import week_of, week_start

POSTGRES_EPOCH = microseconds(datetime(2000, 1, 1, tzinfo=UTC))
HEADER = 21  # of a binary copy: signature, flags, extension, and the number of fields of its only row
ARRAY_HEADER = 20  # dimensions, nulls, type, length, lower bound
# COPY in binary, a whole column as one array: every number has a length before it and the same width
COLUMNS = """
    COPY (
        SELECT array_agg(lead_id), array_agg(number), array_agg(id), array_agg(depth), array_agg(occurred_at),
            array_agg(greatest(occurred_at, received_at))
        FROM leads_signal JOIN unnest(%s::varchar[]) WITH ORDINALITY AS kinds (code, number) ON code = type
        WHERE lead_id BETWEEN %s AND %s AND occurred_at < %s AND received_at < %s
    ) TO STDOUT (FORMAT BINARY)
"""
TYPES = (">i8", ">i8", ">i8", ">i2", ">i8", ">i8")
ESTIMATE = """
    SELECT coalesce(sum(greatest(reltuples, 0)), 0) FROM pg_class JOIN pg_inherits ON inhrelid = pg_class.oid
    WHERE inhparent = 'leads_signal'::regclass
"""


@dataclass(frozen=True)
class Chunk:
    """Leads with ids from `first` to `last`."""

    first: int
    last: int


def chunks(*, touches_each: int) -> Iterator[Chunk]:
    """All leads in order, cut so that each part has about so many touches."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM leads_lead")
        first, last = cursor.fetchone()
        cursor.execute(ESTIMATE)
        touches = max(cursor.fetchone()[0], 1)
    step = max(1000, int(touches_each * (last - first + 1) / touches))
    for begin in range(first, last + 1, step):
        yield Chunk(begin, min(begin + step - 1, last))


def read(chunk: Chunk, *, until: datetime) -> Touches:
    """The touches of these leads that were known before `until`; a lead's in the order in which they became known."""
    kinds = tuple(SignalType.objects.order_by("code").values_list("code", flat=True))
    lead, number, ids, depth, occurred, known = _columns(_copied(kinds, chunk, until))
    order = np.lexsort((ids, known, lead))
    occurred, known = occurred[order] + POSTGRES_EPOCH, known[order] + POSTGRES_EPOCH
    weeks = _Weeks.covering(occurred, known)
    return Touches(
        kinds=kinds,
        lead=lead[order],
        kind=number[order] - 1,
        depth=depth[order],
        occurred_at=occurred,
        known_at=known,
        week=weeks.of(occurred),
        known_week=weeks.of(known),
    )


def _copied(kinds: tuple[str, ...], chunk: Chunk, until: datetime) -> bytes:
    copied = bytearray()
    with connection.cursor() as cursor:
        values = [list(kinds), chunk.first, chunk.last, until, until]
        with cursor.cursor.copy(COLUMNS, values) as copy:  # the driver's own, under any wrapper of Django's
            for part in copy:
                copied += part
    return bytes(copied)


def _columns(copied: bytes) -> list[Whole]:
    """The arrays of the one row; no touches at all come as nulls."""
    found, place = [], HEADER
    for number_type in TYPES:
        (length,) = struct.unpack_from(">i", copied, place)
        place += 4
        row = np.dtype([("length", ">i4"), ("value", number_type)])
        body = copied[place + ARRAY_HEADER : place + length] if length > ARRAY_HEADER else b""
        found.append(np.frombuffer(body, row)["value"].astype(np.int64))
        place += max(length, 0)
    return found


@dataclass(frozen=True)
class _Weeks:
    """The Mondays between two instants, as numbers, in the organisation's time zone."""

    first: int
    mondays: Whole

    @classmethod
    def covering(cls, occurred: Whole, known: Whole) -> _Weeks:
        if not len(occurred):
            return cls(0, np.empty(0, dtype=np.int64))
        zone = settings.ORGANISATION_TIME_ZONE
        first, last = (week_of(instant(int(at)), zone) for at in (occurred.min(), known.max()))
        mondays = [microseconds(week_start(week, zone)) for week in range(first, last + 2)]
        return cls(first, np.array(mondays, dtype=np.int64))

    def of(self, instants: Whole) -> Whole:
        """The decay week of each instant."""
        return np.searchsorted(self.mondays, instants, side="right") - 1 + self.first
