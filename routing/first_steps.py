"""Keeps how the one who accepted a lead means to begin: a call, an e-mail, a cadence (QU-12)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import timeline
from leads.models import User
from routing.handoffs import NotYours
from routing.models import Handoff

FirstStep = Handoff.FirstStep


def choose(handoff: Handoff, step: FirstStep, *, by: User, now: datetime) -> Handoff:
    """Write the first step down; choosing again replaces it. Raises NotYours for who did not accept the lead."""
    with transaction.atomic():
        accepted = Handoff.objects.filter(pk=handoff.pk, status=Handoff.Status.ACCEPTED, decided_by=by)
        if accepted.exclude(first_step=step).update(first_step=step):
            kind, told = timeline.Kind.HANDOFF, f"First step by {by}: {step.label.lower()}"
            timeline.record(handoff.lead, kind, told, by=by, at=now, handoff=handoff.pk)
        elif not accepted.exists():
            raise NotYours("Only who accepted the lead chooses its first step.")
    handoff.refresh_from_db()
    return handoff
