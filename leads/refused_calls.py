"""Counts what was refused of senders' calls, by day and reason: no refusal waits for it or fails by it (IN-3, IN-4).

Nothing of what was sent is kept. A process writes ten times a second at most; what a flood brings beyond that is added
up, and written with its next refusal. Only the last moment of a flood can be missing.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock

from django.db import DatabaseError, connection, transaction

from leads.models import RefusedCalls

KEPT_FOR = timedelta(days=30)
MOST_WRITES = 10
"""A second, by one process."""
WRITE = """
    INSERT INTO leads_refusedcalls AS kept (source_id, refused_on, kind, field, times, refused, first_at, last_at)
    SELECT * FROM unnest(
        %s::bigint[], %s::date[], %s::text[], %s::text[], %s::int[], %s::int[], %s::timestamptz[], %s::timestamptz[]
    ) AS new (source_id, refused_on, kind, field, times, refused, first_at, last_at)
    WHERE source_id IS NULL OR EXISTS (SELECT FROM leads_source WHERE id = new.source_id)
    ON CONFLICT (source_id, refused_on, kind, field) DO UPDATE
    SET times = kept.times + excluded.times, refused = kept.refused + excluded.refused,
        first_at = least(kept.first_at, excluded.first_at), last_at = greatest(kept.last_at, excluded.last_at)
"""
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """One call, or one signal of a batch, that was refused: of which kind, and for which fields of the schema."""

    kind: str
    fields: tuple[str, ...] = ("",)


@dataclass(frozen=True, order=True)
class _Reason:
    """What one row counts; in the order in which rows are written, so that two writers never wait for each other."""

    source: int  # 0 for nobody that is known
    day: date
    kind: str
    field: str


@dataclass
class _Count:
    first_at: datetime
    last_at: datetime
    times: int = 0
    refused: int = 0


@dataclass
class _Waiting:
    """What this process has counted and not written, and how many writes it has left in this second."""

    counts: dict[_Reason, _Count] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    second: float = 0.0
    left: int = MOST_WRITES


_waiting = _Waiting()


def note(refusals: Iterable[Refusal], *, source: int | None, now: datetime) -> None:
    """Count the refusals of one call; what cannot be written is logged, and nobody is the worse for it."""
    with _waiting.lock:
        for refusal in refusals:
            _count(refusal, source=source or 0, now=now)
        due = _due()
    if due:
        _write(due)


def forget_old(*, now: datetime) -> int:
    """Forget what was refused thirty days ago; returns how many rows."""
    return RefusedCalls.objects.filter(refused_on__lt=(now - KEPT_FOR).date()).delete()[0]


def begin_anew() -> None:
    """Forget what waits to be written, and how much was."""
    _waiting.counts.clear()
    _waiting.second = 0.0


def _count(refusal: Refusal, *, source: int, now: datetime) -> None:
    for place, name in enumerate(dict.fromkeys(refusal.fields)):
        reason = _Reason(source, now.date(), refusal.kind, name)
        count = _waiting.counts.setdefault(reason, _Count(now, now))
        count.times += 1
        count.refused += place == 0
        count.last_at = now


def _due() -> list[tuple[_Reason, _Count]]:
    """All that waits, where this second has a write left."""
    if (at := time.monotonic()) - _waiting.second >= 1:
        _waiting.second, _waiting.left = at, MOST_WRITES
    if not _waiting.left:
        return []
    _waiting.left -= 1
    due = sorted(_waiting.counts.items(), key=lambda each: each[0])
    _waiting.counts.clear()
    return due


def _write(due: list[tuple[_Reason, _Count]]) -> None:
    rows = [
        (
            reason.source or None,
            *(reason.day, reason.kind, reason.field),
            *(count.times, count.refused, count.first_at, count.last_at),
        )
        for reason, count in due
    ]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(WRITE, [list(column) for column in zip(*rows, strict=True)])
    except DatabaseError as error:
        logger.warning("refused calls were not counted: %r", error)
