"""Changes that left no line: moves, decisions, deals and versions of which the record does not tell (P40, PF-3).

Each is written in the transaction of its line, so there are none; `verify` looks for whatever passed that by.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BigIntegerField, Case, CharField, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat

from leads.models import AuditEntry, Opportunity, OpportunityState, TimelineEvent
from routing import rulebook
from routing.models import Handoff, RuleSet
from scoring.models import Scorecard

Kind = TimelineEvent.Kind
MOVES = """
SELECT lead_id, entered_at FROM leads_stagevisit WHERE came_from <> ''
EXCEPT ALL
SELECT lead_id, at FROM leads_timelineevent WHERE kind = %s
ORDER BY 1, 2
"""
# A second look that was taken back is told where the rejection was undone that asked for it.
TOLD_OF = Case(
    When(status=Handoff.Status.RECALLED, second_look_of__isnull=False, then=F("second_look_of")),
    default=F("pk"),
)
SEEDED = 1  # the version that came with the operating model, which nobody published


def violations() -> Iterator[str]:
    """A sentence for every change without its line; each kind is one query for the exceptions."""
    for lead_id, moved_at in _moves():
        yield f"Lead {lead_id}: moved at {moved_at:%Y-%m-%d %H:%M:%S} UTC, and its history does not tell."
    for handoff in _handoffs().iterator():
        yield f"Lead {handoff.lead_id}: hand-off {handoff.pk} was made, and the history does not tell."
    for handoff in _decisions().iterator():
        told = handoff.get_status_display().lower()
        yield f"Lead {handoff.lead_id}: hand-off {handoff.pk} was {told}, and the history does not tell."
    for deal in _deals().iterator():
        yield f"Lead {deal.lead_id}: opportunity {deal.pk} is {deal.status}, and its own history does not tell."
    for scorecard in _scorecards():
        yield f"Scorecard {scorecard.version} was published, and the audit does not tell."
    for rules in _rules():
        yield f"Version {rules.version} of the rules was published, and the audit does not tell."


def _moves() -> list[tuple[int, datetime]]:
    """Whose move nothing tells of, and when: of several moves at one moment each needs its own event."""
    with connection.cursor() as cursor:
        cursor.execute(MOVES, [Kind.STAGE])
        untold: list[tuple[int, datetime]] = cursor.fetchall()
    return untold


def _handoffs() -> QuerySet[Handoff]:
    return Handoff.objects.filter(~Exists(_of_the_handoff("pk"))).order_by("pk")


def _decisions() -> QuerySet[Handoff]:
    told = Exists(_of_the_handoff("told_of").filter(at=OuterRef("decided_at")))
    decided = Handoff.objects.filter(decided_at__isnull=False).alias(told_of=TOLD_OF)
    return decided.filter(~told).order_by("pk")


def _of_the_handoff(column: str) -> QuerySet[TimelineEvent]:
    named = Cast(KeyTextTransform("handoff", "data"), BigIntegerField())
    events = TimelineEvent.objects.filter(lead=OuterRef("lead"), kind=Kind.HANDOFF)
    return events.annotate(named=named).filter(named=OuterRef(column))


def _deals() -> QuerySet[Opportunity]:
    told = OpportunityState.objects.filter(opportunity=OuterRef("pk"), status=OuterRef("status"))
    return Opportunity.objects.filter(~Exists(told)).order_by("pk")


def _scorecards() -> QuerySet[Scorecard]:
    told = AuditEntry.objects.filter(action="scorecard.published", subject=OuterRef("subject"))
    named = Concat(Value("scorecard:"), Cast(F("version"), CharField()))
    return _published(Scorecard.objects.annotate(subject=named)).filter(~Exists(told))


def _rules() -> QuerySet[RuleSet]:
    entries = AuditEntry.objects.filter(action="rules.published", subject=rulebook.SUBJECT)
    named = Cast(KeyTextTransform("version", "after"), BigIntegerField())
    told = entries.annotate(named=named).filter(named=OuterRef("version"))
    return _published(RuleSet.objects.all()).filter(~Exists(told))


def _published(versions: QuerySet[Any]) -> QuerySet[Any]:
    return versions.filter(published_at__isnull=False, version__gt=SEEDED).order_by("version")
