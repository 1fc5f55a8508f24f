"""The rules in order over whom they lead to, and that what is written down decides the same again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leads.domain import conditions
from leads.domain.conditions import Kind
from routing.domain import traces
from routing.domain.deciding import NOBODY_IS_FREE, Verdict, decide, fallback
from routing.domain.matching import Method, Rule
from routing.domain.rotation import Candidate

START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
ANA, BOB, AWAY = (
    Candidate(1, "Ana", 1, 0.0, None, user=11),
    Candidate(2, "Bob", 1, 0.5, START, user=12),
    Candidate(3, "Cem", 1, 0.9, START, passed_over="away", user=13),
)
TIER = conditions.parse(
    [{"attribute": "tier", "operator": "is_one_of", "values": ["T1"]}], {"tier": Kind.TEXT}
)


def rule(place: int, method: Method = Method.TURNS, *, only_best: bool = False) -> Rule:
    return Rule(place, f"rule {place}", TIER if only_best else (), method, nobody="nobody is there")


def decided(rules: Sequence[Rule], behind: dict[int, list[Candidate]], **facts: str) -> Verdict:
    return decide(rules, facts, lambda rule: behind.get(rule.place, []))


def test_the_first_rule_with_somebody_free_places_the_lead() -> None:
    verdict = decided([rule(1, Method.NAMED), rule(2), rule(3)], {1: [AWAY], 2: [ANA, BOB], 3: [ANA]})

    assert verdict.placed is not None
    assert verdict.placed.picked is BOB
    assert verdict.because == "rule 2 → weighted round robin"
    assert [step.why for step in verdict.steps] == [
        "matches every lead, but nobody is there",
        "matches every lead",
    ]


def test_who_stands_behind_a_rule_that_does_not_match_is_not_asked() -> None:
    verdict = decided([rule(1, only_best=True), rule(2)], {1: [ANA], 2: [BOB]}, tier="T3")

    assert [len(step.candidates) for step in verdict.steps] == [0, 1]
    assert verdict.steps[0].why == "tier is T3, not T1"


def test_a_notice_tells_and_the_next_rule_goes_on() -> None:
    verdict = decided([rule(1, Method.NOTICE), rule(2, Method.NAMED)], {1: [ANA], 2: [BOB]})

    assert verdict.told == [11]
    assert verdict.because == "rule 2 → Bob"


def test_a_notice_alone_places_nobody() -> None:
    verdict = decided([rule(1, Method.NOTICE)], {1: [ANA]})

    assert verdict.placed is None
    assert verdict.told == [11]
    assert verdict.because == NOBODY_IS_FREE


def test_the_fallback_pool_is_asked_last() -> None:
    verdict = decided([rule(1, Method.NAMED), fallback()], {1: [AWAY], 0: [ANA]})

    assert verdict.because == "no rule placed it → fallback pool"


def test_where_nobody_is_free_it_waits() -> None:
    verdict = decided([rule(1), rule(2, Method.LEAST_LOADED)], {1: [AWAY], 2: []})

    assert (verdict.placed, verdict.because) == (None, NOBODY_IS_FREE)


CANDIDATES = st.builds(
    Candidate,
    id=st.integers(1, 10**9),
    name=st.text(max_size=5),
    weight=st.integers(1, 20),
    deficit=st.floats(-3, 3),
    last_received_at=st.none() | st.integers(0, 10**6).map(lambda n: START + timedelta(seconds=n)),
    passed_over=st.sampled_from(["", "", "away", "full: 1 open, cap 1"]),
    user=st.integers(1, 10**6),
    open=st.integers(0, 50),
    open_cap=st.none() | st.integers(1, 50),
)
METHODS = st.sampled_from(Method)


@given(
    st.lists(METHODS, max_size=5).map(lambda found: [rule(n, each) for n, each in enumerate(found, 1)]),
    st.lists(st.lists(CANDIDATES, max_size=5, unique_by=lambda each: each.id), min_size=6, max_size=6),
)
def test_what_is_written_down_decides_the_same_again(
    rules: list[Rule], people: list[list[Candidate]]
) -> None:
    behind = dict(enumerate(people))
    first = decided([*rules, fallback()], behind, tier="T1")
    kept = json.loads(json.dumps(traces.written(first, {"tier": "T1"})))

    again = decided(
        [*rules, fallback()], {k: list(v) for k, v in traces.candidates_at(kept).items()}, tier="T1"
    )

    assert traces.written(again, {"tier": "T1"}) == kept
    assert again.because == first.because


def test_decisions_in_a_row_are_written_as_each_would_be_alone() -> None:
    texts = traces.Texts()
    pool = [replace(one) for one in (ANA, BOB, AWAY)]
    rules = [
        rule(1, only_best=True),
        rule(2, Method.NOTICE),
        rule(3, Method.LEAST_LOADED),
        rule(4),
        fallback(),
    ]
    for tier, deficit in (("T1", 0.1), ("T3 “best” \\", 0.2), ("T1", 1 / 3), ("T3", -7e-17)):
        pool[0].deficit, pool[1].passed_over = deficit, "away" if deficit == 0.2 else ""
        verdict = decided(rules, {1: [AWAY], 2: [BOB], 3: [AWAY], 4: pool}, tier=tier)

        text = texts.of(verdict, {"tier": tier})

        assert json.loads(text) == json.loads(json.dumps(traces.written(verdict, {"tier": tier})))
