"""The events that programs outside may listen to, by their names in the payload (PF-8)."""

from __future__ import annotations

from enum import StrEnum


class EventKind(StrEnum):
    """What happened; part of the contract with receivers, so a name is never changed."""

    STAGE_CHANGED = "lead.stage_changed"
    ASSIGNED = "handoff.assigned"
    ACCEPTED = "handoff.accepted"
    REJECTED = "handoff.rejected"
    LAPSED = "handoff.lapsed"
    BREACHED = "clock.breached"
    TAKEN_BACK = "event.taken_back"


CHOOSABLE = tuple(kind for kind in EventKind if kind is not EventKind.TAKEN_BACK)
"""What an endpoint may listen to; that an event was taken back is told to whoever was told of the event."""
