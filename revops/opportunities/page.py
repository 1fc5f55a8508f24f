"""What the page of one opportunity shows: how it stands, what may be done with it, and how it stood before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from leads import opportunities
from leads.models import Opportunity, OpportunityStage, OpportunityState, User
from leads.models.opportunity import OpportunityQuerySet
from leads.money import to_the_cent
from revops.opportunities.forms import DealForm, LostForm


@dataclass(frozen=True)
class Change:
    """One line of the history: when, who, and what became different, in words."""

    at: datetime
    who: str
    texts: tuple[str, ...]
    note: str


def visible(user: User) -> OpportunityQuerySet:
    """The deals whose page `user` may open, with all that its head shows."""
    return Opportunity.objects.visible_to(user).select_related(
        "lead", "account", "owner", "stage", "lost_for"
    )


def context(
    deal: Opportunity,
    *,
    viewer: User,
    now: datetime,
    deal_form: DealForm | None = None,
    lost_form: LostForm | None = None,
) -> dict[str, Any]:
    """The context of revops/opportunity.html."""
    may_work = deal.is_open and opportunities.may_work(deal, viewer)
    stages = OpportunityStage.objects.filter(is_active=True).order_by("position", "pk")
    today = timezone.localdate(now)
    return {
        "deal": deal,
        "lead": deal.lead,
        "weighted": _weighted(deal),
        "is_overdue": deal.is_open and deal.close_on is not None and deal.close_on < today,
        "may_work": may_work,
        "stages": list(stages) if may_work else [],
        "deal_form": (deal_form or DealForm(deal=deal, user=viewer)) if may_work else None,
        "lost_form": (lost_form or LostForm()) if may_work else None,
        "is_losing": lost_form is not None,
        "changes": history(deal),
    }


def history(deal: Opportunity) -> list[Change]:
    """Every change, the newest first."""
    states = list(deal.states.select_related("stage", "owner", "actor").order_by("at", "id"))
    changes = [
        Change(state.at, str(state.actor or state.job), tuple(_words(before, state)), state.note)
        for before, state in zip([None, *states], states, strict=False)
    ]
    return changes[::-1]


def _weighted(deal: Opportunity) -> Decimal | None:
    if deal.amount is None or deal.stage is None or not deal.is_open:
        return None
    return deal.amount * deal.stage.probability / 100


def _words(before: OpportunityState | None, state: OpportunityState) -> list[str]:
    if before is None:
        opened = ["Opened", str(state.stage or ""), _money(state.amount), _day(state), str(state.owner or "")]
        return [word for word in opened if word]
    told = []
    if state.status != before.status:
        told.append(state.get_status_display())
    if state.stage_id != before.stage_id:
        told.append(f"{before.stage or 'No stage'} → {state.stage or 'no stage'}")
    if state.amount != before.amount:
        told.append(f"{_money(before.amount) or 'No amount'} → {_money(state.amount) or 'no amount'}")
    if state.close_on != before.close_on:
        told.append(f"{_day(before) or 'No day'} → {_day(state) or 'no day'}")
    if state.owner_id != before.owner_id:
        told.append(f"{before.owner or 'Nobody'} → {state.owner or 'nobody'}")
    return told


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else to_the_cent(amount)


def _day(state: OpportunityState) -> str:
    return f"closes {state.close_on:%-d %B %Y}" if state.close_on else ""
