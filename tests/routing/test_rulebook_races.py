"""Rules are published while leads are routed: a decision follows one version, the one that it names."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest

from leads.models import User
from routing import rulebook
from routing.models import Handoff, Pool, RoutingRule, RuleSet
from routing.replay import replay
from routing.rulebook import ChangedMeanwhile, Rule
from tests import factories
from tests.races import at_once

Target = RoutingRule.Target
VERSIONS, LEADS, THREADS = 12, 24, 4


def rules_of_round(number: int) -> list[Rule]:
    """Two rules that nothing matches and one that takes every lead, all named after the round."""
    never = [{"attribute": "territory", "operator": "is_one_of", "values": ["Nowhere"]}]
    pool = Pool.objects.get(name="DACH")
    return [
        Rule(f"round {number}, first", Target.POOL, never, pool),
        Rule(f"round {number}, second", Target.POOL, never, pool),
        Rule(f"round {number}, all", Target.POOL, [], pool),
    ]


def publish_all(now: datetime) -> int:
    for number in range(VERSIONS):
        published = RuleSet.objects.published().version
        rulebook.publish(rules_of_round(number), by=None, now=now, instead_of=published)
    return VERSIONS


def route(thread: int, now: datetime) -> int:
    for number in range(LEADS // THREADS):
        factories.handoff(now=now, email=f"lead-{thread}-{number}@acme.example")
    return LEADS // THREADS


@pytest.mark.django_db(transaction=True)
def test_no_decision_mixes_two_versions(ana: User, now: datetime) -> None:
    factories.source()
    routers: list[Callable[[], int]] = [partial(route, thread, now) for thread in range(THREADS)]

    outcomes = at_once(partial(publish_all, now), *routers)

    assert outcomes == [VERSIONS, *[LEADS // THREADS] * THREADS]
    for handoff in Handoff.objects.select_related("rule_set"):
        names = list(handoff.rule_set.rules.order_by("position").values_list("name", flat=True))
        assert [tried["rule"] for tried in handoff.explanation["rules"]] == names[
            : len(handoff.explanation["rules"])
        ]
        assert handoff.because.split(" → ")[0] in names
        assert replay(handoff).is_same


@pytest.mark.django_db(transaction=True)
def test_two_publish_at_once_and_one_is_told_that_the_rules_have_changed(ana: User, now: datetime) -> None:
    for number in range(5):
        published = RuleSet.objects.published().version
        publish = partial(rulebook.publish, rules_of_round(number), by=None, now=now, instead_of=published)

        outcomes = at_once(publish, publish)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ChangedMeanwhile", "RuleSet"]
        assert RuleSet.objects.published().version == published + 1


def test_version_that_is_no_longer_published_is_not_overwritten(ana: User, now: datetime) -> None:
    stale = RuleSet.objects.published().version
    rulebook.publish(rules_of_round(1), by=None, now=now, instead_of=stale)

    with pytest.raises(ChangedMeanwhile, match=f"Version {stale}"):
        rulebook.publish(rules_of_round(2), by=None, now=now, instead_of=stale)

    assert next(rule.name for rule in rulebook.current()) == "round 1, first"
