"""Decides who receives a lead: rules in order, fair rotation under caps, and why so (RT-2 to RT-6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.models import Lead, Team, User
from routing import books, turns, vocabulary
from routing.books import Book
from routing.domain import deciding, traces
from routing.domain.deciding import Verdict
from routing.models import Pool, RuleSet, Territory
from routing.receivers import Receivers
from routing.vocabulary import VOCABULARY, Question

__all__ = ["VOCABULARY", "Decision", "Question", "decide", "territory_of", "try_out"]
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


def try_out(
    book: Book, facts: Mapping[str, Any], *, lead: Lead | None, territory: Territory | None, now: datetime
) -> Decision:
    """What `book` would decide at this moment: nothing is locked and no turn is taken."""
    receivers = Receivers(book, lead, now=now, taking=False)
    verdict = deciding.decide(book.rules, facts, receivers.ask)
    return _decision(verdict, facts, receivers, territory=territory)


def _decision(
    verdict: Verdict, facts: Mapping[str, Any], receivers: Receivers, *, territory: Territory | None
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
