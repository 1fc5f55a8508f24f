"""No lead left behind: what must hold of every lead in sales' hands, each one query for the exceptions (RT-10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from leads import revenue_cycle
from leads.domain.stages import Stage
from leads.models import Lead, StageVisit
from routing.models import Attempt, Clock, FollowUp, Handoff

WORKED = (Stage.SAL, Stage.SQL)
IN_HAND = (Stage.MQL, *WORKED)


@dataclass(frozen=True)
class Invariant:
    """Something that must hold: the sentence that says it does not, and the leads of which that is true."""

    sentence: str
    exceptions: QuerySet[Lead]


def violations() -> Iterator[str]:
    """A sentence for every exception to every invariant; none on a healthy system."""
    for invariant in (*in_hand(), *_of_the_record()):
        for lead_id in invariant.exceptions.order_by("pk").values_list("pk", flat=True).iterator():
            yield f"Lead {lead_id}: {invariant.sentence}"


def in_hand() -> list[Invariant]:
    """What must hold of a lead at MQL, SAL or SQL: an active owner, a clock that runs or ran, a next step.

    Who was erased stands where they stood, and needs none of it.
    """
    handoff = Handoff.objects.filter(lead=OuterRef("pk"))
    clock = Exists(Clock.objects.filter(lead=OuterRef("pk")))
    known = Lead.objects.filter(erased_at=None)
    leads, mqls = known.at_stage(*IN_HAND), known.at_stage(Stage.MQL)
    worked, sqls = known.at_stage(*WORKED), known.at_stage(Stage.SQL)
    gone = Q(owner__is_active=False)
    return [
        Invariant("is an MQL and waits in no hand-off.", mqls.filter(~Exists(handoff.open()))),
        Invariant("is an MQL with nobody's team to look after it.", mqls.filter(owner=None, team=None)),
        Invariant("is an MQL and with somebody who has left.", mqls.filter(gone)),
        Invariant("is with sales and has no active owner.", worked.filter(Q(owner=None) | gone)),
        Invariant("is an SQL and waits in no hand-off.", sqls.filter(~Exists(handoff.open()))),
        Invariant("was handed over and never had a clock.", leads.filter(Exists(handoff), ~clock)),
    ]


def languishing(*, now: datetime) -> QuerySet[Any]:
    """Leads that nothing has moved for longer than their stage allows, with `moved_at`: stage, hand-off or attempt.

    A lead that is to be called on a day to come waits for that day, and has not been forgotten.
    """
    planned = FollowUp.objects.doable().filter(lead=OuterRef("pk"), due_at__gt=now)
    moved = {
        "entered": StageVisit.objects.filter(lead=OuterRef("pk"), left_at=None).values("entered_at")[:1],
        "tried": Attempt.objects.filter(lead=OuterRef("pk")).order_by("-at").values("at")[:1],
        "assigned": Handoff.objects.filter(lead=OuterRef("pk")).order_by("-id").values("received_at")[:1],
    }
    at = {name: Coalesce(Subquery(rows), F("created_at")) for name, rows in moved.items()}
    latest = ExpressionWrapper(Greatest(*at.values()), output_field=DateTimeField())
    rested = Q()
    limits = longest_rests()
    for stage, longest in limits.items():
        rested |= Q(stage=stage) & Q(moved_at__lt=now - longest)  # in this order: the other asks three tables
    if not limits:
        return Lead.objects.none().annotate(moved_at=latest)
    leads = Lead.objects.filter(erased_at=None).at_stage(*map(Stage, limits)).annotate(moved_at=latest)
    return leads.filter(rested).exclude(Exists(planned))


def longest_rests() -> dict[str, timedelta]:
    """How long a lead may go without movement at each stage that has a limit, as operations set it."""
    profiles = revenue_cycle.read().profiles
    return {
        stage.value: each.longest_rest for stage, each in profiles.items() if each.longest_rest is not None
    }


def _of_the_record() -> list[Invariant]:
    """What must hold of every lead's history; slow to ask of a million leads, so only `verify` does."""
    standing = StageVisit.objects.filter(lead=OuterRef("pk"), left_at=None, stage=OuterRef("stage"))
    opened = Handoff.objects.open().filter(lead=OuterRef("pk"))
    held = Lead.objects.filter(held_until__isnull=False)
    at = {Handoff.Kind.QUALIFIED: Stage.MQL, Handoff.Kind.MEETING: Stage.SQL}
    misplaced = [
        Invariant(
            f"has an open hand-off ({kind.label.lower()}) and is not at {stage.label}.",
            Lead.objects.exclude(stage=stage).filter(Exists(opened.filter(kind=kind))),
        )
        for kind, stage in at.items()
    ]
    return [
        *misplaced,
        Invariant("stands at a stage that its visits do not show.", Lead.objects.filter(~Exists(standing))),
        Invariant("is held without being recycled.", held.exclude(stage=Stage.RECYCLED)),
    ]
