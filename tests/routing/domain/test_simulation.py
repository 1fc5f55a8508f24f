"""A simulated world decides as routing does: turns, presence, caps, owners, each in the order of time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from routing.domain.deciding import fallback
from routing.domain.matching import Method, Rule
from routing.domain.rotation import Candidate
from routing.domain.simulation import Behind, Case, Company, Ground, Person, Who, World

START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
ANA, BOB = Person(11, "Ana"), Person(12, "Bob")
POOL = [Candidate(1, "Ana", 1, 0.0, None, user=11), Candidate(2, "Bob", 1, 0.0, None, user=12)]
BY_TURNS = Rule(1, "pool", (), Method.TURNS)
TO_POOL = {1: Behind(Who.POOL, 7)}


def ground(*people: Person, **given: Any) -> Ground:
    there = {each.user: each for each in people or (ANA, BOB)}
    pool = [member for member in POOL if member.user in there]
    return Ground(there, {7: pool}, **{"companies": {}, **given})


def case(number: int, *, account: int | None = None, **given: Any) -> Case:
    return Case(number, number, account, START + timedelta(hours=number), {}, **given)


def received(world: World, cases: Sequence[Case]) -> list[str]:
    steps = [world.route(each).placed for each in cases]
    return [step.picked.name if step and step.picked else "" for step in steps]


def test_turns_go_round_and_leave_the_copied_counters_alone() -> None:
    at = ground()

    first = received(World([BY_TURNS], TO_POOL, at), [case(n) for n in range(4)])
    second = received(World([BY_TURNS], TO_POOL, at), [case(n) for n in range(4)])

    assert first == second == ["Ana", "Bob", "Ana", "Bob"]
    assert [each.deficit for each in POOL] == [0, 0]


def test_who_is_away_at_that_moment_is_passed_over() -> None:
    away = replace(ANA, absences=((START + timedelta(hours=1), START + timedelta(hours=3)),))

    world = World([BY_TURNS], TO_POOL, ground(away, BOB))

    assert received(world, [case(n) for n in range(5)]) == ["Ana", "Bob", "Bob", "Bob", "Ana"]


def test_open_cap_frees_when_sales_has_decided() -> None:
    capped = replace(ANA, open_cap=1)
    decided = case(0, decided_at=START + timedelta(hours=3))

    assert received(World([BY_TURNS], TO_POOL, ground(capped)), [decided, *map(case, range(1, 5))]) == [
        "Ana",
        "",
        "",
        "Ana",
        "",
    ]


def test_daily_cap_begins_again_at_midnight_in_the_reps_zone() -> None:
    capped = replace(ANA, daily_cap=1, zone="America/New_York")  # 03:00 there when it starts
    world = World([BY_TURNS], TO_POOL, ground(capped))

    assert received(world, [case(0), case(1), case(20), case(21)]) == ["Ana", "", "", "Ana"]


def test_what_was_open_before_counts_against_the_cap() -> None:
    capped = replace(ANA, open_cap=1)
    held = [(11, START + timedelta(hours=2))]

    assert received(World([BY_TURNS], TO_POOL, ground(capped, held=held)), [case(1), case(2)]) == ["", "Ana"]


def test_owners_are_found_for_the_account() -> None:
    kinds = {
        1: Behind(Who.DEAL_OWNER),
        2: Behind(Who.ACCOUNT_OWNER),
        3: Behind(Who.REP, 12),
    }
    rules = [Rule(place, f"rule {place}", ()) for place in kinds]
    companies = {1: Company(owner=11), 2: Company(deals=((START, START + timedelta(hours=9), 11),))}
    world = World(rules, kinds, ground(companies=companies))

    verdicts = [world.route(case(n, account=account)) for n, account in ((1, 1), (2, 2), (10, 2), (11, None))]

    assert [verdict.because for verdict in verdicts] == [
        "rule 2 → Ana",
        "rule 1 → Ana",
        "rule 3 → Bob",
        "rule 3 → Bob",
    ]


def test_second_lead_of_an_account_follows_the_first_until_sales_says_no() -> None:
    rules = [Rule(1, "in hand", ()), Rule(2, "pool", (), Method.TURNS)]
    kinds = {1: Behind(Who.WORK_OWNER), 2: Behind(Who.POOL, 7)}
    world = World(rules, kinds, ground(companies={5: Company()}, in_hand={6: (99, 12)}))
    first = case(0, account=5, decided_at=START + timedelta(hours=3), rejected=True)

    verdicts = [world.route(each) for each in (first, case(1, account=5), case(2, account=5))]

    assert [verdict.because for verdict in verdicts] == [
        "pool → weighted round robin",
        "in hand → Ana",
        "in hand → Ana",
    ]


def test_where_nobody_is_in_the_pool_the_fallback_is_asked() -> None:
    kinds = {1: Behind(Who.POOL, 8), 0: Behind(Who.POOL, 7)}

    verdict = World([BY_TURNS, fallback()], kinds, ground()).route(case(0))

    assert verdict.because == "no rule placed it → fallback pool"
