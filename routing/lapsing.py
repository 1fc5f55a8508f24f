"""What becomes of a lead that sales left lying: back to nurture, with everybody told who should have known (SL-10)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import lifecycle, timeline
from leads.actors import Job
from leads.domain.events import EventKind
from leads.domain.notices import Kind
from leads.models import Lead
from leads.outbox import Message, tell
from routing import cadences, clocks, events
from routing.handoffs import AlreadyDecided
from routing.managers import managers_of, operations
from routing.models import Handoff

LADDER = Job("service-level ladder")


def lapse(handoff: Handoff, *, now: datetime, cause: str) -> None:
    """Nobody kept the promise: recycle the lead, and tell its managers and revenue operations (SL-4, SL-10).

    Raises AlreadyDecided, naming who was first.
    """
    with transaction.atomic():
        if handoff.status != Handoff.Status.ACCEPTED:
            _close_as_lapsed(handoff, now=now)
        else:
            handoff.lead = Lead.objects.locked().get(pk=handoff.lead_id)
        clocks.stop_all(handoff, now=now)
        lifecycle.recycle(handoff.lead, by=LADDER, now=now, cause=cause, reason="lapsed")
        Lead.objects.filter(pk=handoff.lead_id).update(owner=None)
        cadences.stop(handoff.lead, cadences.Cause.CLOSED, by=LADDER, now=now)
        message = Message(
            key=f"lapsed:{handoff.pk}",
            title=f"{handoff.lead.name} has gone back to nurture",
            text=f"{cause[:1].upper()}{cause[1:]}. It was with {handoff.assignee or 'nobody'}.",
            path=handoff.lead.get_absolute_url(),
            kind=Kind.LAPSED,
        )
        tell({*managers_of(handoff.team), *operations()}, message, now=now)


def _close_as_lapsed(handoff: Handoff, *, now: datetime) -> None:
    """Compare and set, as a decision does."""
    lead = Lead.objects.locked().get(pk=handoff.lead_id)
    lapsed = Handoff.objects.open().filter(pk=handoff.pk)
    won = lapsed.update(status=Handoff.Status.LAPSED, decided_at=now)
    handoff.refresh_from_db()
    handoff.lead = lead
    if not won:
        raise AlreadyDecided(handoff)
    timeline.record(lead, timeline.Kind.HANDOFF, "Lapsed", by=LADDER, at=now, handoff=handoff.pk)
    events.decided(handoff, EventKind.LAPSED, now=now)
