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
    rows = RuleSet.objects.published().rules.order_by("position").select_related("pool", "rep__user")
    return [Rule(row.name, row.target, row.when, row.pool, row.rep) for row in rows]


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
