"""A lead's whole story in order: touches, stages, hand-offs, clocks, attempts, notes (QU-4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leads.models import Lead, Signal, TimelineEvent

MOST_SHOWN = 200


@dataclass(frozen=True)
class Entry:
    """One line of the story; `note` is what a person wrote beside it."""

    at: datetime
    kind: str
    text: str
    who: str
    note: str = ""


def story(lead: Lead) -> list[Entry]:
    """The newest 200 entries, newest first, a consequence above its cause; two reads."""
    events = (
        TimelineEvent.objects.filter(lead=lead).select_related("actor").order_by("-at", "-id")[:MOST_SHOWN]
    )
    touches = (
        Signal.objects.filter(lead=lead)
        .select_related("type", "source")
        .order_by("-occurred_at")[:MOST_SHOWN]
    )
    entries = [*(_of_event(event) for event in events), *(_of_touch(touch) for touch in touches)]
    return sorted(entries, key=lambda entry: entry.at, reverse=True)[:MOST_SHOWN]


def _of_event(event: TimelineEvent) -> Entry:
    who, note = str(event.actor or event.job), str(event.data.get("note", ""))
    told_already = event.text.endswith(f" by {who}")
    return Entry(event.at, event.get_kind_display(), event.text, "" if told_already else who, note=note)


def _of_touch(touch: Signal) -> Entry:
    return Entry(touch.occurred_at, "Signal", touch.type.label, touch.source.name)
