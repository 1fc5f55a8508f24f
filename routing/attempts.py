"""Logs a rep's tries to reach a person; the first that counts as a response stops its clock (QU-5, SL-13)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import timeline
from leads.models import Lead, User
from routing import service_levels
from routing.models import Attempt, ClockKind, Handoff

Channel = Attempt.Channel
COUNTS_AS_RESPONSE = frozenset({Channel.CALL, Channel.EMAIL, Channel.MEETING})


class NothingToLogFor(Exception):
    """The lead was never handed over, so there is nobody's clock to stop."""


def log(
    lead: Lead, *, channel: Channel, outcome: Attempt.Outcome, by: User, now: datetime, note: str = ""
) -> Attempt:
    """Keep the attempt on the lead's latest hand-off; raises NothingToLogFor when there is none."""
    with transaction.atomic():
        latest = Handoff.objects.filter(lead=lead).order_by("-qualified_at", "-id")
        handoff = latest.select_for_update(no_key=True).first()
        if handoff is None:
            raise NothingToLogFor(f"{lead} has not been handed to sales yet.")
        attempt = Attempt.objects.create(
            handoff=handoff, lead=lead, by=by, channel=channel, outcome=outcome, note=note, at=now
        )
        timeline.record(lead, timeline.Kind.ATTEMPT, _sentence(attempt), by=by, at=now, note=note)
        if channel in COUNTS_AS_RESPONSE:
            _first_contact(handoff, now=now)
    return attempt


def _first_contact(handoff: Handoff, *, now: datetime) -> None:
    Handoff.objects.filter(pk=handoff.pk, first_contact_at__isnull=True).update(first_contact_at=now)
    service_levels.stop(handoff, ClockKind.FIRST_RESPONSE, now=now)


def _sentence(attempt: Attempt) -> str:
    return f"{attempt.get_channel_display()}: {attempt.get_outcome_display().lower()}"
