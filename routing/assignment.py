"""Decides who receives a lead: rules in order, fair rotation under caps, and why so (RT-2 to RT-6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from leads.models import Lead, Team, User
from routing import books, turns, vocabulary
from routing.books import Book
from routing.domain import deciding, traces
from routing.domain.deciding import Verdict
from routing.domain.matching import Trials
from routing.models import Pool, RuleSet, Territory
from routing.receivers import Receivers
from routing.receivers_together import Asked, Together
from routing.turns import Taken
from routing.vocabulary import VOCABULARY, Question

__all__ = ["VOCABULARY", "Decision", "Question", "decide", "decide_many", "territory_of", "try_out"]
territory_of = vocabulary.territory_of


@dataclass(frozen=True)
class Decision:
    """Who receives the lead, by which rule and pool, who is told beside, why in one line, and the whole trace."""

    rule_set: RuleSet
    assignee: User | None
    team: Team | None
    rule_name: str
    pool: Pool | None
    told: tuple[User, ...]
    because: str
    explanation: dict[str, Any]


def decide(lead: Lead, question: Question, *, now: datetime) -> Decision:
    """Pick the receiver of `lead` and take the turn; the caller's transaction makes it final."""
    book, territory = books.published(), territory_of(lead)
    facts = vocabulary.facts(lead, question, territory)
    receivers = Receivers(book, lead, now=now, taking=True, not_to=question.not_to)
    verdict = deciding.decide(book.rules, facts, receivers.ask)
    step = verdict.placed
    if step is not None and step.turn is not None:
        pool = _pool_of(verdict, book)
        user = receivers.people[step.turn.receiver.user]
        turns.take(step.turn, pool=pool, rep=user.rep.pk, lead=lead, now=now)
    return _decision(verdict, facts, receivers, territory=territory)


def decide_many(asked: Sequence[tuple[Lead, Question, datetime]]) -> list[Decision]:
    """Pick the receivers of very many leads, in the order given, as `decide` would one after the other.

    What it asks is read once and locked until the caller's transaction ends: everybody who might receive waits with
    whatever else is decided. Leads are read with their accounts.
    """
    book, trials = books.published(), Trials()
    rows = [_asked(one, book, trials) for one in asked]
    receivers, decisions, taken = Together(book, rows), [], []
    for one in rows:
        ask = partial(receivers.ask, one)
        verdict = deciding.decide(book.rules, one.facts, ask, try_rule=trials.try_rule)
        receivers.give(verdict.placed, one)
        decisions.append(_decision(verdict, one.facts, receivers, territory=one.territory))
        taken += _taken(verdict, one, receivers)
    turns.take_many(taken)
    return decisions


def _asked(one: tuple[Lead, Question, datetime], book: Book, trials: Trials) -> Asked:
    lead, question, now = one
    territory = territory_of(lead)
    facts = vocabulary.facts(lead, question, territory)
    matched = [rule for rule in book.rules if trials.try_rule(rule, facts).matched]
    return Asked(lead, question, territory, facts, matched, now)


def _taken(verdict: Verdict, one: Asked, receivers: Together) -> list[Taken]:
    """The turn that the decision took, if it took one."""
    step = verdict.placed
    if step is None or step.turn is None:
        return []
    rep = receivers.standings[step.turn.receiver.user].rep.pk
    pool = _pool_of(verdict, receivers.book).pk
    return [Taken(turn=step.turn, pool=pool, rep=rep, lead=one.lead.pk, at=one.now)]


def try_out(
    book: Book, facts: Mapping[str, Any], *, lead: Lead | None, territory: Territory | None, now: datetime
) -> Decision:
    """What `book` would decide at this moment: nothing is locked and no turn is taken."""
    receivers = Receivers(book, lead, now=now, taking=False)
    verdict = deciding.decide(book.rules, facts, receivers.ask)
    return _decision(verdict, facts, receivers, territory=territory)


class _Answered(Protocol):
    """Whoever answered for the rules: the version, and the people who were told of."""

    book: Book
    people: dict[int, User]


def _decision(
    verdict: Verdict, facts: Mapping[str, Any], receivers: _Answered, *, territory: Territory | None
) -> Decision:
    book, step = receivers.book, verdict.placed
    picked = receivers.people[step.picked.user] if step and step.picked else None
    pool = book.pool_of(step.rule.place) if step else None
    waits_with = None if picked else _team_in_charge(verdict, book) or (territory.team if territory else None)
    return Decision(
        rule_set=book.version,
        assignee=picked,
        team=(picked.team or (pool.team if pool else None)) if picked else waits_with,
        rule_name=step.rule.name if step else "",
        pool=pool,
        told=tuple(receivers.people[user] for user in verdict.told),
        because=verdict.because,
        explanation=traces.written(verdict, facts),
    )


def _pool_of(verdict: Verdict, book: Book) -> Pool:
    pool = book.pool_of(verdict.steps[-1].rule.place)
    if pool is None:
        raise TypeError("A turn is taken in a pool.")
    return pool


def _team_in_charge(verdict: Verdict, book: Book) -> Team | None:
    """Whose queue holds a lead that nobody could receive: the team of the first pool that was asked."""
    pools = [book.pool_of(each.rule.place) for each in verdict.steps if each.trial.matched]
    return next((pool.team for pool in pools if pool and pool.team), None)
