"""Heeds what people say about being contacted: an unsubscribe blocks mail and the gate, never the record (IN-10)."""

from __future__ import annotations

from datetime import datetime

from leads import timeline
from leads.actors import Job
from leads.domain.signal import SignalIn
from leads.models import Lead

INTAKE = Job("intake")
UNSUBSCRIBE = "unsubscribe"
OPT_IN = "opt_in"


def heed(lead: Lead, signal: SignalIn, *, now: datetime) -> None:
    """Suppress the lead on an unsubscribe; a later opt-in of their own lifts it."""
    if signal.type == UNSUBSCRIBE and lead.suppressed_at is None:
        _set(lead, signal.occurred_at, "Unsubscribed: no more mail", now=now)
    elif signal.consent.basis == OPT_IN and lead.suppressed_at is not None:
        _set(lead, None, "Opted in again", now=now)


def _set(lead: Lead, suppressed_at: datetime | None, text: str, *, now: datetime) -> None:
    lead.suppressed_at = suppressed_at
    Lead.objects.filter(pk=lead.pk).update(suppressed_at=suppressed_at)
    timeline.record(lead, timeline.Kind.CONSENT, text, by=INTAKE, at=now)
