"""What became of leads by where they first came from: the first touch, not a field that a merge overwrites (IN-16)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from leads.domain.stages import Stage
from leads.models import Lead, Signal, StageVisit


@dataclass(frozen=True)
class Origin:
    """How many leads of one first-touch UTM source ('' for none) ever became MQLs, and customers."""

    source: str
    mqls: int
    won: int

    @property
    def rate(self) -> float:
        """The share of MQLs that were won, 0 to 1."""
        return self.won / self.mqls if self.mqls else 0.0


def by_first_touch() -> list[Origin]:
    """Every origin with its MQLs and wins, the largest first."""
    first = Signal.objects.filter(lead=OuterRef("pk")).order_by("occurred_at", "id")
    source = first.annotate(source_name=KeyTextTransform("source", "utm")).values("source_name")[:1]
    rows = (
        Lead.objects.filter(Exists(_visits(Stage.MQL)))
        .annotate(
            origin=Coalesce(Subquery(source), Value(""), output_field=TextField()),
            is_won=Exists(_visits(Stage.CUSTOMER)),
        )
        .values("origin")
        .annotate(mqls=Count("pk"), won=Count("pk", filter=Q(is_won=True)))
        .order_by("-mqls", "origin")
    )
    return [Origin(row["origin"], row["mqls"], row["won"]) for row in rows]


def _visits(stage: Stage) -> QuerySet[StageVisit]:
    return StageVisit.objects.filter(lead=OuterRef("pk"), stage=stage)
