"""Hands a waiting lead to the rep who asks for one: each to one person only, and nobody past their caps (QU-14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads.models import Lead, User
from routing import queue_tabs, reps, rerouting
from routing.handoffs import AlreadyDecided
from routing.models import Handoff, Reassignment
from routing.reps import CannotTake

Cause = Reassignment.Cause


class NothingLeft(Exception):
    """No lead waits unassigned for the rep's team, or others hold all that do."""


def take_next(user: User, *, now: datetime) -> Handoff:
    """Give `user` the most urgent lead that waits unassigned; its clocks start as for any assignment.

    A lead that somebody else is taking at this moment is passed by, so that two people get two.
    Raises CannotTake and NothingLeft.
    """
    with transaction.atomic():
        while True:
            free = queue_tabs.most_urgent_first(queue_tabs.unassigned(user, now=now), now=now).select_related(
                "lead"
            )
            free = free.select_for_update(of=("lead",), no_key=True, skip_locked=True)
            handoff = free.first()
            if handoff is None:
                raise NothingLeft("No lead waits unassigned right now.")
            if queue_tabs.unassigned(user, now=now).filter(pk=handoff.pk).exists():  # nobody was quicker
                return _give(handoff, user, now=now)


def take(handoff: Handoff, *, by: User, now: datetime) -> Handoff:
    """Give `by` this lead, which waits unassigned. Raises CannotTake, and AlreadyDecided, naming who was first."""
    with transaction.atomic():
        Lead.objects.locked().get(pk=handoff.lead_id)
        handoff = Handoff.objects.select_related("assignee", "lead", "decided_by").get(pk=handoff.pk)
        if not handoff.is_open:
            raise AlreadyDecided(handoff)
        if handoff.assignee is not None:
            raise CannotTake(f"{handoff.assignee} has this lead already.")
        return _give(handoff, by, now=now)


def _give(handoff: Handoff, user: User, *, now: datetime) -> Handoff:
    reps.require_free(user, now=now)
    rerouting.reroute(handoff, by=user, now=now, to=user, cause=Cause.TAKEN)
    handoff.refresh_from_db()
    return handoff
