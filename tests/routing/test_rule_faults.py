"""What is wrong with rules is said in words before they can route."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from leads.models import User
from routing import drafts, rule_faults, rulebook
from routing.models import Pool, PoolMember, Rep, RoutingRule, RuleSet

Target = RoutingRule.Target
FALLBACK_IS_EMPTY = "Nobody is in the fallback pool: a lead that no rule places waits unassigned."


@pytest.fixture
def draft(ana: User, now: datetime) -> RuleSet:
    return drafts.start(by=None, now=now)


def told(draft: RuleSet) -> list[tuple[bool, str]]:
    found = rule_faults.faults(rulebook.rows_of(draft))
    return [(fault.blocks, fault.sentence) for fault in found if fault.sentence != FALLBACK_IS_EMPTY]


def put(draft: RuleSet, **fields: Any) -> None:
    RoutingRule.objects.create(rule_set=draft, position=6, **{"name": "mine", "when": [], **fields})


def one_of(attribute: str, *values: object) -> dict[str, object]:
    return {"attribute": attribute, "operator": "is_one_of", "values": list(values)}


def test_the_seeded_rules_are_in_order(draft: RuleSet) -> None:
    assert told(draft) == []


def test_empty_fallback_pool_is_mentioned_and_blocks_nothing(draft: RuleSet, ana: User) -> None:
    before = [fault.sentence for fault in rule_faults.faults(rulebook.rows_of(draft))]
    PoolMember.objects.create(pool=Pool.objects.get(is_fallback=True), rep=ana.rep)

    assert before == [FALLBACK_IS_EMPTY]
    assert rule_faults.faults(rulebook.rows_of(draft)) == []


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ([one_of("shoe_size", 42)], "“mine”: There is no attribute 'shoe_size'; the attributes are "),
        (
            [{"attribute": "employees", "operator": "contains_any", "values": ["x"]}],
            "“mine”: employees cannot be asked 'contains_any'; it takes ",
        ),
        ([one_of("territory", "Atlantis")], "“mine” asks for the territory Atlantis, which there is not."),
        (
            [one_of("country", "DE"), one_of("country", "US")],
            "“mine” can never match: country is DE and country is US exclude each other.",
        ),
    ],
)
def test_unclear_conditions_block(draft: RuleSet, when: list[dict[str, object]], sentence: str) -> None:
    put(draft, target=Target.ACCOUNT_OWNER, when=when)

    [(blocks, said)] = told(draft)

    assert blocks
    assert said.startswith(sentence)


def test_pool_and_rep_that_can_never_receive_block(draft: RuleSet, ana: User) -> None:
    put(draft, target=Target.REP, rep=ana.rep)
    Rep.objects.filter(user=ana).update(is_active=False)

    assert told(draft) == [
        (True, "“territory DACH” leads to the DACH pool, in which nobody is active."),
        (True, "“mine” leads to Ana, who is no longer active."),
    ]


def test_rule_that_is_hardly_ever_reached_is_mentioned(draft: RuleSet) -> None:
    pool = Pool.objects.get(name="DACH")
    put(draft, target=Target.POOL, pool=pool, when=[one_of("territory", "DACH"), one_of("tier", "T1")])

    assert told(draft) == [
        (
            False,
            "“mine” is reached only while nobody can receive by “territory DACH”, which takes its leads.",
        )
    ]
