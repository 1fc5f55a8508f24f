"""Takes back a move by hand within ten seconds: the same clocks run on, and the history keeps both (QU-13, RT-9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import outbox, timeline
from leads.models import Lead, User
from leads.outbox import Hold
from routing import clocks, pauses
from routing.clocks import Moment
from routing.handoffs import UNDO_WITHIN, TooLateToUndo
from routing.models import Attempt, Handoff, Reassignment


def hold_of(handoff: Handoff, moved_at: datetime) -> Hold:
    """What the move tells others leaves when it can no longer be taken back."""
    return Hold(f"move:{handoff.pk}:{moved_at.isoformat()}", moved_at + UNDO_WITHIN)


def take_back(moved: Reassignment, *, by: User, now: datetime) -> Handoff:
    """Let the lead be where it was, as if it had not been moved; what was to be told is withdrawn.

    Raises TooLateToUndo, also where anything was done with the lead since.
    """
    with transaction.atomic():
        lead = Lead.objects.locked().get(pk=moved.handoff.lead_id)
        rows = Handoff.objects.select_for_update(of=("self",), no_key=True)
        handoff = rows.get(pk=moved.handoff_id)
        handoff.lead = lead
        moved.refresh_from_db()
        if moved.before is None or not _stands(moved, handoff, by=by, now=now):
            raise TooLateToUndo("That move can no longer be undone.")
        Reassignment.objects.filter(pk=moved.pk).update(taken_back_at=now)
        clocks.take_back(handoff, moments=(Moment.ASSIGNED,), at=moved.at)
        outbox.take_back(hold_of(handoff, moved.at).undo_key, now=now)
        _put_back(handoff, moved.from_user, moved.before)
        handoff.refresh_from_db()
        clocks.hand_to(moved.from_user, handoff)
        if (away_until := _instant(moved.before.get("away_until"))) is not None:
            pauses.stand_again(handoff, until=away_until, since=moved.at)
        told = f"Back with {moved.from_user or 'nobody'}: the move to {moved.to_user} was undone by {by}"
        timeline.record(lead, timeline.Kind.HANDOFF, told, by=by, at=now, handoff=handoff.pk)
    return handoff


def _stands(moved: Reassignment, handoff: Handoff, *, by: User, now: datetime) -> bool:
    """Whether it is one's own move of just now, and nobody has done anything with the lead since."""
    latest = handoff.reassignments.order_by("-id").first()
    holder = handoff.assignee_id if handoff.is_open else handoff.lead.owner_id
    return (
        moved.actor_id == by.pk
        and now - moved.at <= UNDO_WITHIN
        and moved.taken_back_at is None
        and latest == moved
        and holder == moved.to_user_id
        and handoff.status in (Handoff.Status.OPEN, Handoff.Status.ACCEPTED)
        and handoff.is_open == (moved.before or {}).get("is_open")
        and (moved.from_user is None or moved.from_user.is_active)
        and not Attempt.objects.filter(handoff=handoff, at__gte=moved.at).exists()
    )


def _put_back(handoff: Handoff, holder: User | None, before: Mapping[str, Any]) -> None:
    Lead.objects.filter(pk=handoff.lead_id).update(owner=holder, team=before["lead_team"])
    if handoff.is_open:
        Handoff.objects.filter(pk=handoff.pk).update(
            assignee=holder,
            team=before["team"],
            because=before["because"],
            received_at=_instant(before["received_at"]),
            assigned_at=_instant(before["assigned_at"]),
            snoozed_until=_instant(before.get("snoozed_until")),
        )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
