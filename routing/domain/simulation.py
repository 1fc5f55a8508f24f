"""Routes what has happened once more by other rules, in memory: copied counters, nothing written (RT-8).

What is only known as it stands today (who owns an account, who is active, the counters' start) is taken as of today;
presence is as it was at each moment, and work is open from when it is given until it was really decided.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property, partial
from zoneinfo import ZoneInfo

from routing.domain import deciding, rotation
from routing.domain.deciding import Verdict
from routing.domain.matching import Method, Rule, Trials
from routing.domain.rotation import Candidate, Load


class Who(StrEnum):
    """Of what kind those are whom a rule leads to."""

    POOL = "pool"
    REP = "rep"
    ACCOUNT_OWNER = "account owner"
    DEAL_OWNER = "deal owner"
    WORK_OWNER = "work owner"
    CSM = "csm"


@dataclass(frozen=True)
class Behind:
    """Whom the rule leads to: a kind, and the pool's or the person's id where it names one."""

    who: Who
    id: int = 0


@dataclass(frozen=True)
class Person:
    """Somebody who can receive; absences are half-open spans, caps None where there is none."""

    user: int
    name: str
    is_active: bool = True
    is_rep: bool = True
    absences: tuple[tuple[datetime, datetime], ...] = ()
    daily_cap: int | None = None
    weekly_cap: int | None = None
    open_cap: int | None = None
    zone: str = "UTC"

    @cached_property
    def is_always_free(self) -> bool:
        """Whether nothing ever keeps them from receiving."""
        return self.is_active and self.is_rep and not self.absences and not self.has_caps

    @cached_property
    def has_caps(self) -> bool:
        return not (self.daily_cap is self.weekly_cap is self.open_cap is None)


@dataclass(frozen=True)
class Company:
    """Who has to do with an account; deals are (from, until or None, owner)."""

    owner: int | None = None
    csm: int | None = None
    deals: tuple[tuple[datetime, datetime | None, int], ...] = ()


@dataclass(frozen=True)
class Case:
    """One hand-off as it came: what was known then, and when sales decided; `rejected` where it said no."""

    id: int
    lead: int
    account: int | None
    at: datetime
    facts: Mapping[str, object]
    decided_at: datetime | None = None
    rejected: bool = False


@dataclass(frozen=True)
class Ground:
    """What both sets of rules stand on: people, pools with their counters, companies, and work begun before."""

    people: Mapping[int, Person]
    pools: Mapping[int, Sequence[Candidate]]
    companies: Mapping[int, Company]
    held: Sequence[tuple[int, datetime | None]] = ()  # open work at the beginning: person, until
    in_hand: Mapping[int, tuple[int, int]] | None = None  # account → lead and whose it is


class World:
    """One set of rules let loose on the cases, in the order of time."""

    def __init__(self, rules: Sequence[Rule], behind: Mapping[int, Behind], ground: Ground) -> None:
        self.rules, self.behind, self.ground = rules, behind, ground
        self.trials = Trials(rules)
        self.pools = {pool: {each.id: each for each in members} for pool, members in ground.pools.items()}
        self.days: Counter[tuple[int, date]] = Counter()
        self.weeks: Counter[tuple[int, date]] = Counter()
        self.open: Counter[int] = Counter(user for user, _until in ground.held)
        self.closings = [(until, user) for user, until in ground.held if until is not None]
        heapq.heapify(self.closings)
        self.work: defaultdict[int, dict[int, tuple[int, datetime | None]]] = defaultdict(dict)
        for account, (lead, user) in (ground.in_hand or {}).items():
            self.work[account][lead] = (user, None)

    def route(self, case: Case) -> Verdict:
        """Decide the case and remember what it leads to."""
        self._close_until(case.at)
        ask = partial(self._ask, case=case)
        verdict = deciding.decide_tried(self.trials.of(case.facts), ask)
        step = verdict.placed
        if step is not None and step.picked is not None:
            if step.turn is not None:
                self._pay(self.behind[step.rule.place].id, step.turn, case.at)
            self._receive(step.picked.user, case)
        return verdict

    def _ask(self, rule: Rule, *, case: Case) -> Sequence[Candidate]:
        behind = self.behind[rule.place]
        if behind.who is Who.POOL:
            by_load = rule.method is Method.LEAST_LOADED
            members = self.pools.get(behind.id, {}).values()
            return [self._standing(each, case.at, by_load=by_load) for each in members]
        person = self.ground.people.get(self._named(behind, case) or 0)
        if person is None:
            return ()
        why_not = "" if behind.who is Who.CSM else self._why_not(person, case.at)
        return (Candidate(person.user, person.name, 1, 0.0, None, passed_over=why_not, user=person.user),)

    def _standing(self, member: Candidate, at: datetime, *, by_load: bool) -> Candidate:
        """The member as they are then; what they hold is counted only where load decides."""
        person = self.ground.people[member.user]
        why_not = "" if person.is_always_free else self._why_not(person, at)
        held = self.open[member.user] if by_load else member.open
        if why_not == member.passed_over and held == member.open:
            return member
        return replace(member, passed_over=why_not, open=held)

    def _named(self, behind: Behind, case: Case) -> int | None:
        if behind.who is Who.REP:
            return behind.id
        company = self.ground.companies.get(case.account or 0)
        if company is None:
            return None
        if behind.who is Who.WORK_OWNER:
            return self._who_works(case)
        if behind.who is Who.DEAL_OWNER:
            return _deal_owner(company, case.at)
        return company.csm if behind.who is Who.CSM else company.owner

    def _who_works(self, case: Case) -> int | None:
        """Whoever has the account's first lead that is still in hand."""
        works = self.work[case.account or 0]
        for lead in [lead for lead, (_user, until) in works.items() if until and until <= case.at]:
            del works[lead]
        others = [lead for lead in works if lead != case.lead]
        return works[min(others)][0] if others else None

    def _why_not(self, person: Person, at: datetime) -> str:
        if not person.is_rep:
            return "not a rep"
        is_away = any(start <= at < end for start, end in person.absences)
        if is_away or not person.is_active or not person.has_caps:
            load = Load(0, 0, 0, None, None, None)
        else:
            day, week = _day_and_week(person, at)
            load = Load(
                self.days[person.user, day],
                self.weeks[person.user, week],
                self.open[person.user],
                person.daily_cap,
                person.weekly_cap,
                person.open_cap,
            )
        return rotation.why_passed_over(is_active=person.is_active, is_away=is_away, load=load)

    def _pay(self, pool: int, turn: rotation.Turn, at: datetime) -> None:
        members = self.pools[pool]
        for member, deficit in turn.deficits.items():
            last = at if member == turn.receiver.id else members[member].last_received_at
            members[member] = _paid(members[member], deficit, last)

    def _receive(self, user: int, case: Case) -> None:
        person = self.ground.people[user]
        if person.has_caps:
            day, week = _day_and_week(person, case.at)
            self.days[user, day] += 1
            self.weeks[user, week] += 1
        self.open[user] += 1
        if case.decided_at is not None:
            heapq.heappush(self.closings, (case.decided_at, user))
        if case.account is not None:
            self.work[case.account][case.lead] = (user, case.decided_at if case.rejected else None)

    def _close_until(self, at: datetime) -> None:
        while self.closings and self.closings[0][0] <= at:
            self.open[heapq.heappop(self.closings)[1]] -= 1


def _paid(member: Candidate, deficit: float, last_received_at: datetime | None) -> Candidate:
    """The member after a turn: what `replace` gives, in half the time, for everybody earns at each turn."""
    id_, name, weight = member.id, member.name, member.weight
    state = member.passed_over, member.user, member.open, member.open_cap
    return Candidate(id_, name, weight, deficit, last_received_at, *state)


def _deal_owner(company: Company, at: datetime) -> int | None:
    open_then = [
        owner for since, until, owner in company.deals if since <= at and (until is None or at < until)
    ]
    return open_then[-1] if open_then else None


def _day_and_week(person: Person, at: datetime) -> tuple[date, date]:
    day = at.astimezone(ZoneInfo(person.zone)).date()
    return day, day - timedelta(days=day.weekday())
