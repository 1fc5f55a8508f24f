"""The one writer of how deals stood: a row for each change, which is never changed again."""

from __future__ import annotations

from datetime import datetime

from leads.actors import Actor, columns
from leads.models import Opportunity, OpportunityState


def keep(opportunity: Opportunity, *, by: Actor, now: datetime, note: str = "") -> None:
    """Write down how the deal stands from `now` on, as its row says."""
    OpportunityState.objects.create(
        opportunity=opportunity,
        at=now,
        status=opportunity.status,
        stage=opportunity.stage,
        amount=opportunity.amount,
        close_on=opportunity.close_on,
        owner=opportunity.owner,
        note=note,
        **columns(by),
    )
