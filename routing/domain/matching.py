"""Whether a rule takes a lead: all of its conditions hold, or these are the reasons why not (RT-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from leads.domain import conditions
from leads.domain.conditions import Condition, Truth


class Method(StrEnum):
    """How one of those whom a rule leads to is picked."""

    NAMED = "named"  # the one person there is; takes no turn
    TURNS = "turns"  # the next in a pool's rotation
    LEAST_LOADED = "least loaded"  # whoever of a pool has the most room
    NOTICE = "notice"  # is told, and the next rule is asked


@dataclass(frozen=True)
class Rule:
    """One rule as values: whom it leads to in words, and what is so where `nobody` there can receive."""

    place: int
    name: str
    when: tuple[Condition, ...]
    method: Method = Method.NAMED
    target: str = ""
    nobody: str = ""


@dataclass(frozen=True)
class Trial:
    """That a rule was tried on these facts; `failing` are the conditions that did not hold."""

    rule: Rule
    facts: Mapping[str, object]
    failing: tuple[Condition, ...]

    @property
    def matched(self) -> bool:
        """True when every condition held."""
        return not self.failing

    @cached_property
    def why(self) -> str:
        """Why it did or did not match, in words."""
        told = self.failing or self.rule.when
        return "; ".join(conditions.explain(one, self.facts) for one in told) or "matches every lead"


def try_rule(rule: Rule, facts: Mapping[str, object]) -> Trial:
    """Ask each condition of the rule."""
    failing = [one for one in rule.when if conditions.evaluate(one, facts) is not Truth.TRUE]
    return Trial(rule, facts, tuple(failing))


class Trials:
    """Tries the rules of one version on very many leads: once for all that are alike in what the rules ask for.

    Of the facts, a trial that is shared knows only what its rule asks for.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._asked = tuple(dict.fromkeys(one.attribute for rule in rules for one in rule.when))
        self._all: dict[tuple[object, ...], tuple[Trial, ...]] = {}
        self._each: dict[tuple[object, ...], Trial] = {}

    def of(self, facts: Mapping[str, object]) -> tuple[Trial, ...]:
        """A trial of every rule, in order."""
        alike = tuple([_alike(facts.get(attribute)) for attribute in self._asked])
        found = self._all.get(alike)
        if found is None:
            found = self._all[alike] = tuple(self._try(rule, facts) for rule in self._rules)
        return found

    def _try(self, rule: Rule, facts: Mapping[str, object]) -> Trial:
        asked = (rule.place, *[_alike(facts.get(one.attribute)) for one in rule.when])
        if asked not in self._each:
            self._each[asked] = try_rule(rule, facts)
        return self._each[asked]


def _alike(fact: object) -> object:
    """Equal only where conditions cannot tell the facts apart: 1, 1.0 and True are three."""
    return (type(fact), fact) if isinstance(fact, str | int | float | None) else repr(fact)
