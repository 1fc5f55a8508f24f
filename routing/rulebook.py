"""The routing rules in versions: which one routes, what it says, and how one takes another's place (RT-2).

A published version never changes, so that a decision can always be understood by the rules that made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import audit
from leads.actors import Job
from leads.domain import conditions
from leads.models import User
from routing.assignment import VOCABULARY
from routing.models import Pool, Rep, RoutingRule, RuleSet, Territory

Target = RoutingRule.Target
Status = RuleSet.Status
SUBJECT = "routing-rules"
"""Under this name the audit keeps what happened to the rules."""
SET_UP = Job("set-up")


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
    return [rule_of(row) for row in rows_of(version)]


def rule_of(row: RoutingRule) -> Rule:
    """One rule as it can be edited."""
    return Rule(row.name, row.target, row.when, row.pool, row.rep)


def rows_of(version: RuleSet) -> list[RoutingRule]:
    """The rows of a version in order, with whom they lead to."""
    return list(version.rules.order_by("position").select_related("pool", "rep__user"))


def next_number(*, beside: RuleSet | None = None) -> int:
    """The number that follows all versions, but for one that has a number already."""
    others = RuleSet.objects.exclude(pk=beside.pk if beside else 0)
    return (others.order_by("-version").values_list("version", flat=True).first() or 0) + 1


def publish(
    rules: Sequence[Rule], *, by: User | None, now: datetime, instead_of: int, note: str = ""
) -> RuleSet:
    """Make `rules` the version that routes from now on, in place of version `instead_of`.

    Raises ChangedMeanwhile when another version is published by now, and InvalidCondition.
    """
    for rule in rules:
        conditions.parse(rule.when, VOCABULARY)
    with transaction.atomic():
        retire(instead_of)
        version = RuleSet.objects.create(
            version=next_number(),
            status=Status.PUBLISHED,
            created_at=now,
            created_by=by,
            published_at=now,
            published_by=by,
        )
        fill(version, rules)
        write_down(version.version, instead_of=instead_of, by=by, now=now, note=note)
    return version


def retire(version: int) -> None:
    """Let the published version route no more. Raises ChangedMeanwhile where it is not the published one."""
    published = RuleSet.objects.filter(version=version, status=Status.PUBLISHED)
    if not published.update(status=Status.RETIRED):
        raise ChangedMeanwhile(f"Version {version} of the rules is no longer the published one.")


def fill(version: RuleSet, rules: Sequence[Rule]) -> None:
    """Put the rules into a version that has none."""
    RoutingRule.objects.bulk_create(
        [
            RoutingRule(rule_set=version, position=place, **vars(rule))
            for place, rule in enumerate(rules, start=1)
        ]
    )


def write_down(version: int, *, instead_of: int, by: User | None, now: datetime, note: str = "") -> None:
    """Keep in the audit that the version routes from now on."""
    audit.record(
        "rules.published",
        subject=SUBJECT,
        text=note or f"Version {version} published in place of version {instead_of}",
        by=by or SET_UP,
        at=now,
        before={"version": instead_of},
        after={"version": version},
    )


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


def restore(version: RuleSet, *, by: User | None, now: datetime, instead_of: int) -> RuleSet:
    """Publish the rules of an earlier version again, as the next one. Raises ChangedMeanwhile."""
    note = f"The rules of version {version.version} published again in place of version {instead_of}"
    return publish(rules_of(version), by=by, now=now, instead_of=instead_of, note=note)
