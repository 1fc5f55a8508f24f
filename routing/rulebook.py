"""The routing rules in versions: every change publishes the next one, and a decision names the one it used (RT-2).

A published version never changes, so that a decision can always be understood by the rules that made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from leads.domain import conditions
from leads.models import User
from routing.assignment import VOCABULARY
from routing.models import Pool, Rep, RoutingRule, RuleSet, Territory

Target = RoutingRule.Target


@dataclass(frozen=True)
class Rule:
    """One rule as it is edited; its place in the list is its order."""

    name: str
    target: str
    when: list[dict[str, Any]] = field(default_factory=list)
    pool: Pool | None = None
    rep: Rep | None = None


class ChangedMeanwhile(Exception):
    """Somebody else published a version since the rules were read; nothing was overwritten."""


def current() -> list[Rule]:
    """The published rules in order."""
    return rules_of(RuleSet.objects.published())


def rules_of(version: RuleSet) -> list[Rule]:
    """The rules of a version in order."""
    return [Rule(row.name, row.target, row.when, row.pool, row.rep) for row in rows_of(version)]


def rows_of(version: RuleSet) -> list[RoutingRule]:
    """The rows of a version in order, with whom they lead to."""
    return list(version.rules.order_by("position").select_related("pool", "rep__user"))


def publish(rules: Sequence[Rule], *, by: User | None, now: datetime, instead_of: int) -> RuleSet:
    """Make `rules` the version that routes from now on, in place of version `instead_of`.

    Raises ChangedMeanwhile when another version is published by now, and InvalidCondition.
    """
    for rule in rules:
        conditions.parse(rule.when, VOCABULARY)
    with transaction.atomic():
        retired = RuleSet.objects.filter(version=instead_of, status=RuleSet.Status.PUBLISHED).update(
            status=RuleSet.Status.RETIRED
        )
        if not retired:
            raise ChangedMeanwhile(f"Version {instead_of} of the rules is no longer the published one.")
        latest = RuleSet.objects.order_by("-version").values_list("version", flat=True)[0]
        version = RuleSet.objects.create(
            version=latest + 1,
            status=RuleSet.Status.PUBLISHED,
            created_at=now,
            published_at=now,
            published_by=by,
        )
        RoutingRule.objects.bulk_create(
            [
                RoutingRule(rule_set=version, position=place, **vars(rule))
                for place, rule in enumerate(rules, start=1)
            ]
        )
    return version


def rules_for(territory: Territory, *, general: Pool, best: Pool | None = None) -> list[Rule]:
    """A territory's rules: the best tier to pool `best` where there is one, everybody else to `general` (RT-2)."""
    here = {"attribute": "territory", "operator": "is_one_of", "values": [territory.name]}
    top = {"attribute": "tier", "operator": "is_one_of", "values": ["T1"]}
    first = [Rule(f"territory {territory.name}, T1", Target.POOL, [here, top], best)] if best else []
    return [*first, Rule(f"territory {territory.name}", Target.POOL, [here], general)]


def append(rules: Sequence[Rule], *, by: User | None, now: datetime) -> RuleSet:
    """Publish the current rules with `rules` after them."""
    published = RuleSet.objects.published()
    return publish([*current(), *rules], by=by, now=now, instead_of=published.version)


def add(rule: Rule, *, place: int, by: User | None, now: datetime, instead_of: int) -> RuleSet:
    """Publish the current rules with `rule` at `place`, 1 the first. Raises ChangedMeanwhile."""
    return publish(_with(current(), rule, place), by=by, now=now, instead_of=instead_of)


def change(row: RoutingRule, rule: Rule, *, place: int, by: User | None, now: datetime) -> RuleSet:
    """Publish the rules with `rule` instead of `row`, at `place`. Raises ChangedMeanwhile."""
    return _publish_after(row, _with(_without(row), rule, place), by=by, now=now)


def remove(row: RoutingRule, *, by: User | None, now: datetime) -> RuleSet:
    """Publish the rules without `row`. Raises ChangedMeanwhile."""
    return _publish_after(row, _without(row), by=by, now=now)


def move(row: RoutingRule, *, places: int, by: User | None, now: datetime) -> RuleSet:
    """Publish the rules with `row` so many places further down, up when negative. Raises ChangedMeanwhile."""
    rule = rules_of(row.rule_set)[_index(row)]
    return change(row, rule, place=max(_index(row) + 1 + places, 1), by=by, now=now)


def restore(version: RuleSet, *, by: User | None, now: datetime, instead_of: int) -> RuleSet:
    """Publish the rules of an earlier version again, as the next one. Raises ChangedMeanwhile."""
    return publish(rules_of(version), by=by, now=now, instead_of=instead_of)


def _with(rules: Sequence[Rule], rule: Rule, place: int) -> list[Rule]:
    return [*rules[: place - 1], rule, *rules[place - 1 :]]


def _without(row: RoutingRule) -> list[Rule]:
    rules = rules_of(row.rule_set)
    del rules[_index(row)]
    return rules


def _index(row: RoutingRule) -> int:
    return [each.pk for each in rows_of(row.rule_set)].index(row.pk)


def _publish_after(row: RoutingRule, rules: Sequence[Rule], *, by: User | None, now: datetime) -> RuleSet:
    """Publish in place of the row's own version; where nothing would change, that version stays."""
    if rules == rules_of(row.rule_set) and row.rule_set.status == RuleSet.Status.PUBLISHED:
        return row.rule_set
    return publish(rules, by=by, now=now, instead_of=row.rule_set.version)
