"""Which rule takes a lead: the first of the ordered list whose conditions all hold, with the reasons (RT-2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from leads.domain import conditions
from leads.domain.conditions import Condition, Truth


@dataclass(frozen=True)
class Rule:
    """One rule as values."""

    id: int
    name: str
    when: tuple[Condition, ...]


@dataclass(frozen=True)
class Trial:
    """That a rule was tried, and why it did or did not match."""

    rule: Rule
    matched: bool
    why: str


def trials(rules: Sequence[Rule], facts: Mapping[str, object]) -> list[Trial]:
    """Each rule tried in order, all of them: a later one takes over where an earlier target cannot."""
    return [_try(rule, facts) for rule in rules]


def _try(rule: Rule, facts: Mapping[str, object]) -> Trial:
    failing = [one for one in rule.when if conditions.evaluate(one, facts) is not Truth.TRUE]
    told = failing or rule.when
    why = "; ".join(conditions.explain(one, facts) for one in told) or "matches every lead"
    return Trial(rule, not failing, why)
