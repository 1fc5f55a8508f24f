"""The one writer of breaches: a promise not kept is a row made once, that names who held the lead (SL-14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F

from leads import timeline
from leads.actors import Job
from leads.domain.events import EventKind
from leads.outbox import Event, publish
from routing.domain import durations
from routing.models import Breach, Clock

SWEEP = Job("service-level sweep")
BATCH = 1000


def mark_due(*, now: datetime) -> int:
    """Mark every breach that is due, in the order of due times, a batch a transaction; safe beside itself."""
    marked = 0
    due = Clock.objects.due_by(now)
    while due.exists() and (
        found := _mark_batch(now=now)
    ):  # most minutes nothing is due, and one look says so
        marked += found
    return marked


def mark(clocks: Sequence[Clock], *, now: datetime) -> None:
    """Write the breaches of clocks that the caller holds locked, and their places in the timelines; once."""
    known = set(Breach.objects.filter(clock__in=clocks).values_list("clock", flat=True))
    fresh = [clock for clock in clocks if clock.pk not in known]
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(breached_at=F("due_at"))
    Breach.objects.bulk_create(
        [Breach(clock=clock, holder=clock.holder, due_at=clock.due_at, noticed_at=now) for clock in fresh]
    )
    told = [(clock.lead, _missed(clock), clock.due_at) for clock in fresh]
    timeline.record_each(told, timeline.Kind.CLOCK, by=SWEEP)
    publish(*map(_event, fresh), now=now)


def _mark_batch(*, now: datetime) -> int:
    with transaction.atomic():
        due = Clock.objects.due_by(now).order_by("due_at", "id").select_related("lead", "holder")
        clocks = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH])
        mark(clocks, now=now)
    return len(clocks)


def _event(clock: Clock) -> Event:
    data = {
        "clock": {
            "kind": clock.kind,
            "due_at": clock.due_at.isoformat(),
            "holder": {"id": clock.holder.pk, "name": str(clock.holder)} if clock.holder else None,
        }
    }
    key = f"{EventKind.BREACHED}:{clock.pk}"
    return Event(key, EventKind.BREACHED, clock.lead, f"{clock.lead.name}: {_missed(clock)}", data)


def _missed(clock: Clock) -> str:
    promise = f"{clock.get_kind_display()} promised within {durations.in_short(clock.target)}"
    holder = f"with {clock.holder}" if clock.holder else "unassigned"
    return f"{promise} was missed, {holder}"
