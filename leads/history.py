"""A lead's whole story in order: touches, stages, hand-offs, clocks, attempts, notes (QU-4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leads.models import Lead, Signal, TimelineEvent

MOST_SHOWN = 200


@dataclass(frozen=True)
class Entry:
    """One line of the story."""

    at: datetime
    kind: str
    text: str
    who: str


def story(lead: Lead) -> list[Entry]:
    """The newest 200 entries, newest first; two reads."""
    touches = (
        Signal.objects.filter(lead=lead)
        .select_related("type", "source")
        .order_by("-occurred_at")[:MOST_SHOWN]
    )
    events = (
        TimelineEvent.objects.filter(lead=lead).select_related("actor").order_by("-at", "-id")[:MOST_SHOWN]
    )
    entries = [
        *(Entry(touch.occurred_at, "Signal", touch.type.label, touch.source.name) for touch in touches),
        *(
            Entry(event.at, event.get_kind_display(), event.text, str(event.actor or event.job))
            for event in events
        ),
    ]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST_SHOWN]
