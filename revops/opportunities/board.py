"""The board of open opportunities: a column for each stage with its sum, the soonest to close on top."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Sum

from leads import opportunities
from leads.models import Opportunity, OpportunityStage, User
from leads.models.opportunity import OpportunityQuerySet
from revops.opportunities import list as opportunity_list

CARDS = 50
SOONEST: tuple[str, ...] = ("day", "pk")


@dataclass(frozen=True)
class Card:
    """One deal on the board; who may not move it sees no controls."""

    deal: Opportunity
    is_overdue: bool
    may_move: bool


@dataclass(frozen=True)
class Column:
    """One stage: its deals, how many there are in all, and what they are worth."""

    stage: OpportunityStage
    cards: list[Card]
    count: int
    amount: Decimal

    @property
    def hidden(self) -> int:
        """How many the column has beyond those that it shows."""
        return self.count - len(self.cards)


def columns(found: OpportunityQuerySet, *, viewer: User, today: date) -> list[Column]:
    """The stages in order, retired ones only while deals stand there; as many reads as there are stages, and two."""
    figures = {
        row["stage"]: row
        for row in found.order_by().values("stage").annotate(of_all=Count("pk"), in_all=Sum("amount"))
    }
    stages = OpportunityStage.objects.order_by("position", "pk")
    return [
        Column(
            stage=stage,
            cards=_cards(found.filter(stage=stage), viewer=viewer, today=today),
            count=figures[stage.pk]["of_all"] if stage.pk in figures else 0,
            amount=(figures[stage.pk]["in_all"] if stage.pk in figures else None) or Decimal(0),
        )
        for stage in stages
        if stage.is_active or stage.pk in figures
    ]


def _cards(found: OpportunityQuerySet, *, viewer: User, today: date) -> list[Card]:
    return [
        Card(
            deal,
            is_overdue=deal.close_on is not None and deal.close_on < today,
            may_move=opportunities.may_work(deal, viewer),
        )
        for deal in opportunity_list.shown(found).order_by(*SOONEST)[:CARDS]
    ]
