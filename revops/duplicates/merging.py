"""Merges a lead with all that is open of it: its hand-off is decided as a duplicate, its clocks and cadence end."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import merging
from leads.domain.stages import MoveNotAllowed
from leads.merging import CannotMerge
from leads.models import Lead, Merge, User
from routing import cadences, clocks, handoffs
from routing.handoffs import AlreadyDecided
from routing.models import Handoff, RejectionReason
from routing.rejections import ReasonNotUsable, Rejection


@transaction.atomic
def merge(duplicate: Lead, *, into: Lead, by: User, now: datetime) -> Merge:
    """Let `into` answer for `duplicate` too. Raises CannotMerge, with what to do instead."""
    handoff = handoffs.open_handoff_of(duplicate)
    try:
        if handoff is not None:
            return _decided(handoff, into=into, by=by, now=now)
        merged = merging.merge(duplicate, into=into, by=by, now=now)
    except MoveNotAllowed as refused:
        raise CannotMerge(f"{refused} Keep {duplicate.name} instead.") from refused
    clocks.stop_all_of(duplicate, now=now)
    cadences.stop(duplicate, cadences.Cause.CLOSED, by=by, now=now)
    return merged


def _decided(handoff: Handoff, *, into: Lead, by: User, now: datetime) -> Merge:
    """What waits for a decision is rejected as a duplicate, by which its turn in the rotation comes back."""
    lead = handoff.lead
    if handoff.kind == Handoff.Kind.MEETING:
        raise CannotMerge(f"A meeting with {lead.name} waits for an executive. Keep {lead.name} instead.")
    offered = RejectionReason.objects.filter(is_active=True, outcome=RejectionReason.Outcome.MERGE)
    reason = offered.order_by("position").first()
    if reason is None:
        raise CannotMerge(f"The hand-off of {lead.name} is open. Decide it first.")
    rejection = Rejection(reason, note=f"Merged into {into.email or into.name}.", duplicate_of=into)
    try:
        handoffs.reject(handoff, rejection, by=by, now=now)
    except (ReasonNotUsable, AlreadyDecided) as refused:
        raise CannotMerge(str(refused)) from refused
    merged = merging.live_merge_of(lead)
    if merged is None:
        raise CannotMerge(f"The hand-off of {lead.name} is looked at a second time. Decide it first.")
    return merged
