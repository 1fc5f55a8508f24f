"""Who stands behind the rules for many leads in a row: each is told as if those before it had been written down."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from leads import prepared, quick_rows
from leads.domain.stages import SALES_STAGES
from leads.models import Lead, User
from routing import reps, standings
from routing.books import Book, Target
from routing.domain.deciding import Step
from routing.domain.matching import Method, Rule, Trial
from routing.domain.rotation import Candidate
from routing.models import Pool, PoolMember, Rep, Territory
from routing.receivers import ACCOUNT_LOCK, ACCOUNT_LOCKS
from routing.seats import Seats, members_of
from routing.vocabulary import Question

LOCK_ACCOUNTS = "SELECT pg_advisory_xact_lock(%s::int, part) FROM unnest(%s::int[]) AS part"
IN_HAND = """
    SELECT account_id, id, owner_id FROM leads_lead
    WHERE account_id = ANY(%s) AND stage = ANY(%s) AND owner_id IS NOT NULL ORDER BY id
"""
DEALS = """
    SELECT DISTINCT ON (account_id) account_id, owner_id FROM leads_opportunity
    WHERE account_id = ANY(%s) AND status = 'OPEN' AND owner_id IS NOT NULL ORDER BY account_id, id DESC
"""


class Asked(NamedTuple):
    """A lead for which a receiver is sought, what is known of it, and what came of trying the rules."""

    lead: Lead
    question: Question
    territory: Territory | None
    facts: Mapping[str, Any]
    trials: Sequence[Trial]
    now: datetime


class Together:
    """Answers the domain's question for one lead after another, from what was read once.

    All accounts, then all pools, then all reps that any of the leads may come to are locked until the transaction
    ends, each kind in the order of ids: a decision that stands alone takes the same locks in the same order.
    """

    def __init__(self, book: Book, asked: Sequence[Asked]) -> None:
        self.book = book
        companies = _Companies(book, asked)
        pools = _lock_pools(_pools_of(book, {id(one.trials): one.trials for one in asked}.values()))
        named = companies.people | {row.rep.user_id for row in book.rows.values() if row.rep}
        rows = _lock_reps(pools, named)
        members = members_of(pools)
        weighed = {one.user for pool in _by_load(book) for one in members.get(pool, ())}
        self.standings = standings.of_reps(rows, moments=[one.now for one in asked], weighed=weighed)
        self.people = {rep.user_id: rep.user for rep in rows}
        others = User.objects.filter(pk__in=named - self.people.keys()).select_related("team")
        self.people |= {user.pk: user for user in others}
        self.pools = {pool: Seats(theirs, self.standings) for pool, theirs in members.items()}
        self._seats_of: defaultdict[int, list[Seats]] = defaultdict(list)
        for seats in self.pools.values():
            for seat in seats.all:
                self._seats_of[seat.user].append(seats)
        self._companies = companies

    def ask(self, one: Asked, rule: Rule) -> Sequence[Candidate]:
        """Whom the rule leads to for this lead, each with why they cannot receive, if so."""
        pool = self.book.pool_of(rule.place)
        if pool is not None:
            return self.pools[pool.id].candidates(now=one.now, not_to=one.question.not_to)
        user = self.people.get(self._named(rule, one.lead) or 0)
        if user is None:
            return ()
        why_not = self._why_not(user, one, is_told=rule.method is Method.NOTICE)
        return (Candidate(user.pk, str(user), 1, 0.0, None, passed_over=why_not, user=user.pk),)

    def give(self, step: Step | None, one: Asked) -> None:
        """Count the decision on: the turn, what its receiver holds, and who works the account from now on."""
        user = step.picked.user if step and step.picked else None
        if step is not None and user is not None:
            pool = self.book.pool_of(step.rule.place)
            self.standings[user].receive(one.now)
            for seats in self._seats_of.get(user, ()):
                seats.received_since.add(user)
            if step.turn is not None and pool is not None:
                self.pools[pool.id].pay(step.turn, now=one.now)
        self._companies.works(one.lead, user)

    def _why_not(self, user: User, one: Asked, *, is_told: bool) -> str:
        if user.pk in one.question.not_to:
            return reps.HAD_IT
        if is_told:
            return "" if user.is_active else "no longer active"
        standing = self.standings.get(user.pk)
        return standing.why_not(one.now) if standing else reps.NO_REP

    def _named(self, rule: Rule, lead: Lead) -> int | None:
        row = self.book.rows.get(rule.place)
        if row is None:
            return None
        return row.rep.user_id if row.rep else self._companies.named(self.book.targets[rule.place], lead)


class _Companies:
    """Who has to do with the leads' companies, as far as rules that match ask for it."""

    def __init__(self, book: Book, asked: Sequence[Asked]) -> None:
        asking: dict[Target, set[int]] = {target: set() for target in Target}
        known: dict[int, set[Target]] = {}
        for one in asked:
            if id(one.trials) not in known:
                known[id(one.trials)] = {book.targets[place] for place in _matching(book, one.trials)}
            if one.lead.account_id is not None:
                for target in known[id(one.trials)]:
                    asking[target].add(one.lead.account_id)
        companies = (one.lead.account for one in asked)
        self._owners = {company.pk: company for company in companies if company is not None}
        self._in_hand = _in_hand(asking[Target.ACCOUNT_WORK_OWNER])
        self._deals = _deal_owners(asking[Target.OPPORTUNITY_OWNER])
        people = {owner for works in self._in_hand.values() for _, owner in works}
        people |= set(self._deals.values())
        people |= {self._owners[pk].owner_id for pk in asking[Target.ACCOUNT_OWNER]} - {None}  # type: ignore[arg-type]
        people |= {self._owners[pk].csm_id for pk in asking[Target.NOTIFY_CSM]} - {None}  # type: ignore[arg-type]
        self.people = people

    def named(self, target: Target, lead: Lead) -> int | None:
        account = lead.account_id
        if account is None:
            return None
        if target is Target.ACCOUNT_OWNER:
            return self._owners[account].owner_id
        if target is Target.NOTIFY_CSM:
            return self._owners[account].csm_id
        if target is Target.OPPORTUNITY_OWNER:
            return self._deals.get(account)
        works = self._in_hand.get(account, ())
        return next((owner for other, owner in works if other != lead.id), None)

    def works(self, lead: Lead, user: int | None) -> None:
        """From now on `user` works the lead, or nobody does."""
        works = self._in_hand.get(lead.account_id or 0)
        if works is not None:
            works[:] = [each for each in works if each[0] != lead.id]
            if user is not None:
                insort(works, (lead.id, user))


def _in_hand(accounts: set[int]) -> dict[int, list[tuple[int, int]]]:
    """By account, the leads that sales has in hand and whose each is, in their order (RT-14)."""
    if not accounts:
        return {}
    prepared.rows(LOCK_ACCOUNTS, [ACCOUNT_LOCK, sorted({pk % ACCOUNT_LOCKS for pk in accounts})])
    works: dict[int, list[tuple[int, int]]] = {pk: [] for pk in accounts}
    for account, lead, owner in prepared.rows(IN_HAND, [sorted(accounts), sorted(SALES_STAGES)]):
        works[account].append((lead, owner))
    return works


def _deal_owners(accounts: set[int]) -> dict[int, int]:
    """By account, the owner of its latest open deal that has one."""
    return dict(prepared.rows(DEALS, [sorted(accounts)])) if accounts else {}


def _matching(book: Book, trials: Iterable[Trial]) -> list[int]:
    """The places of the rules that matched, but for the fallback."""
    return [trial.rule.place for trial in trials if trial.matched and trial.rule.place in book.rows]


def _pools_of(book: Book, tried: Iterable[Sequence[Trial]]) -> set[int]:
    """The pools that any of these may come to."""
    pools = (book.pool_of(each.rule.place) for trials in tried for each in trials if each.matched)
    return {pool.pk for pool in pools if pool is not None}


def _lock_pools(pools: set[int]) -> list[int]:
    rows = Pool.objects.select_for_update(no_key=True).filter(pk__in=pools).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def _lock_reps(pools: Sequence[int], named: set[int]) -> list[Rep]:
    """All members of the pools and whoever is named, as they stand once nobody else can change them.

    Those without a cap are locked too: whoever goes out or leaves waits, and then gets nothing more.
    """
    behind = Q(pk__in=PoolMember.objects.filter(pool__in=pools).values("rep")) | Q(user__in=named)
    rows = Rep.objects.filter(behind).order_by("pk")
    held = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    found = quick_rows.read(Rep.objects.filter(pk__in=held))
    quick_rows.bring(found, "user")
    quick_rows.bring([rep.user for rep in found], "team")
    return found


def _by_load(book: Book) -> set[int]:
    """The pools of which whoever has the most room receives."""
    asked = (book.pool_of(rule.place) for rule in book.rules if rule.method is Method.LEAST_LOADED)
    return {pool.pk for pool in asked if pool is not None}
