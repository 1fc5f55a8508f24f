"""The one writer of opportunities: opens a deal for a lead, and closes it as won or lost, exactly once."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from leads import lifecycle
from leads.actors import Actor
from leads.domain.stages import Stage
from leads.models import Account, Lead, Opportunity, User

Status = Opportunity.Status


class AlreadyClosed(Exception):
    """The opportunity was won or lost before."""


class ReasonMissing(Exception):
    """A lost opportunity says why."""


class NotAnAmount(Exception):
    """An amount is more than nothing; one that is not known is left out."""


def open(  # noqa: A001 - reads as it is said: opportunities.open(lead, …)
    lead: Lead, *, owner: User, amount: Decimal | None, close_on: date, by: Actor, now: datetime
) -> Opportunity:
    """Open a deal for `lead`, which becomes an opportunity, with skipped stages inferred (LC-15).

    Raises NotAnAmount, and MoveNotAllowed where the lead's stage leads to no deal.
    """
    if amount is not None and amount <= 0:
        raise NotAnAmount("An opportunity's amount must be more than 0.")
    with transaction.atomic():
        if lead.stage not in (Stage.OPPORTUNITY, Stage.CUSTOMER):
            lifecycle.advance(lead, Stage.OPPORTUNITY, by=by, now=now, cause="opportunity opened")
        _deals_changed(lead.account_id)
        return Opportunity.objects.create(
            lead=lead,
            account=lead.account,
            owner=owner,
            amount=amount,
            close_on=close_on,
            created_at=now,
        )


def withdraw(lead: Lead, *, opened_at: datetime) -> None:
    """Forget the open deal that was begun for `lead` at that moment, by a decision that is being undone."""
    Opportunity.objects.filter(lead=lead, created_at=opened_at, status=Status.OPEN).delete()


def win(opportunity: Opportunity, *, by: Actor, now: datetime) -> None:
    """Close the deal as won: its lead and its account are customers. Raises AlreadyClosed."""
    with transaction.atomic():
        lead = _close(opportunity, Status.WON, now=now)
        if lead.stage != Stage.CUSTOMER:
            lifecycle.move(lead, Stage.CUSTOMER, by=by, now=now, cause="opportunity won")
        if opportunity.account_id is not None:
            Account.objects.filter(pk=opportunity.account_id).update(is_customer=True, needs_score=True)


def lose(opportunity: Opportunity, *, reason: str, by: Actor, now: datetime) -> None:
    """Close the deal as lost; its lead is lost with the last of its deals. Raises AlreadyClosed, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing("Say why the opportunity was lost.")
    with transaction.atomic():
        lead = _close(opportunity, Status.LOST, now=now, loss_reason=reason.strip())
        _deals_changed(opportunity.account_id)
        others = lead.opportunities.exclude(status=Status.LOST)
        if lead.stage == Stage.OPPORTUNITY and not others.exists():
            lifecycle.move(lead, Stage.LOST, by=by, now=now, cause="opportunity lost", reason="lost")


def _deals_changed(account_id: int | None) -> None:
    """Its deals are part of what an account is worth (SC-10)."""
    if account_id is not None:
        Account.objects.filter(pk=account_id).update(needs_score=True)


def _close(opportunity: Opportunity, status: Status, *, now: datetime, loss_reason: str = "") -> Lead:
    """Compare and set, so that a deal ends once; the lead stays locked until the transaction ends."""
    lead = Lead.objects.locked().get(pk=opportunity.lead_id)
    closed = Opportunity.objects.filter(pk=opportunity.pk, status=Status.OPEN).update(
        status=status, closed_at=now, loss_reason=loss_reason
    )
    opportunity.refresh_from_db()
    if not closed:
        raise AlreadyClosed(f"This opportunity is already {opportunity.get_status_display().lower()}.")
    return lead
