"""What ends the work on an accepted lead: a meeting, giving up, nobody to call; its clocks stop (SL-3, SL-15)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from leads import lifecycle
from leads.actors import Actor
from leads.domain.stages import Stage
from leads.models import Lead, User
from routing import cadences, clocks
from routing.clocks import Moment
from routing.models import Handoff


def meeting_booked(lead: Lead, *, by: User, now: datetime) -> None:
    """The SDR has booked the meeting: an accepted lead becomes an SQL, and its meeting clock stops.

    Raises MoveNotAllowed where the lead is not a SAL.
    """
    with transaction.atomic():
        lifecycle.move(lead, Stage.SQL, by=by, now=now, cause="meeting booked")
        handoff = Handoff.objects.that_stand().filter(lead=lead).first()
        if handoff is not None:
            clocks.reach(handoff, Moment.MEETING_SET, now=now)
            clocks.stop_all(handoff, now=now)
        cadences.stop(lead, cadences.Cause.MEETING, by=by, now=now)


def give_up(
    lead: Lead, *, by: Actor, now: datetime, cause: str, reason: str, hold: timedelta | None = None
) -> None:
    """Recycle an accepted lead that came to nothing, for `hold`; every clock of it stops, and its cadence."""
    with transaction.atomic():
        lifecycle.recycle(lead, by=by, now=now, cause=cause, reason=reason, hold=hold)
        clocks.stop_all_of(lead, now=now)
        cadences.stop(lead, cadences.Cause.CLOSED, by=by, now=now)


def nobody_is_there(lead: Lead, *, by: Actor, now: datetime) -> None:
    """There is nobody to call any more: what runs for the lead stops, and nobody has it; what was decided stays.

    A hand-off that came meanwhile is closed undecided.
    """
    with transaction.atomic():
        Handoff.objects.filter(lead=lead).recall(now=now)
        clocks.stop_all_of(lead, now=now)
        cadences.stop(lead, cadences.Cause.CLOSED, by=by, now=now)
        Lead.objects.filter(pk=lead.pk).update(owner=None)
