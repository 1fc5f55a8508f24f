"""Passes companies and open deals from one person to another, each with its history; closed ones stay as they were."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from leads import audit, deal_states, timeline
from leads.actors import Actor
from leads.models import Account, Lead, Opportunity, User


@dataclass(frozen=True)
class Passed:
    """How many companies and open deals went to somebody else."""

    accounts: int = 0
    deals: int = 0


def pass_on(holder: User, *, to: User, by: Actor, now: datetime) -> Passed:
    """Give `to` every company that `holder` owns or looks after, and every open deal; one transaction.

    A deal follows its lead where that has another active owner already, so that the two stay together.
    """
    with transaction.atomic():
        deals = _deals(holder, to=to, by=by, now=now)
        accounts = _accounts(holder, to=to, by=by, now=now)
    return Passed(accounts, deals)


def left_with_work() -> QuerySet[User]:
    """Whoever is no longer active and still owns or looks after a company, or owns an open deal."""
    mine = Q(owner=OuterRef("pk")) | Q(csm=OuterRef("pk"))
    deals = Opportunity.objects.filter(owner=OuterRef("pk"), status=Opportunity.Status.OPEN)
    held = Q(Exists(Account.objects.filter(mine))) | Q(Exists(deals))
    return User.objects.filter(held, is_active=False).select_related("team").order_by("pk")


def _accounts(holder: User, *, to: User, by: Actor, now: datetime) -> int:
    held = Account.objects.select_for_update(no_key=True).filter(Q(owner=holder) | Q(csm=holder))
    rows = list(held.order_by("pk"))
    for row in rows:
        roles = [name for name in ("owner", "csm") if getattr(row, f"{name}_id") == holder.pk]
        Account.objects.filter(pk=row.pk).update(**dict.fromkeys(roles, to))
        audit.record(
            "account.passed_on",
            subject=f"account:{row.pk}",
            text=f"{row} went from {holder} to {to}",
            by=by,
            at=now,
            before=dict.fromkeys(roles, holder.pk),
            after=dict.fromkeys(roles, to.pk),
        )
    return len(rows)


def _deals(holder: User, *, to: User, by: Actor, now: datetime) -> int:
    opened = Opportunity.objects.filter(owner=holder, status=Opportunity.Status.OPEN)
    rows = list(opened.select_for_update(of=("self",), no_key=True).order_by("pk"))
    leads = Lead.objects.select_related("owner").in_bulk({row.lead_id for row in rows})
    for row in rows:
        lead = leads[row.lead_id]
        moved = lead.owner is not None and lead.owner.is_active and lead.owner != holder
        next_one = lead.owner if moved and lead.owner else to
        Opportunity.objects.filter(pk=row.pk).update(owner=next_one)
        row.owner = next_one
        deal_states.keep(row, by=by, now=now)
        text = f"The open opportunity went from {holder} to {next_one}"
        timeline.record(lead, timeline.Kind.HANDOFF, text, by=by, at=now, opportunity=row.pk)
    return len(rows)
