"""Who stands behind a rule at this moment, as rows say: owners, a named rep, everybody in a pool with their claims."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from leads import prepared
from leads.domain.stages import SALES_STAGES
from leads.models import Account, Lead, User
from leads.prepared import Given, Query
from routing import reps
from routing.books import Book, Target
from routing.domain.matching import Method, Rule, Trial
from routing.domain.rotation import Candidate
from routing.models import Pool

ACCOUNT_LOCK = 0x4163  # any number of our own
ACCOUNT_LOCKS = 1024  # accounts share so many locks: whoever decides on very many holds no more than these
LOCK_POOL = "SELECT id FROM routing_pool WHERE id = %s FOR NO KEY UPDATE"
LOCK_ACCOUNT = "SELECT pg_advisory_xact_lock(%s::int, %s::int)"
WITH_SALES = ", ".join(f"'{stage}'" for stage in sorted(SALES_STAGES))
IN_HAND = f"""
    SELECT owner_id FROM leads_lead
    WHERE account_id = %s AND stage IN ({WITH_SALES}) AND owner_id IS NOT NULL AND id <> %s ORDER BY id LIMIT 1
"""  # noqa: S608 - names of ours
DEAL_OWNER = """
    SELECT owner_id FROM leads_opportunity WHERE account_id = %s AND status = 'OPEN' AND owner_id IS NOT NULL
    ORDER BY id DESC LIMIT 1
"""
ASKED = (Target.OPPORTUNITY_OWNER, Target.ACCOUNT_WORK_OWNER)  # that are not told by the account's own row
Asked = Callable[[], list[tuple[int]]]
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
        self._told: dict[Target, Asked] = {}

    def look_ahead(self, trials: Iterable[Trial]) -> None:
        """Ask at once what the rules that match will want to know of the account."""
        account = self.lead.account_id if self.lead else None
        for trial in trials:
            target = self.book.targets.get(trial.rule.place) if trial.matched else None
            if account is not None and target in ASKED and target not in self._told:
                self._told[target] = self._ask_for(target, account)

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
        asked = self._told.get(target) or self._ask_for(target, account.pk)
        owner = next(iter(asked()), None)
        return _person(owner[0]) if owner else None

    def _ask_for(self, target: Target, account: int) -> Asked:
        """Ask who has the account's open deal, or its first lead that sales has in hand (RT-14)."""
        if target is Target.OPPORTUNITY_OWNER:
            return prepared.rows_ahead(DEAL_OWNER, [account])
        if self.taking:
            prepared.run_later(LOCK_ACCOUNT, [ACCOUNT_LOCK, account % ACCOUNT_LOCKS])
        return prepared.rows_ahead(IN_HAND, [account, self.lead.pk if self.lead else 0])


def _person(user_id: int | None) -> User | None:
    if user_id is None:
        return None
    rep = reps.remembered_of(user_id)
    return PERSON.first(person=user_id) if rep is None else rep.user


def _why_not_told(user: User) -> str:
    return "" if user.is_active else "no longer active"
