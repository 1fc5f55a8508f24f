"""Logs a rep's tries to reach a person; the first that counts as a response stops its clock (QU-5, SL-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leads import timeline
from leads.models import Lead, User
from routing import cadences, clocks
from routing.clocks import Moment
from routing.domain import first_response
from routing.models import Attempt, Handoff

Channel = Attempt.Channel
SentBy = Attempt.SentBy


@dataclass(frozen=True)
class Manner:
    """What a telephone or mail system knows of an attempt; a person who writes one down leaves it as it is."""

    sent_by: SentBy = SentBy.PERSON
    lasted: timedelta | None = None


BY_HAND = Manner()


class NothingToLogFor(Exception):
    """The lead was never handed over, so there is nobody's clock to stop."""


def log(
    lead: Lead,
    *,
    channel: Channel,
    outcome: Attempt.Outcome,
    by: User,
    now: datetime,
    note: str = "",
    manner: Manner = BY_HAND,
    task_id: int | None = None,
) -> Attempt:
    """Keep the attempt on the lead's latest hand-off, and tick off the task that it does: `task_id`, or what is due.

    Raises NothingToLogFor where there is no hand-off, and AlreadyDone where the named task is open no more.
    """
    with transaction.atomic():
        latest = Handoff.objects.filter(lead=lead).order_by("-qualified_at", "-id")
        handoff = latest.select_for_update(no_key=True, of=("self",)).select_related("lead").first()
        if handoff is None:
            raise NothingToLogFor(f"{lead} has not been handed to sales yet.")
        attempt = Attempt.objects.create(
            handoff=handoff,
            lead=lead,
            by=by,
            channel=channel,
            outcome=outcome,
            note=note,
            at=now,
            **vars(manner),
        )
        timeline.record(lead, timeline.Kind.ATTEMPT, _sentence(attempt), by=by, at=now, note=note)
        clocks.reach(handoff, *_moments(attempt, handoff), now=now)
        cadences.tick_off(attempt, task_id=task_id)
    return attempt


def _moments(attempt: Attempt, handoff: Handoff) -> list[Moment]:
    """A person's try ends the wait for a follow-up; the first that counts is the first contact."""
    moments = [Moment.ATTEMPTED] if attempt.sent_by == SentBy.PERSON else []
    if first_response.is_response(attempt.channel, sent_by=attempt.sent_by, lasted=attempt.lasted):
        fresh = Handoff.objects.filter(pk=handoff.pk, first_contact_at__isnull=True)
        fresh.update(first_contact_at=attempt.at)
        moments.append(Moment.CONTACTED)
    return moments


def _sentence(attempt: Attempt) -> str:
    return f"{attempt.get_channel_display()}: {attempt.get_outcome_display().lower()}"
