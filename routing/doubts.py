"""The one writer of doubts: a rep says that a lead is wrong, revenue operations answers, the rep is told (QU-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse

from leads import timeline
from leads.domain.erasing import ERASED
from leads.domain.notices import Kind
from leads.models import Erasure, Lead, User
from leads.outbox import Message, tell
from routing.managers import operations
from routing.models import Doubt, Handoff

LONGEST_SENTENCE = 500
LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class ScoresThen:
    """The lead's scores at the moment of the doubt, and the version they are of."""

    fit: float
    engagement: float
    urgency: float
    tier: str
    scorecard_version: int


class AnswerMissing(Exception):
    """A doubt is closed with an answer; the message says so."""


class AlreadyAnswered(Exception):
    """Somebody else was first; the message names them."""


class NobodyLeft(Exception):
    """A doubt about somebody who was erased, or is about to be."""


def raise_doubt(handoff: Handoff, sentence: str, scores: ScoresThen, *, by: User, now: datetime) -> Doubt:
    """Ask revenue operations to look at the lead; asking again while it is open changes nothing.

    Raises NobodyLeft once the erasure of the person was asked for: what operations are told, no key says is theirs.
    """
    with transaction.atomic():
        lead = Lead.objects.locked().get(pk=handoff.lead_id)
        if lead.erased_at is not None or Erasure.objects.filter(lead=lead, done_at=None).exists():
            raise NobodyLeft("This person is erased, and nothing more is written of them.")
        doubt, is_new = Doubt.objects.get_or_create(
            handoff=handoff,
            raised_by=by,
            answered_at=None,
            defaults={
                "lead": lead,
                "raised_at": now,
                "sentence": sentence.strip()[:LONGEST_SENTENCE],
                **vars(scores),
            },
        )
        if is_new:
            kind, told = timeline.Kind.NOTE, f"“Wrong?” asked by {by}"
            timeline.record(lead, kind, told, by=by, at=now, handoff=handoff.pk, note=doubt.sentence)
            title, text = f"{by} doubts {lead.name}", doubt.sentence or "No reason was given."
            tell(
                operations(),
                Message(f"doubt:{doubt.pk}", title, text, reverse("doubts"), Kind.DOUBT),
                now=now,
            )
    return doubt


def answer(doubt: Doubt, text: str, *, by: User, now: datetime) -> Doubt:
    """Close the doubt with an answer, which its rep is told. Raises AnswerMissing and AlreadyAnswered.

    Where the person was erased, be it at this moment, it is closed without its words.
    """
    text = text.strip()[:LONGEST_ANSWER]
    if not text:
        raise AnswerMissing("Write an answer: the rep is told what you found.")
    with transaction.atomic():
        if Lead.objects.locked().get(pk=doubt.lead_id).erased_at is not None:
            text = ERASED
        won = Doubt.objects.open().filter(pk=doubt.pk).update(answered_at=now, answered_by=by, answer=text)
        doubt.refresh_from_db()
        if not won:
            raise AlreadyAnswered(f"{doubt.answered_by} has answered this already.")
        told = f"“Wrong?” of {doubt.raised_by} answered by {by}"
        timeline.record(doubt.lead, timeline.Kind.NOTE, told, by=by, at=now, note=text)
        title = f"{by} answered your doubt about {doubt.lead.name}"
        message = Message(f"doubt:{doubt.pk}:answer", title, text, doubt.lead.get_absolute_url(), Kind.DOUBT)
        tell([doubt.raised_by], message, now=now)
    return doubt
