"""P16: rules are published every two seconds while thousands of leads are routed; none mixes, all can be replayed."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from threading import Event

import pytest

from leads.models import User
from routing import rulebook
from routing.models import Handoff, Pool, RoutingRule, RuleSet
from routing.replay import replay
from routing.rulebook import Rule
from tests.arrivals import arrivals
from tests.figures import say
from tests.races import at_once, shared_out

Target = RoutingRule.Target


def rules_of_round(number: int) -> list[Rule]:
    """In turn the one pool and the other takes every lead, by rules that are named after the round."""
    never = [{"attribute": "territory", "operator": "is_one_of", "values": ["Nowhere"]}]
    pool = Pool.objects.get(name=("DACH", "North America")[number % 2])
    return [
        Rule(f"round {number}, first", Target.POOL, never, pool),
        Rule(f"round {number}, second", Target.POOL, never, pool),
        Rule(f"round {number}, all", Target.POOL, [], pool),
    ]


def publish_until(finished: Event, *, now: datetime, every: float) -> int:
    """How many versions were published."""
    number = 0
    while not finished.is_set():
        published = RuleSet.objects.published().version
        rulebook.publish(rules_of_round(number), by=None, now=now, instead_of=published)
        number += 1
        finished.wait(every)
    return number


def route_all(count: int, finished: Event, *, now: datetime) -> list[object]:
    try:
        jobs = arrivals(count, country="DE", now=now)
        return [each for each in shared_out(jobs, threads=8) if isinstance(each, Exception)]
    finally:
        finished.set()


def is_of_one_version(handoff: Handoff) -> bool:
    names = list(handoff.rule_set.rules.order_by("position").values_list("name", flat=True))
    tried = [told["rule"] for told in handoff.explanation["rules"]]
    return tried == names[: len(tried)] and handoff.rule_name in names


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_rules_published_every_two_seconds_under_five_thousand_leads(
    ana: User, bob: User, charlie: User, now: datetime
) -> None:
    finished = Event()

    failed, versions = at_once(
        partial(route_all, 5000, finished, now=now), partial(publish_until, finished, now=now, every=2)
    )

    routed = Handoff.objects.select_related("rule_set")
    mixed = sum(not is_of_one_version(handoff) for handoff in routed.iterator())
    same = sum(replay(handoff).is_same for handoff in routed.iterator())
    kept = (failed, routed.count(), mixed, same) == ([], 5000, 0, 5000)
    say(
        f"P16, {versions} versions published under 5,000 leads",
        measured=f"mixed {mixed}, replayed the same {same} of {routed.count()}",
        target="0, all",
        is_kept=kept,
    )
    assert kept, failed
