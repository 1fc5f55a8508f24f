"""Who has a hand-off now and since when, in one sentence, for whoever comes too late (QU-3, QU-15)."""

from __future__ import annotations

from datetime import datetime, timedelta

from leads.models import User
from routing.domain import clock_face
from routing.models import Handoff

JUST_NOW = timedelta(seconds=10)


def told(handoff: Handoff, *, viewer: User, now: datetime) -> str:
    """What became of it: decided by whom and when, gone back to nurture, or passed to whom and why."""
    if handoff.is_open:
        return _passed_on(handoff, viewer=viewer, now=now)
    when = _ago(handoff.decided_at or now, now)
    if handoff.status == Handoff.Status.LAPSED:
        return f"Nobody decided in time, so this lead went back to nurture {when}."
    if handoff.status == Handoff.Status.RECALLED:
        undone = f"The rejection that asked for this second look was undone {when}."
        return undone if handoff.second_look_of_id else f"This lead was taken back {when}, undecided."
    who = "You" if handoff.decided_by == viewer else str(handoff.decided_by or "Somebody")
    if handoff.status == Handoff.Status.ACCEPTED:
        return f"{who} accepted this lead {when}."
    return f"{who} rejected this lead as {str(handoff.reason).lower()} {when}."


def _passed_on(handoff: Handoff, *, viewer: User, now: datetime) -> str:
    moved = handoff.reassignments.select_related("from_user", "to_user").order_by("-id").first()
    if handoff.assignee is None:
        return "This lead waits unassigned: anybody of the team may take it."
    who = "You have" if handoff.assignee == viewer else f"{handoff.assignee} has"
    why = f": {moved.because}" if moved is not None and moved.to_user == handoff.assignee else ""
    since = f" since {clock_face.words(now - handoff.received_at)} ago" if handoff.received_at else ""
    return f"{who} this lead{since}{why}."


def _ago(at: datetime, now: datetime) -> str:
    return f"{clock_face.words(now - at)} ago" if now - at >= JUST_NOW else "just now"
