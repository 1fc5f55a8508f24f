"""What happens to hand-offs, told to programs outside: one line in each writer (PF-8)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leads.domain.events import EventKind
from leads.models import User
from leads.outbox import Event, is_heard, publish
from routing.models import Handoff

_SAID = {
    EventKind.ACCEPTED: "{lead} was accepted by {by}",
    EventKind.REJECTED: "{lead} was rejected by {by} as {reason}",
    EventKind.LAPSED: "{lead} went back to nurture: nobody decided in time",
}


def assigned(handoff: Handoff, *, to: User | None, now: datetime) -> None:
    """The lead was given to `to`, or waits for anybody."""
    if is_heard(EventKind.ASSIGNED):
        publish(assignment_of(handoff, to=to, now=now), now=now)


def assignment_of(handoff: Handoff, *, to: User | None, now: datetime) -> Event:
    """The event that `assigned` tells."""
    said = f"is with {to}" if to else "waits: nobody is free"
    return _event(handoff, EventKind.ASSIGNED, f"{handoff.lead.name} {said}", to=to, now=now)


def decided(handoff: Handoff, kind: EventKind, *, now: datetime) -> None:
    """Sales accepted or rejected it, or let it lapse."""
    if not is_heard(kind):
        return
    reason = handoff.reason.label.lower() if handoff.reason else ""
    by = handoff.decided_by or "nobody"
    title = _SAID[kind].format(lead=handoff.lead.name, by=by, reason=reason)
    publish(_event(handoff, kind, title, to=handoff.assignee, now=now), now=now)


def _event(handoff: Handoff, kind: EventKind, title: str, *, to: User | None, now: datetime) -> Event:
    data = {
        "handoff": {
            "id": handoff.pk,
            "status": handoff.status,
            "assignee": _person(to),
            "team": handoff.team.name if handoff.team else None,
            "because": handoff.because,
            "reason": handoff.reason.label if handoff.reason else None,
            "decided_by": _person(handoff.decided_by),
        }
    }
    key = f"{kind}:{handoff.pk}:{now.isoformat()}"
    return Event(key, kind, handoff.lead, title, data)


def _person(user: User | None) -> dict[str, Any] | None:
    return {"id": user.pk, "name": str(user)} if user else None
