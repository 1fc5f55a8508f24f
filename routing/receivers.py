"""Who stands behind a rule at this moment, as rows say: owners, a named rep, everybody in a pool with their claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import connection

from leads.domain.stages import SALES_STAGES
from leads.models import Account, Lead, Opportunity, User
from routing import reps
from routing.books import Book, Target
from routing.domain.matching import Method, Rule
from routing.domain.rotation import Candidate
from routing.models import Pool

ACCOUNT_LOCK = 0x4163  # any number of our own


class Receivers:
    """Answers the domain's question for one lead, or for nobody's account where there is none.

    While `taking`, a pool and an account are asked by one decision at a time, until the transaction ends. Users whose
    ids are in `not_to` have had the lead before.
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
        return [self._unless_had(each) for each in self._behind(rule)]

    def _unless_had(self, candidate: Candidate) -> Candidate:
        return replace(candidate, passed_over=reps.HAD_IT) if candidate.user in self.not_to else candidate

    def _behind(self, rule: Rule) -> Sequence[Candidate]:
        pool = self.book.pool_of(rule.place)
        if pool is not None:
            return self._pool(pool, rule)
        user = self._named(rule)
        if user is None:
            return ()
        self.people[user.pk] = user
        is_told = rule.method is Method.NOTICE
        why_not = _why_not_told(user) if is_told else reps.why_cannot_receive(user, now=self.now)
        return (Candidate(user.pk, str(user), 1, 0.0, None, passed_over=why_not, user=user.pk),)

    def _pool(self, pool: Pool, rule: Rule) -> Sequence[Candidate]:
        if self.taking:
            Pool.objects.select_for_update().get(pk=pool.pk)
        seats = reps.seats(pool, now=self.now, with_load=rule.method is Method.LEAST_LOADED)
        self.people |= {seat.member.rep.user_id: seat.member.rep.user for seat in seats.values()}
        return [seat.candidate for seat in seats.values()]

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
            return account.owner
        if target is Target.NOTIFY_CSM:
            return account.csm
        if target is Target.OPPORTUNITY_OWNER:
            return _deal_owner(account)
        return self._who_works(account)

    def _who_works(self, account: Account) -> User | None:
        """The owner of the account's first lead that sales has in hand (RT-14)."""
        if self.taking:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ACCOUNT_LOCK, account.pk % 2**31])
        in_hand = Lead.objects.filter(account=account, stage__in=SALES_STAGES, owner__isnull=False)
        others = in_hand.exclude(pk=self.lead.pk if self.lead else 0)
        first = others.order_by("id").select_related("owner__team").first()
        return first.owner if first else None


def _deal_owner(account: Account) -> User | None:
    deals = Opportunity.objects.filter(
        account=account, status=Opportunity.Status.OPEN, owner__isnull=False
    ).select_related("owner__team")
    deal = deals.order_by("-id").first()
    return deal.owner if deal else None


def _why_not_told(user: User) -> str:
    return "" if user.is_active else "no longer active"
