"""Closes a deal as won or lost and, where that ends the lead's way, every clock of it (SL-15)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import opportunities
from leads.domain.stages import Stage
from leads.models import Lead, LossReason, Opportunity, User
from routing import clocks


def win(deal: Opportunity, *, by: User, now: datetime) -> None:
    """The lead and its account are customers. Raises AlreadyClosed."""
    with transaction.atomic():
        opportunities.win(deal, by=by, now=now)
        _stop_clocks(deal, now=now)


def lose(deal: Opportunity, reason: LossReason, *, note: str, by: User, now: datetime) -> None:
    """The lead is lost with the last of its deals. Raises AlreadyClosed and ReasonMissing."""
    with transaction.atomic():
        opportunities.lose(deal, reason, note=note, by=by, now=now)
        _stop_clocks(deal, now=now)


def _stop_clocks(deal: Opportunity, *, now: datetime) -> None:
    lead = Lead.objects.get(pk=deal.lead_id)
    if lead.stage in (Stage.CUSTOMER, Stage.LOST):
        clocks.stop_all_of(lead, now=now)
