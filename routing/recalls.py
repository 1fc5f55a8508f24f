"""Recalls a hand-off that a person made, as long as nobody has decided it: the lead goes back where it came from."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import lifecycle, timeline
from leads.models import Lead, User
from routing import clocks, turns
from routing.handoffs import AlreadyDecided
from routing.models import Handoff


def recall(handoff: Handoff, *, by: User, now: datetime, held_from: datetime | None = None) -> None:
    """Close the hand-off undecided, with its clocks and its turn, and take the lead back to marketing.

    There only what it does since `held_from` counts, as before it was handed over. Raises AlreadyDecided.
    """
    with transaction.atomic():
        lead = Lead.objects.locked().get(pk=handoff.lead_id)
        if not Handoff.objects.filter(pk=handoff.pk).recall(now=now):
            handoff.refresh_from_db()
            raise AlreadyDecided(handoff)
        clocks.stop_all(handoff, now=now)
        turns.give_back(handoff, now=now)
        lifecycle.take_back(lead, by=by, now=now, is_news=True, held_from=held_from)
        Lead.objects.filter(pk=lead.pk).update(owner=None)
        timeline.record(lead, timeline.Kind.HANDOFF, f"Recalled by {by}", by=by, at=now, handoff=handoff.pk)
