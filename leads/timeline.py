"""The one writer of a lead's timeline; events are added and never changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leads.actors import Actor, columns
from leads.models import Lead, TimelineEvent

Kind = TimelineEvent.Kind


def record(lead: Lead, kind: Kind, text: str, *, by: Actor, at: datetime, **data: Any) -> TimelineEvent:
    """Write down that something happened to `lead` at `at`, in one sentence."""
    return TimelineEvent.objects.create(
        lead=lead, kind=kind, text=text[:500], at=at, data=data, **columns(by)
    )
