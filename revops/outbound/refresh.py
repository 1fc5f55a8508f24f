"""The named-account refresh: an executive's dead accounts are proposed to go out for the best fresh ones (RT-11)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from leads.models import Account, User
from leads.remembering import remembering
from revops.outbound import proposals as outbound
from routing.models import OutboundProposal, Rep, Territory

Kind, Status = outbound.Kind, outbound.Status
LOOKED_AT = 5_000
"""So many of the best unowned accounts are looked at to find enough in the territory."""


class CannotRefresh(Exception):
    """The accounts cannot be exchanged; the message says why."""


def named_of(user: User) -> QuerySet[Account]:
    """The named accounts of `user`, the least promising first; those proposed to go are left out."""
    going = OutboundProposal.objects.filter(status=Status.PROPOSED, replaces__isnull=False)
    mine = Account.objects.filter(owner=user, is_named=True).exclude(pk__in=going.values("replaces"))
    return mine.select_related("score").order_by(F("score__value").asc(nulls_first=True), "name", "pk")


def propose(dead: Sequence[Account], *, by: User, now: datetime) -> int:
    """Propose as many fresh accounts as `by` calls dead, the best of their territory; how many found one.

    Raises CannotRefresh where the refresh is off, an account is somebody else's, or none is left in the territory.
    """
    if not outbound.settings().refresh_is_on:
        raise CannotRefresh(_("The refresh of named accounts is switched off."))
    if any(account.owner_id != by.pk or not account.is_named for account in dead):
        raise CannotRefresh(_("Only your own named accounts can be exchanged."))
    with transaction.atomic(), remembering():
        pairs = list(zip(dead, _fresh(dead, by=by), strict=False))
        if not pairs:
            raise CannotRefresh(_("No unowned account is left in your territory to exchange for."))
        rows = [_proposal(old, new, by=by, now=now) for old, new in pairs]
        try:
            with transaction.atomic():
                OutboundProposal.objects.bulk_create(rows)
        except IntegrityError as taken:
            raise CannotRefresh(_("One of these is proposed already. Look again.")) from taken
    return len(rows)


def _proposal(dead: Account, fresh: Account, *, by: User, now: datetime) -> OutboundProposal:
    why = f"in place of {dead}, which is dead"[:200]
    return OutboundProposal(
        kind=Kind.REFRESH, account=fresh, replaces=dead, owner=by, team=by.team, why=why, proposed_at=now
    )


def _fresh(dead: Sequence[Account], *, by: User) -> Iterator[Account]:
    """Unowned accounts of the asker's territories, or else of the dead ones', the best-scored first."""
    theirs = _territories(dead, by=by)
    free = outbound.not_worked().filter(owner=None, is_named=False, is_customer=False)
    best = free.order_by(F("score__value").desc(nulls_last=True), "pk")
    for account in best[:LOOKED_AT].iterator(chunk_size=500):
        territory = outbound.territory_of(account)
        if territory is not None and territory.pk in theirs:
            yield account


def _territories(dead: Sequence[Account], *, by: User) -> set[int]:
    rep = Rep.objects.filter(user=by).first()
    own = set(rep.territories.values_list("pk", flat=True)) if rep else set()
    found: list[Territory | None] = [] if own else [outbound.territory_of(account) for account in dead]
    return own | {each.pk for each in found if each is not None}
