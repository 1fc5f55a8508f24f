"""Reads what a simulation stands on: people, absences, pools and their counters, companies, work begun before."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from leads.domain.stages import SALES_STAGES
from leads.models import Account, Opportunity, User
from routing.books import Book, Target
from routing.domain.deciding import FALLBACK
from routing.domain.rotation import Candidate
from routing.domain.simulation import Behind, Company, Ground, Person, Who
from routing.models import Absence, Handoff, PoolMember, Rep

WHO = {
    Target.ACCOUNT_OWNER: Who.ACCOUNT_OWNER,
    Target.OPPORTUNITY_OWNER: Who.DEAL_OWNER,
    Target.ACCOUNT_WORK_OWNER: Who.WORK_OWNER,
    Target.NOTIFY_CSM: Who.CSM,
}


def behind(book: Book) -> dict[int, Behind]:
    """Whom each rule of the version leads to, by its place."""
    found = {FALLBACK: Behind(Who.POOL, book.fallback.pk)} if book.fallback else {}
    for place, row in book.rows.items():
        if row.pool is not None:
            found[place] = Behind(Who.POOL, row.pool.pk)
        elif row.rep is not None:
            found[place] = Behind(Who.REP, row.rep.user_id)
        else:
            found[place] = Behind(WHO[Target(row.target)])
    return found


def read(handoffs: QuerySet[Handoff], *, since: datetime) -> Ground:
    """Everything that deciding these hand-offs may ask, in a handful of reads."""
    accounts = handoffs.filter(lead__account__isnull=False).values("lead__account")
    open_then = Handoff.objects.filter(assigned_at__lt=since, assignee__isnull=False)
    held = open_then.filter(Q(decided_at__isnull=True) | Q(decided_at__gt=since))
    return Ground(
        people=_people(),
        pools=_pools(),
        companies=_companies(accounts),
        held=list(held.values_list("assignee", "decided_at")),
        in_hand=_in_hand(accounts, since=since),
    )


def _people() -> dict[int, Person]:
    away: defaultdict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for rep, starts_at, ends_at in Absence.objects.values_list("rep", "starts_at", "ends_at"):
        away[rep].append((starts_at, ends_at))
    people = {
        rep.user_id: Person(
            rep.user_id,
            str(rep.user),
            is_active=rep.is_active and rep.user.is_active,
            absences=tuple(away[rep.pk]),
            daily_cap=rep.daily_cap,
            weekly_cap=rep.weekly_cap,
            open_cap=rep.open_cap,
            zone=rep.time_zone or rep.user.time_zone,
        )
        for rep in Rep.objects.select_related("user")
    }
    others = User.objects.exclude(pk__in=people)
    return people | {
        user.pk: Person(user.pk, str(user), is_active=user.is_active, is_rep=False) for user in others
    }


def _pools() -> dict[int, list[Candidate]]:
    pools: defaultdict[int, list[Candidate]] = defaultdict(list)
    for member in PoolMember.objects.order_by("id").select_related("rep__user"):
        pools[member.pool_id].append(
            Candidate(
                member.pk,
                str(member.rep.user),
                member.rep.weight,
                member.deficit,
                member.last_received_at,
                user=member.rep.user_id,
                open_cap=member.rep.open_cap,
            )
        )
    return pools


def _companies(accounts: QuerySet[Handoff, Any]) -> dict[int, Company]:
    deals: defaultdict[int, list[tuple[datetime, datetime | None, int]]] = defaultdict(list)
    owned = Opportunity.objects.filter(account__in=accounts, owner__isnull=False).order_by("id")
    for account, created_at, closed_at, owner in owned.values_list(
        "account", "created_at", "closed_at", "owner"
    ):
        deals[account].append((created_at, closed_at, owner))
    rows = Account.objects.filter(pk__in=accounts).values_list("pk", "owner", "csm")
    return {pk: Company(owner, csm, tuple(deals[pk])) for pk, owner, csm in rows.iterator()}


def _in_hand(accounts: QuerySet[Handoff, Any], *, since: datetime) -> dict[int, tuple[int, int]]:
    """By account, the first lead that sales had in hand before and still has, and whose it is."""
    before = Handoff.objects.filter(
        lead__account__in=accounts,
        lead__stage__in=SALES_STAGES,
        lead__owner__isnull=False,
        qualified_at__lt=since,
    )
    first = before.order_by("lead__account", "lead").distinct("lead__account")
    return {
        account: (lead, owner)
        for account, lead, owner in first.values_list("lead__account", "lead", "lead__owner")
    }
