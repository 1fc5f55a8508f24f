"""What tests of the rule pages read off the draft and send to it."""

from __future__ import annotations

from typing import Any

from routing import rulebook
from routing.models import Pool, RoutingRule, RuleSet

SEEDED = ["open opportunity", "named account", "customer", "account in hand", "territory DACH"]


def row(name: str) -> RoutingRule:
    return RoutingRule.objects.get(rule_set__status=RuleSet.Status.DRAFT, name=name)


def names(version: RuleSet | None = None) -> list[str]:
    """The names of the draft's rules in order, or of those of a version."""
    return [rule.name for rule in rulebook.rules_of(version or RuleSet.objects.get(status="DRAFT"))]


def seen() -> dict[str, int]:
    """What somebody who looks at the draft now has seen."""
    return {
        "revision": RuleSet.objects.get(status="DRAFT").revision,
        "version": RuleSet.objects.published().version,
    }


def sent(**fields: Any) -> dict[str, Any]:
    """A rule for a pool, as a browser sends it."""
    values = {
        "name": "big companies",
        "place": 1,
        "target": f"POOL:{Pool.objects.get(name='DACH').pk}",
        "when_0_attribute": "employees",
        "when_0_operator": "at_least",
        "when_0_values": "1000",
    }
    return values | fields


def everything(rule_set: RuleSet) -> list[dict[str, Any]]:
    return [dict(values) for values in rule_set.rules.order_by("position").values()]
