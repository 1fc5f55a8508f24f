"""Decides who receives a lead, from values alone: the rules in order, and who stands behind each (RT-2 to RT-4).

Routing, the simulator and the replay of a decision are this one function over what they ask: the rows, copies of them
in memory, and what was written down when the decision was made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from routing.domain import matching, rotation
from routing.domain.matching import Method, Rule, Trial
from routing.domain.rotation import Candidate, Turn

Ask = Callable[[Rule], Sequence[Candidate]]
NOBODY_IS_FREE = "nobody is free: waits unassigned"
FALLBACK = 0
"""The place of what is asked last: the fallback pool, which stands in no version's list."""


class Step(NamedTuple):
    """One rule that was tried; where it matched, who was considered and who was picked."""

    trial: Trial
    candidates: Sequence[Candidate] = ()
    picked: Candidate | None = None
    turn: Turn | None = None

    @property
    def rule(self) -> Rule:
        return self.trial.rule

    @property
    def why(self) -> str:
        """Why the rule did not match, or that nobody behind it could receive."""
        if not self.trial.matched or self.picked is not None:
            return self.trial.why
        return f"{self.trial.why}, but {self.rule.nobody}"


@dataclass(frozen=True)
class Verdict:
    """The steps up to the one that placed the lead; nobody was free where none did."""

    steps: tuple[Step, ...]

    @cached_property
    def placed(self) -> Step | None:
        """The step that placed the lead."""
        last = self.steps[-1] if self.steps else None
        return last if last and last.picked and last.rule.method is not Method.NOTICE else None

    @property
    def because(self) -> str:
        """The decision in one line."""
        placed = self.placed
        return because(placed.rule, placed.picked) if placed and placed.picked else NOBODY_IS_FREE

    @property
    def told(self) -> list[int]:
        """Whom a rule tells and goes on, by person."""
        return [each.picked.user for each in self.steps if each.picked and each.rule.method is Method.NOTICE]


def fallback() -> Rule:
    """What takes a lead that no rule has placed."""
    nobody = "nobody in the fallback pool can receive"
    return Rule(FALLBACK, "no rule placed it", (), Method.TURNS, target="fallback pool", nobody=nobody)


def decide(rules: Iterable[Rule], facts: Mapping[str, object], ask: Ask) -> Verdict:
    """Try the rules in order until one has somebody who can receive; who stands behind a rule is asked only then."""
    return decide_tried((matching.try_rule(rule, facts) for rule in rules), ask)


def decide_tried(trials: Iterable[Trial], ask: Ask) -> Verdict:
    """The same, from what came of trying the rules."""
    steps = []
    for trial in trials:
        step = _step(trial, ask)
        steps.append(step)
        if step.picked is not None and trial.rule.method is not Method.NOTICE:
            break
    return Verdict(tuple(steps))


def because(rule: Rule, picked: Candidate) -> str:
    """Which rule placed the lead, and how its receiver was found."""
    if rule.place == FALLBACK:
        return f"{rule.name} → fallback pool"
    how = {Method.TURNS: "weighted round robin", Method.LEAST_LOADED: "least loaded"}
    return f"{rule.name} → {how.get(rule.method, picked.name)}"


def _step(trial: Trial, ask: Ask) -> Step:
    if not trial.matched:
        return Step(trial)
    rule = trial.rule
    candidates = ask(rule)
    if rule.method is Method.TURNS:
        turn = rotation.next_turn(candidates)
        return Step(trial, candidates, turn.receiver if turn else None, turn)
    if rule.method is Method.LEAST_LOADED:
        return Step(trial, candidates, rotation.least_loaded(candidates))
    free = (each for each in candidates if not each.passed_over)
    return Step(trial, candidates, next(free, None))
