"""The one writer of opportunities: opens a deal, moves it on, changes its terms, and closes it exactly once.

Every change keeps how the deal stood before, tells the lead's timeline, and loses against whoever was first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from leads import deal_states, lifecycle, timeline
from leads.actors import Actor
from leads.concurrent_edits import edition, require_unchanged
from leads.domain.notices import Kind
from leads.domain.stages import Stage
from leads.models import (
    Account,
    Lead,
    LossReason,
    Opportunity,
    OpportunityStage,
    OpportunityState,
    Role,
    User,
)
from leads.money import to_the_cent
from leads.outbox import Message, tell

Status = Opportunity.Status
LONGEST_NOTE = 500
CENT = Decimal("0.01")


class AlreadyClosed(Exception):
    """The opportunity was won or lost before."""


class MovedMeanwhile(Exception):
    """Somebody else has put the deal into another stage since the viewer looked."""


class NotYours(Exception):
    """The deal is somebody else's to work; the message says whose."""


class ReasonMissing(Exception):
    """A lost opportunity says why, by a reason that is in use."""


class NotAnAmount(Exception):
    """An amount is more than nothing; one that is not known is left out."""


class TermsRefused(Exception):
    """An amount, a close date or an owner that the deal cannot have; `field` names which."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class Terms:
    """What is expected of a deal, and whose it is."""

    amount: Decimal | None
    close_on: date
    owner: User


def open(  # noqa: A001 - reads as it is said: opportunities.open(lead, …)
    lead: Lead, *, owner: User, amount: Decimal | None, close_on: date, by: Actor, now: datetime
) -> Opportunity:
    """Open a deal for `lead`, which becomes an opportunity, with skipped stages inferred (LC-15).

    It begins at the first stage of the sale. Raises NotAnAmount, and MoveNotAllowed where the lead's stage leads to
    no deal.
    """
    if amount is not None and amount <= 0:
        raise NotAnAmount("An opportunity's amount must be more than 0.")
    with transaction.atomic():
        if lead.stage not in (Stage.OPPORTUNITY, Stage.CUSTOMER):
            lifecycle.advance(lead, Stage.OPPORTUNITY, by=by, now=now, cause="opportunity opened")
        _deals_changed(lead.account_id)
        opportunity = Opportunity.objects.create(
            lead=lead,
            account=lead.account,
            owner=owner,
            stage=OpportunityStage.objects.filter(is_active=True).order_by("position", "pk").first(),
            amount=amount,
            close_on=close_on,
            created_at=now,
        )
        deal_states.keep(opportunity, by=by, now=now)
    return opportunity


def withdraw(lead: Lead, *, opened_at: datetime) -> None:
    """Forget the open deal that was begun for `lead` at that moment, by a decision that is being undone."""
    begun = Opportunity.objects.open().filter(lead=lead, created_at=opened_at)
    OpportunityState.objects.filter(opportunity__in=begun).delete()
    if begun.delete()[0]:
        _deals_changed(lead.account_id)


def may_work(opportunity: Opportunity, user: User) -> bool:
    """Whether `user` may change a deal that they see: its owner, managers and operations."""
    return user.pk == opportunity.owner_id or user.role in (Role.MANAGER, Role.OPS)


def move(
    opportunity: Opportunity, to: OpportunityStage, *, seen: OpportunityStage | None, by: User, now: datetime
) -> bool:
    """Put the deal into stage `to` where it still stands where it was `seen`; False where it stands there already.

    Raises NotYours, AlreadyClosed, and MovedMeanwhile, naming the stage in which it stands.
    """
    _require_right(opportunity, by)
    with transaction.atomic():
        current = _locked(opportunity)
        if current.stage == to:
            return False
        if current.stage != seen:
            raise MovedMeanwhile(
                f"{current.lead.name} was moved to {current.stage} meanwhile, and stays there. Look again."
            )
        Opportunity.objects.filter(pk=current.pk).update(stage=to)
        _tell(current, f"{current.stage} → {to}", by=by, now=now)
        _keep_fresh(opportunity, by=by, now=now)
    return True


def values_of(opportunity: Opportunity) -> dict[str, Any]:
    """What an editor may change, as it stands."""
    return {
        "amount": None if opportunity.amount is None else Decimal(opportunity.amount).quantize(CENT),
        "close_on": opportunity.close_on,
        "owner": opportunity.owner_id,
    }


def edition_of(opportunity: Opportunity) -> str:
    """The edition of the terms, for a form to carry."""
    return edition(values_of(opportunity))


def revise(opportunity: Opportunity, terms: Terms, *, seen: str, by: User, now: datetime) -> bool:
    """Store the terms where they are still what was `seen`; False where they say nothing new.

    Raises NotYours, TermsRefused, AlreadyClosed and EditedMeanwhile.
    """
    _require_right(opportunity, by)
    with transaction.atomic():
        current = _locked(opportunity)
        _require_terms(terms, current, by=by, now=now)
        told = _difference(current, terms)
        if not told:
            return False
        require_unchanged(values_of(current), seen=seen)
        changed = {"amount": terms.amount, "close_on": terms.close_on, "owner": terms.owner}
        Opportunity.objects.filter(pk=current.pk).update(**changed)
        _tell(current, "; ".join(told), by=by, now=now)
        _keep_fresh(opportunity, by=by, now=now)
        if terms.owner.pk not in (current.owner_id, by.pk):
            _tell_the_new_owner(opportunity, by=by, now=now)
    return True


def win(opportunity: Opportunity, *, by: Actor, now: datetime) -> None:
    """Close the deal as won: its lead and its account are customers. Raises AlreadyClosed."""
    with transaction.atomic():
        lead = _close(opportunity, Status.WON, by=by, now=now)
        if lead.stage != Stage.CUSTOMER:
            lifecycle.move(lead, Stage.CUSTOMER, by=by, now=now, cause="opportunity won")
        if opportunity.account_id is not None:
            Account.objects.filter(pk=opportunity.account_id).update(is_customer=True, needs_score=True)


def lose(opportunity: Opportunity, reason: LossReason, *, by: Actor, now: datetime, note: str = "") -> None:
    """Close the deal as lost; its lead is lost with the last of its deals.

    Raises AlreadyClosed, and ReasonMissing for a reason that is not in use any more.
    """
    with transaction.atomic():
        if not LossReason.objects.filter(pk=reason.pk, is_active=True).exists():
            raise ReasonMissing(f"“{reason}” is not in use any more. Choose another reason.")
        why = {"lost_for": reason, "loss_reason": reason.label}
        lead = _close(opportunity, Status.LOST, by=by, now=now, note=note.strip(), **why)
        _deals_changed(opportunity.account_id)
        others = lead.opportunities.exclude(status=Status.LOST)
        if lead.stage == Stage.OPPORTUNITY and not others.exists():
            lifecycle.move(lead, Stage.LOST, by=by, now=now, cause="opportunity lost", reason="lost")


def _deals_changed(account_id: int | None) -> None:
    """Its deals are part of what an account is worth (SC-10)."""
    if account_id is not None:
        Account.objects.filter(pk=account_id).update(needs_score=True)


def _close(
    opportunity: Opportunity, status: Status, *, by: Actor, now: datetime, note: str = "", **why: object
) -> Lead:
    """Compare and set, so that a deal ends once; the lead stays locked until the transaction ends."""
    lead = Lead.objects.locked().get(pk=opportunity.lead_id)
    closed = Opportunity.objects.open().filter(pk=opportunity.pk).update(status=status, closed_at=now, **why)
    opportunity.refresh_from_db()
    if not closed:
        raise _closed(opportunity)
    told = " as ".join(filter(None, (status.label, opportunity.loss_reason)))
    _tell(opportunity, told, by=by, now=now, note=note)
    deal_states.keep(opportunity, by=by, now=now, note=note[:LONGEST_NOTE])
    return lead


def _locked(opportunity: Opportunity) -> Opportunity:
    """The deal as it stands, locked, its lead first as everybody does. Raises AlreadyClosed."""
    Lead.objects.locked().get(pk=opportunity.lead_id)
    rows = Opportunity.objects.select_for_update(of=("self",), no_key=True)
    current = rows.select_related("lead", "stage", "owner").get(pk=opportunity.pk)
    if not current.is_open:
        raise _closed(current)
    return current


def _closed(opportunity: Opportunity) -> AlreadyClosed:
    last = opportunity.states.select_related("actor").order_by("-at", "-id").first()
    who = f", by {last.actor}" if last and last.actor else ""
    return AlreadyClosed(f"This opportunity is already {opportunity.get_status_display().lower()}{who}.")


def _require_right(opportunity: Opportunity, user: User) -> None:
    if not may_work(opportunity, user):
        raise NotYours(f"This opportunity is {opportunity.owner or 'nobody'}’s to work.")


def _require_terms(terms: Terms, current: Opportunity, *, by: User, now: datetime) -> None:
    if terms.amount is not None and terms.amount <= 0:
        raise TermsRefused("amount", "Give an amount above 0.")
    if terms.close_on != current.close_on and terms.close_on < timezone.localdate(now):
        raise TermsRefused("close_on", "Choose a close date that is not in the past.")
    if terms.owner.pk == current.owner_id:
        return
    if by.role not in (Role.MANAGER, Role.OPS):
        raise TermsRefused("owner", "Only a manager gives an opportunity to somebody else.")
    if terms.owner.role != Role.AE or not terms.owner.is_active:
        raise TermsRefused("owner", f"{terms.owner} takes no opportunities. Choose an account executive.")


def _difference(current: Opportunity, terms: Terms) -> list[str]:
    """What the terms change, each in words."""
    told = []
    if terms.amount != current.amount:
        told.append(f"Amount {_money(current.amount)} → {_money(terms.amount)}")
    if terms.close_on != current.close_on:
        told.append(f"Closes on {_day(current.close_on)} → {_day(terms.close_on)}")
    if terms.owner.pk != current.owner_id:
        told.append(f"{current.owner or 'Nobody'} → {terms.owner}")
    return told


def _money(amount: Decimal | None) -> str:
    return "unknown" if amount is None else to_the_cent(amount)


def _day(on: date | None) -> str:
    return f"{on:%-d %B %Y}" if on else "no day"


def _tell(opportunity: Opportunity, text: str, *, by: Actor, now: datetime, note: str = "") -> None:
    timeline.record(
        opportunity.lead, timeline.Kind.DEAL, text, by=by, at=now, opportunity=opportunity.pk, note=note
    )


def _tell_the_new_owner(opportunity: Opportunity, *, by: User, now: datetime) -> None:
    assert opportunity.owner is not None  # noqa: S101 - terms name an owner
    title = f"The opportunity with {opportunity.lead.name} is yours"
    key = f"opportunity:{opportunity.pk}:{now:%s%f}"
    message = Message(key, title, f"{by} gave it to you.", opportunity.get_absolute_url(), Kind.DEAL)
    tell([opportunity.owner], message, now=now)


def _keep_fresh(opportunity: Opportunity, *, by: Actor, now: datetime) -> None:
    opportunity.refresh_from_db()
    deal_states.keep(opportunity, by=by, now=now)
