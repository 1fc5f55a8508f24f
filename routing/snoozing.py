"""Puts a lead off to a time inside its clock, which runs on; it comes back by itself (QU-14)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leads import timeline
from leads.models import Lead, Role, User
from routing.domain import snoozes
from routing.handoffs import NotYours, require_right
from routing.models import Clock, Handoff

LEADERS = (Role.MANAGER, Role.OPS)


class CannotSnooze(Exception):
    """The time lies in the past or beyond what the clock allows; the message says what is possible."""


def latest(handoff: Handoff, *, by: User, now: datetime) -> datetime:
    """The latest moment that `by` may put the lead off to; `now` itself where its time is over."""
    due = Clock.objects.running().filter(handoff=handoff).order_by("due_at").values_list("due_at", flat=True)
    return snoozes.latest(due_at=due.first(), now=now, as_manager=by.role in LEADERS)


def snooze(handoff: Handoff, *, until: datetime, by: User, now: datetime) -> Handoff:
    """Take the lead out of sight until then; no clock stops, and passing it on brings it back.

    Raises AlreadyDecided, NotYours and CannotSnooze.
    """
    with transaction.atomic():
        handoff = _locked(handoff)
        _require_snoozable(handoff, until, by=by, now=now)
        _put_off(handoff, until, f"Put off until {timeline.moment(until)}", by=by, now=now)
    return handoff


def wake(handoff: Handoff, *, by: User, now: datetime) -> Handoff:
    """Bring the lead back at once. Raises AlreadyDecided and NotYours."""
    with transaction.atomic():
        handoff = _locked(handoff)
        require_right(handoff, by)
        if handoff.snoozed_until is not None and handoff.snoozed_until > now:
            _put_off(handoff, None, "Brought back before its time", by=by, now=now)
    return handoff


def _locked(handoff: Handoff) -> Handoff:
    """The hand-off as it stands, its lead locked first, as every decision does."""
    lead = Lead.objects.locked().get(pk=handoff.lead_id)
    found = Handoff.objects.select_related("assignee", "team", "decided_by", "reason").get(pk=handoff.pk)
    found.lead = lead
    return found


def _require_snoozable(handoff: Handoff, until: datetime, *, by: User, now: datetime) -> None:
    require_right(handoff, by)
    if handoff.assignee_id is None and by.role not in LEADERS:
        raise NotYours("Nobody has this lead yet. Take it first, and then put it off.")
    if until <= now:
        raise CannotSnooze("Choose a time that is still to come.")
    last = latest(handoff, by=by, now=now)
    if last <= now:
        raise CannotSnooze("Its time is over, so it cannot wait. Decide it now, or ask your manager.")
    if until > last:
        raise CannotSnooze(
            f"It can wait until {timezone.localtime(last):%-d %b, %H:%M}, when its clock is due."
        )


def _put_off(handoff: Handoff, until: datetime | None, told: str, *, by: User, now: datetime) -> None:
    Handoff.objects.open().filter(pk=handoff.pk).update(snoozed_until=until)
    handoff.snoozed_until = until
    timeline.record(
        handoff.lead,
        timeline.Kind.HANDOFF,
        f"{told} by {by}",
        by=by,
        at=now,
        moments=[until] if until else (),
        handoff=handoff.pk,
    )
