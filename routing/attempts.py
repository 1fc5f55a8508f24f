"""Logs a rep's tries to reach a person; the first that counts as a response stops its clock (QU-5, SL-13).

One that was logged by mistake is taken back within ten seconds, and its clocks run on (QU-13).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from leads import timeline
from leads.models import Lead, User
from routing import cadences, clocks
from routing.clocks import Moment
from routing.domain import first_response
from routing.handoffs import UNDO_WITHIN, TooLateToUndo
from routing.models import Attempt, Enrolment, FollowUp, Handoff

Channel = Attempt.Channel
SentBy = Attempt.SentBy


@dataclass(frozen=True)
class Manner:
    """What a telephone or mail system knows of an attempt; a person who writes one down leaves it as it is."""

    sent_by: SentBy = SentBy.PERSON
    lasted: timedelta | None = None


BY_HAND = Manner()
LONGEST_NUMBER = 18  # digits, so that what somebody typed into the address is a number for the database


class NothingToLogFor(Exception):
    """The lead was never handed over, so there is nobody's clock to stop; or its person was erased."""


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

    Raises NothingToLogFor where there is no hand-off or the person was erased, and AlreadyDone where the named task is
    open no more. The lead is locked first, so that nothing is written of somebody who is erased at this moment.
    """
    with transaction.atomic():
        held = Lead.objects.locked().get(pk=lead.pk)
        latest = Handoff.objects.that_stand().filter(lead=lead)
        handoff = latest.select_for_update(no_key=True, of=("self",)).first()
        if handoff is None:
            raise NothingToLogFor(f"{lead} has not been handed to sales yet.")
        if held.erased_at is not None:
            raise NothingToLogFor("This person was erased, and is not to be reached any more.")
        handoff.lead = held
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


def take_back(lead: Lead, attempt_id: int, *, by: User, now: datetime) -> None:
    """Let it be as if the attempt had not been logged: the same clocks run on, and what it ticked off is to be done.

    The history keeps both. Nobody outside was told of the attempt, so nothing is withdrawn. Raises TooLateToUndo, also
    where anything was done with the lead since.
    """
    with transaction.atomic():
        lead = Lead.objects.locked().get(pk=lead.pk)
        logged_for = Handoff.objects.filter(attempts=attempt_id, lead=lead)
        handoff = logged_for.select_for_update(no_key=True, of=("self",)).first()
        latest = handoff.attempts.order_by("-at", "-id")[:1] if handoff else []
        found = [one for one in latest if one.pk == attempt_id]
        if handoff is None or not found or not _stands(found[0], handoff, by=by, now=now):
            raise TooLateToUndo("That attempt can no longer be taken back.")
        [attempt] = found
        clocks.take_back(handoff, moments=(Moment.ATTEMPTED, Moment.CONTACTED), at=attempt.at)
        first = Handoff.objects.filter(pk=handoff.pk, first_contact_at=attempt.at)
        first.update(first_contact_at=None)
        cadences.untick(attempt)
        told = f"Taken back by {by}: {_sentence(attempt)}"
        Attempt.objects.filter(pk=attempt.pk).delete()
        timeline.record(lead, timeline.Kind.ATTEMPT, told, by=by, at=now)


def undoable(lead: Lead, number: str, *, by: User, now: datetime) -> Attempt | None:
    """The attempt of that number, if `by` logged it of this lead so lately that it can be taken back."""
    if not (number.isascii() and number.isdecimal() and len(number) <= LONGEST_NUMBER):
        return None
    return Attempt.objects.filter(pk=int(number), lead=lead, by=by, at__gte=now - UNDO_WITHIN).first()


def _stands(attempt: Attempt, handoff: Handoff, *, by: User, now: datetime) -> bool:
    """Whether the latest attempt is one's own of just now, and nothing was done with the lead since."""
    since = attempt.at
    return (
        attempt.by_id == by.pk
        and now - since <= UNDO_WITHIN
        and (handoff.decided_at is None or handoff.decided_at < since)
        and not handoff.reassignments.filter(at__gte=since).exists()
        and not handoff.lead.visits.filter(entered_at__gte=since).exists()
        and not Enrolment.objects.filter(lead=attempt.lead_id, started_at__gte=since).exists()
        and not FollowUp.objects.filter(lead=attempt.lead_id, created_at__gte=since).exists()
    )


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
