"""Decides who receives a lead: rules in order, fair rotation under caps, and why so (RT-2 to RT-6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from leads.facts import alike
from leads.models import Lead, Team, User
from routing import books, turns, vocabulary
from routing.books import Book
from routing.domain import deciding, matching, traces
from routing.domain.deciding import Verdict
from routing.domain.matching import Trial, Trials
from routing.domain.traces import Texts
from routing.models import Pool, RuleSet, Territory
from routing.receivers import Receivers
from routing.receivers_together import Asked, Together
from routing.turns import Taken
from routing.vocabulary import VOCABULARY, Places, Question

__all__ = ["VOCABULARY", "Decision", "Decisions", "Question", "decide", "territory_of", "try_out"]
territory_of = vocabulary.territory_of


@dataclass(frozen=True)
class Placed:
    """Who receives the lead, by which rule and pool, who is told beside, and why in one line."""

    rule_set: RuleSet
    assignee: User | None
    team: Team | None
    rule_name: str
    pool: Pool | None
    told: tuple[User, ...]
    because: str


@dataclass(frozen=True)
class Decision(Placed):
    """With the whole trace, as plain data."""

    explanation: dict[str, Any]


def decide(lead: Lead, question: Question, *, now: datetime) -> Decision:
    """Pick the receiver of `lead` and take the turn; the caller's transaction makes it final."""
    book, territory = books.published(), territory_of(lead)
    facts = vocabulary.facts(lead, question, territory)
    receivers = Receivers(book, lead, now=now, taking=True, not_to=question.not_to)
    trials = [matching.try_rule(rule, facts) for rule in book.rules]
    receivers.look_ahead(trials)
    verdict = deciding.decide_tried(trials, receivers.ask)
    step = verdict.placed
    if step is not None and step.turn is not None:
        pool = _pool_of(verdict, book)
        user = receivers.people[step.turn.receiver.user]
        turns.take(step.turn, pool=pool, rep=user.rep.pk, lead=lead, now=now)
    placed = _placed(verdict, receivers, territory=territory)
    return Decision(**placed, explanation=traces.written(verdict, facts))


class Decisions:
    """Picks the receivers of very many leads, in the order given, as `decide` would one after the other.

    What it asks is read once and locked until the caller's transaction ends: everybody who might receive waits with
    whatever else is decided. Leads are read with their accounts. Going through it decides, from memory alone, so that
    the database can store what was decided meanwhile; then `take_turns` writes the turns.
    """

    def __init__(self, asked: Sequence[tuple[Lead, Question, datetime]]) -> None:
        book = books.published()
        known = _Known(book)
        self._rows = [known.asked(*each) for each in asked]
        self._receivers = Together(book, self._rows)
        self._taken: list[Taken] = []
        self._placed: dict[tuple[int, ...], Placed] = {}

    def __iter__(self) -> Iterator[tuple[Placed, str]]:
        """Each with its whole trace, as the JSON text of it."""
        texts, receivers = Texts(), self._receivers
        for one in self._rows:
            verdict = deciding.decide_tried(one.trials, partial(receivers.ask, one))
            placed = self._placing(verdict, one)
            explanation = texts.of(verdict, one.facts)  # as everybody stood before it is given
            self._taken += _taken(verdict, one, receivers)
            receivers.give(verdict.placed, one)
            yield placed, explanation

    def _placing(self, verdict: Verdict, one: Asked) -> Placed:
        """Whoever comes to the same receiver by the same rule shares one object."""
        step = verdict.placed
        if step is None or step.picked is None:
            return Placed(**_placed(verdict, self._receivers, territory=one.territory))
        same = (step.rule.place, step.picked.user, *verdict.told)
        found = self._placed.get(same)
        if found is None:
            found = Placed(**_placed(verdict, self._receivers, territory=one.territory))
            self._placed[same] = found
        return found

    def take_turns(self) -> None:
        """Write the turns that were taken; once, when everything is decided."""
        turns.take_many(self._taken)


class _Known:
    """What is known of each lead and what comes of trying the rules: worked out once for all who are alike."""

    def __init__(self, book: Book) -> None:
        self._places, self._trials = Places(), Trials(book.rules)
        self._found: dict[
            tuple[object, ...], tuple[Territory | None, Mapping[str, Any], Sequence[Trial]]
        ] = {}

    def asked(self, lead: Lead, question: Question, now: datetime) -> Asked:
        """The lead for which a receiver is sought."""
        same = (question, *alike(lead))
        found = self._found.get(same)
        if found is None:
            territory, facts = self._places.of(lead, question)
            found = self._found[same] = territory, facts, self._trials.of(facts)
        return Asked(lead, question, *found, now)


def _taken(verdict: Verdict, one: Asked, receivers: Together) -> list[Taken]:
    """The turn that the decision took, if it took one."""
    step = verdict.placed
    if step is None or step.turn is None:
        return []
    return [
        Taken(
            turn=step.turn,
            pool=_pool_of(verdict, receivers.book).id,
            rep=receivers.standings[step.turn.receiver.user].rep.id,
            lead=one.lead.id,
            at=one.now,
            waited_since=step.turn.receiver.last_received_at,
        )
    ]


def try_out(
    book: Book, facts: Mapping[str, Any], *, lead: Lead | None, territory: Territory | None, now: datetime
) -> Decision:
    """What `book` would decide at this moment: nothing is locked and no turn is taken."""
    receivers = Receivers(book, lead, now=now, taking=False)
    verdict = deciding.decide(book.rules, facts, receivers.ask)
    placed = _placed(verdict, receivers, territory=territory)
    return Decision(**placed, explanation=traces.written(verdict, facts))


class _Answered(Protocol):
    """Whoever answered for the rules: the version, and the people who were told of."""

    book: Book
    people: dict[int, User]


def _placed(verdict: Verdict, receivers: _Answered, *, territory: Territory | None) -> dict[str, Any]:
    book, step = receivers.book, verdict.placed
    picked = receivers.people[step.picked.user] if step and step.picked else None
    pool = book.pool_of(step.rule.place) if step else None
    waits_with = None if picked else _team_in_charge(verdict, book) or (territory.team if territory else None)
    return {
        "rule_set": book.version,
        "assignee": picked,
        "team": (picked.team or (pool.team if pool else None)) if picked else waits_with,
        "rule_name": step.rule.name if step else "",
        "pool": pool,
        "told": tuple([receivers.people[user] for user in verdict.told]),
        "because": verdict.because,
    }


def _pool_of(verdict: Verdict, book: Book) -> Pool:
    pool = book.pool_of(verdict.steps[-1].rule.place)
    if pool is None:
        raise TypeError("A turn is taken in a pool.")
    return pool


def _team_in_charge(verdict: Verdict, book: Book) -> Team | None:
    """Whose queue holds a lead that nobody could receive: the team of the first pool that was asked."""
    pools = [book.pool_of(each.rule.place) for each in verdict.steps if each.trial.matched]
    return next((pool.team for pool in pools if pool and pool.team), None)
