"""The one writer of breaches: a promise not kept is a row made once, that names who held the lead (SL-14)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from django.db import connection, transaction

from leads import outbox, timeline
from leads.actors import Job
from leads.domain.events import EventKind
from leads.models import User
from leads.outbox import Event
from leads.timeline import Told
from routing.domain import durations
from routing.models import Clock, ClockKind

SWEEP = Job("service-level sweep")
BATCH = 1000
DUE = """
    SELECT id FROM routing_clock
    WHERE stopped_at IS NULL AND breached_at IS NULL AND due_at < %(now)s
    ORDER BY due_at, id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
"""
THESE = "SELECT unnest(%(ids)s::bigint[]) AS id"
# A clock that runs on after its deadline was moved may be marked again; its breach stays the first one.
MARK = """
    WITH chosen AS ({chosen}),
    marked AS (
        UPDATE routing_clock AS clock SET breached_at = clock.due_at FROM chosen WHERE clock.id = chosen.id
        RETURNING clock.id, clock.lead_id, clock.kind, clock.target, clock.holder_id, clock.due_at
    ),
    fresh AS (
        INSERT INTO routing_breach (clock_id, holder_id, due_at, noticed_at)
        SELECT id, holder_id, due_at, %(now)s FROM marked ORDER BY due_at, id
        ON CONFLICT (clock_id) DO NOTHING
        RETURNING clock_id
    )
    SELECT marked.*, fresh.clock_id IS NOT NULL
    FROM marked LEFT JOIN fresh ON fresh.clock_id = marked.id
    ORDER BY marked.due_at, marked.id
"""


class _Marked(NamedTuple):
    """A clock that was marked just now; its breach is new unless it was marked before."""

    id: int
    lead_id: int
    kind: str
    target: timedelta
    holder_id: int | None
    due_at: datetime
    is_new: bool


def mark_due(*, now: datetime) -> int:
    """Mark every breach that is due, in the order of due times, a batch a transaction; safe beside itself."""
    marked = 0
    while _is_any_due(now) and (found := _mark_batch(now=now)):
        marked += found
    return marked


def mark(clocks: Sequence[int], *, now: datetime) -> None:
    """Write the breaches of clocks that the caller holds locked, and their places in the timelines; once."""
    _mark(THESE, {"ids": list(clocks)}, now=now)


def _is_any_due(now: datetime) -> bool:
    """Most minutes nothing is, and one look at the first in the index says so, whatever was due an hour ago."""
    return bool(Clock.objects.due_by(now).order_by("due_at").values_list("pk", flat=True)[:1])


@transaction.atomic
def _mark_batch(*, now: datetime) -> int:
    return _mark(DUE, {"batch": BATCH}, now=now)


def _mark(chosen: str, values: dict[str, Any], *, now: datetime) -> int:
    """One statement for the clocks and their breaches, one stream for the timelines; returns how many clocks."""
    with connection.cursor() as cursor:
        cursor.execute(MARK.format(chosen=chosen), {**values, "now": now})
        marked = [_Marked(*row) for row in cursor.fetchall()]
    fresh = [one for one in marked if one.is_new]
    if fresh:
        holders = User.objects.in_bulk({one.holder_id for one in fresh if one.holder_id})
        timeline.record_very_many(_told(fresh, holders), timeline.Kind.CLOCK, by=SWEEP)
    if fresh and outbox.is_heard(EventKind.BREACHED):
        outbox.publish(*_events(fresh), now=now)
    return len(marked)


def _told(fresh: Sequence[_Marked], holders: Mapping[int, User]) -> Iterator[Told]:
    names = {pk: str(holder) for pk, holder in holders.items()}
    for one in fresh:
        yield Told(one.lead_id, one.due_at, _missed(one.kind, one.target, names.get(one.holder_id or 0)), {})


def _events(fresh: Sequence[_Marked]) -> Iterator[Event]:
    clocks = Clock.objects.select_related("lead", "holder").in_bulk([one.id for one in fresh])
    return (_event(clocks[one.id]) for one in fresh)


def _event(clock: Clock) -> Event:
    holder = clock.holder
    data = {
        "clock": {
            "kind": clock.kind,
            "due_at": clock.due_at.isoformat(),
            "holder": {"id": holder.pk, "name": str(holder)} if holder else None,
        }
    }
    missed = _missed(clock.kind, clock.target, str(holder) if holder else None)
    key = f"{EventKind.BREACHED}:{clock.pk}"
    return Event(key, EventKind.BREACHED, clock.lead, f"{clock.lead.name}: {missed}", data)


@lru_cache(maxsize=2000)
def _missed(kind: str, target: timedelta, holder: str | None) -> str:
    promise = f"{ClockKind(kind).label} promised within {durations.in_short(target)}"
    return f"{promise} was missed, {f'with {holder}' if holder else 'unassigned'}"
