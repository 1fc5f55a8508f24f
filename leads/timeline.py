"""The one writer of a lead's timeline; events are added and never changed."""

from __future__ import annotations

from collections.abc import Iterable
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


def record_each(told: Iterable[tuple[Lead, str, datetime]], kind: Kind, *, by: Actor) -> None:
    """Write down what happened to many leads, each in one sentence at its own time, in the order given."""
    TimelineEvent.objects.bulk_create(
        [
            TimelineEvent(lead=lead, kind=kind, text=text[:500], at=at, **columns(by))
            for lead, text, at in told
        ]
    )
