"""No lead left behind: what must hold of every lead in sales' hands, each one query for the exceptions (RT-10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads.domain.stages import Stage
from leads.models import Lead, StageVisit
from routing.models import Clock, Handoff

WITH_SALES = [Stage.SAL.value, Stage.SQL.value]


@dataclass(frozen=True)
class Violation:
    """One lead for which an invariant does not hold."""

    lead_id: int
    sentence: str


def violations() -> Iterator[Violation]:
    """Every exception to every invariant; none on a healthy system."""
    for sentence, leads in _checks():
        for lead_id in leads.order_by("pk").values_list("pk", flat=True).iterator():
            yield Violation(lead_id, f"Lead {lead_id}: {sentence}")


def _checks() -> list[tuple[str, QuerySet[Lead]]]:
    handoff = Handoff.objects.filter(lead=OuterRef("pk"))
    open_handoff = Exists(handoff.open())
    clock = Exists(Clock.objects.filter(lead=OuterRef("pk")))
    standing = Exists(StageVisit.objects.filter(lead=OuterRef("pk"), left_at=None, stage=OuterRef("stage")))
    leads = Lead.objects.all()
    return [
        ("is an MQL and waits in no hand-off.", leads.filter(~open_handoff, stage=Stage.MQL)),
        ("has an open hand-off and is not an MQL.", leads.filter(open_handoff).exclude(stage=Stage.MQL)),
        ("is with sales and has no active owner.", leads.filter(_unowned(), stage__in=WITH_SALES)),
        (
            "is an MQL with nobody's team to look after it.",
            leads.filter(stage=Stage.MQL, owner=None, team=None),
        ),
        ("was handed over and never had a clock.", leads.filter(Exists(handoff), ~clock)),
        ("stands at a stage that its visits do not show.", leads.filter(~standing)),
        (
            "is held without being recycled.",
            leads.filter(held_until__isnull=False).exclude(stage=Stage.RECYCLED),
        ),
    ]


def _unowned() -> Q:
    return Q(owner=None) | Q(owner__is_active=False)
