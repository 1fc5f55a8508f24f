"""Who stands behind a rule at this moment, as rows say: owners, a named rep, everybody in a pool with their claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from leads import prepared
from leads.domain.stages import SALES_STAGES
from leads.models import Account, Lead, Opportunity, User
from leads.prepared import Given, Query
from routing import reps
from routing.books import Book, Target
from routing.domain.matching import Method, Rule
from routing.domain.rotation import Candidate
from routing.models import Pool

ACCOUNT_LOCK = 0x4163  # any number of our own
ACCOUNT_LOCKS = 1024  # accounts share so many locks: whoever decides on very many holds no more than these
LOCK_POOL = "SELECT id FROM routing_pool WHERE id = %s FOR NO KEY UPDATE"
LOCK_ACCOUNT = "SELECT pg_advisory_xact_lock(%s::int, %s::int)"
IN_HAND = Query(
    lambda: (
        Lead.objects.filter(account=Given("account"), stage__in=sorted(SALES_STAGES), owner__isnull=False)
        .exclude(pk=Given("but"))
        .order_by("id")
        .select_related("owner__team")[:1]
    )
)
DEALS = Query(
    lambda: (
        Opportunity.objects.filter(
            account=Given("account"), status=Opportunity.Status.OPEN, owner__isnull=False
        )
        .order_by("-id")
        .select_related("owner__team")[:1]
    )
)

PERSON = Query(lambda: User.objects.filter(pk=Given("person")).select_related("team"))


class Receivers:
    """Answers the domain's question for one lead, or for nobody's account where there is none.

    While `taking`, an account, a pool and a rep with caps are asked by one decision at a time, in this order, until
    the transaction ends: it should end soon, with this one decision. Users whose ids are in `not_to` have had the
    lead before.
    """

    def __init__(
        self,
        book: Book,
        lead: Lead | None,
        *,
        now: datetime,
        taking: bool,
        not_to: frozenset[int] = frozenset(),
    ) -> None:
        self.book, self.lead, self.now, self.taking, self.not_to = book, lead, now, taking, not_to
        self.people: dict[int, User] = {}

    def ask(self, rule: Rule) -> Sequence[Candidate]:
        """Whom the rule leads to, each with why they cannot receive, if so."""
        pool = self.book.pool_of(rule.place)
        return self._of_pool(pool, rule) if pool is not None else self._alone(rule)

    def _of_pool(self, pool: Pool, rule: Rule) -> Sequence[Candidate]:
        """While `taking`, of a pool in which somebody can receive; one that can give nothing keeps nobody waiting."""
        if not self.taking:
            return self._members(pool, rule)
        with transaction.atomic():
            prepared.run_later(LOCK_POOL, [pool.pk])
            found = self._members(pool, rule)
            if all(each.passed_over for each in found):
                transaction.set_rollback(True)
        return found

    def _members(self, pool: Pool, rule: Rule) -> Sequence[Candidate]:
        with_load = rule.method is Method.LEAST_LOADED
        seats = reps.seats(pool, now=self.now, with_load=with_load, holding=self.taking)
        self.people |= {seat.member.rep.user_id: seat.member.rep.user for seat in seats.values()}
        return [self._unless_had(seat.candidate) for seat in seats.values()]

    def _alone(self, rule: Rule) -> Sequence[Candidate]:
        user = self._named(rule)
        if user is None:
            return ()
        self.people[user.pk] = user
        why_not = self._why_not(user, is_told=rule.method is Method.NOTICE)
        return (Candidate(user.pk, str(user), 1, 0.0, None, passed_over=why_not, user=user.pk),)

    def _why_not(self, user: User, *, is_told: bool) -> str:
        if user.pk in self.not_to:
            return reps.HAD_IT
        if is_told:
            return _why_not_told(user)
        ask = reps.claim if self.taking else reps.why_cannot_receive
        return ask(user, now=self.now)

    def _unless_had(self, candidate: Candidate) -> Candidate:
        return replace(candidate, passed_over=reps.HAD_IT) if candidate.user in self.not_to else candidate

    def _named(self, rule: Rule) -> User | None:
        row = self.book.rows.get(rule.place)
        if row is None:
            return None
        if row.rep is not None:
            return row.rep.user
        account = self.lead.account if self.lead else None
        return self._of_account(Target(row.target), account) if account else None

    def _of_account(self, target: Target, account: Account) -> User | None:
        if target is Target.ACCOUNT_OWNER:
            return _person(account.owner_id)
        if target is Target.NOTIFY_CSM:
            return _person(account.csm_id)
        if target is Target.OPPORTUNITY_OWNER:
            return _deal_owner(account)
        return self._who_works(account)

    def _who_works(self, account: Account) -> User | None:
        """The owner of the account's first lead that sales has in hand (RT-14)."""
        if self.taking:
            prepared.run_later(LOCK_ACCOUNT, [ACCOUNT_LOCK, account.pk % ACCOUNT_LOCKS])
        first = IN_HAND.first(account=account.pk, but=self.lead.pk if self.lead else 0)
        return first.owner if first else None


def _person(user_id: int | None) -> User | None:
    return None if user_id is None else PERSON.first(person=user_id)


def _deal_owner(account: Account) -> User | None:
    deal = DEALS.first(account=account.pk)
    return deal.owner if deal else None


def _why_not_told(user: User) -> str:
    return "" if user.is_active else "no longer active"
