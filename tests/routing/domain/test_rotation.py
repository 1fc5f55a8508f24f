"""Weighted round robin: fair over any run, generous to nobody who was away, and the same for the same history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from routing.domain.rotation import Candidate, Load, least_loaded, next_turn, why_passed_over

ROUNDING = 1e-9
START = datetime(2026, 11, 16, 8, 0, tzinfo=UTC)
CAPLESS = Load(today=0, this_week=0, open=0, daily_cap=None, weekly_cap=None, open_cap=None)
SALES_POOLS = st.lists(st.integers(1, 4), min_size=1, max_size=7)
ANY_POOL = st.lists(st.integers(1, 20), min_size=1, max_size=12)


class Run:
    """A pool that receives one lead after the other."""

    def __init__(self, weights: Sequence[int]) -> None:
        self.pool = {
            number: Candidate(number, f"rep {number}", weight, deficit=0, last_received_at=None)
            for number, weight in enumerate(weights, start=1)
        }
        self.received = dict.fromkeys(self.pool, 0)
        self.leads = 0

    def assign(self, leads: int = 1) -> list[int]:
        """Who receives the next leads, in order."""
        return [self._assign_one() for _ in range(leads)]

    def join(self, weight: int) -> int:
        number = len(self.pool) + 1
        self.pool[number] = Candidate(number, f"rep {number}", weight, deficit=0, last_received_at=None)
        self.received[number] = 0
        return number

    def send_away(self, number: int) -> None:
        self.pool[number] = replace(self.pool[number], passed_over="away")

    def bring_back(self, number: int) -> None:
        self.pool[number] = replace(self.pool[number], passed_over="")

    def owed(self, number: int) -> float:
        """The share of the whole run that the rep should have had, less what they had."""
        whole = sum(candidate.weight for candidate in self.pool.values())
        return self.leads * self.pool[number].weight / whole - self.received[number]

    def _assign_one(self) -> int:
        turn = next_turn(list(self.pool.values()))
        assert turn is not None
        self.leads += 1
        for number, deficit in turn.deficits.items():
            self.pool[number] = replace(self.pool[number], deficit=deficit)
        receiver = turn.receiver.id
        self.pool[receiver] = replace(
            self.pool[receiver], last_received_at=START + timedelta(minutes=self.leads)
        )
        self.received[receiver] += 1
        return receiver


@given(ANY_POOL, st.integers(1, 120))
@example([1] * 12 + [30] * 4, 120)  # the largest deficit first would leave the small ones 1.4 turns behind
@example([20] + [1] * 11, 120)
def test_everybody_is_always_within_one_turn_of_their_share(weights: list[int], leads: int) -> None:
    run = Run(weights)
    bound = 1 - 1 / (2 * len(weights) - 2) if len(weights) > 1 else 0

    for _ in range(leads):
        run.assign()
        assert all(abs(run.owed(number)) <= bound + ROUNDING for number in run.pool)


@given(ANY_POOL, st.integers(2, 60), st.integers(1, 9), st.randoms(use_true_random=False))
def test_comings_and_goings_pile_nothing_up(
    weights: list[int], rounds: int, between: int, random: Random
) -> None:
    run = Run(weights)

    for _ in range(rounds):
        for number in run.pool:
            (run.bring_back if number == 1 or random.random() < 0.6 else run.send_away)(number)
        run.assign(between)

    assert all(abs(candidate.deficit) < 2 for candidate in run.pool.values())


@given(ANY_POOL)
def test_after_as_many_leads_as_the_weights_add_up_to_all_is_even(weights: list[int]) -> None:
    run = Run(weights)

    run.assign(sum(weights))

    assert list(run.received.values()) == weights


@given(ANY_POOL, st.integers(0, 60))
def test_deficits_add_up_to_nothing(weights: list[int], leads: int) -> None:
    run = Run(weights)

    run.assign(leads)

    assert sum(candidate.deficit for candidate in run.pool.values()) == pytest.approx(0)


@given(
    st.lists(st.integers(1, 3), min_size=2, max_size=6),
    st.integers(0, 20),
    st.integers(1, 60),
)
def test_who_was_away_earned_nothing_and_is_not_flooded(weights: list[int], before: int, away: int) -> None:
    run = Run(weights)
    run.assign(before)
    owed_then = run.pool[1].deficit

    run.send_away(1)
    meanwhile = run.assign(away)
    run.bring_back(1)

    assert 1 not in meanwhile
    assert run.pool[1].deficit == owed_then
    whole = sum(weights)
    assert run.assign(whole).count(1) <= weights[0] + 1


@given(SALES_POOLS, st.integers(1, 60), st.integers(1, 3))
def test_joiner_starts_at_nothing(weights: list[int], before: int, weight: int) -> None:
    run = Run(weights)
    run.assign(before)

    joiner = run.join(weight)
    whole = sum(weights) + weight
    run.assign(whole)

    assert abs(run.received[joiner] - weight) <= 1


def test_two_to_one_to_one_reads_like_this() -> None:
    run = Run([2, 1, 1])

    assert run.assign(8) == [1, 2, 3, 1, 1, 2, 3, 1]


def test_equal_claims_go_to_the_longest_wait_and_then_to_the_lowest_id() -> None:
    waited = Candidate(3, "waited", 1, deficit=0, last_received_at=START)
    recent = Candidate(2, "recent", 1, deficit=0, last_received_at=START + timedelta(hours=1))
    never = Candidate(5, "never", 1, deficit=0, last_received_at=None)
    never_too = Candidate(4, "never too", 1, deficit=0, last_received_at=None)

    order = [recent, waited, never, never_too]
    picks = []
    while order:
        turn = next_turn(order)
        assert turn is not None
        picks.append(turn.receiver.name)
        order.remove(turn.receiver)

    assert picks == ["never too", "never", "waited", "recent"]


def test_nobody_is_next_where_nobody_can_receive() -> None:
    away = Candidate(1, "Ana", 1, deficit=0.5, last_received_at=None, passed_over="away")

    assert next_turn([away]) is None
    assert next_turn([]) is None


def test_least_loaded_compares_open_work_with_caps_and_then_who_waits_longest() -> None:
    free = Candidate(1, "Ana", 1, 0, START, open=6, open_cap=20)
    full = Candidate(2, "Bob", 9, 0, None, open=4, open_cap=5)
    same = Candidate(3, "Cem", 1, 0, None, open=3, open_cap=10)
    away = Candidate(4, "Dora", 1, 0, None, passed_over="away", open=0, open_cap=10)

    assert least_loaded([free, full, same, away]) is same
    assert least_loaded([free, full]) is free
    assert least_loaded([away]) is None


def test_least_loaded_goes_by_weight_where_somebody_has_no_cap() -> None:
    light = Candidate(1, "Ana", 1, 0, START, open=3, open_cap=100)
    heavy = Candidate(2, "Bob", 4, 0, None, open=8)

    assert least_loaded([light, heavy]) is heavy


def test_a_turn_says_what_everybody_earned() -> None:
    run = Run([2, 1, 1])

    turn = next_turn(list(run.pool.values()))

    assert turn is not None
    assert turn.shares == {1: 0.5, 2: 0.25, 3: 0.25}


def test_who_is_passed_over_neither_earns_nor_pays() -> None:
    here = Candidate(1, "Ana", 1, deficit=0, last_received_at=None)
    away = Candidate(2, "Bob", 3, deficit=0.75, last_received_at=None, passed_over="away")

    turn = next_turn([here, away])

    assert turn is not None
    assert turn.receiver is here
    assert turn.deficits == {1: 0}


@pytest.mark.parametrize(
    ("load", "told"),
    [
        (CAPLESS, ""),
        (replace(CAPLESS, today=4, daily_cap=5), ""),
        (replace(CAPLESS, today=5, daily_cap=5), "full: 5 today, cap 5"),
        (replace(CAPLESS, this_week=21, weekly_cap=20), "full: 21 this week, cap 20"),
        (replace(CAPLESS, open=1, open_cap=1), "full: 1 open, cap 1"),
        (replace(CAPLESS, today=999, open=999), ""),
    ],
)
def test_caps_are_said_in_figures(load: Load, told: str) -> None:
    assert why_passed_over(is_active=True, is_away=False, load=load) == told


def test_leaving_outweighs_absence_and_absence_outweighs_a_cap() -> None:
    full = replace(CAPLESS, open=1, open_cap=1)

    assert why_passed_over(is_active=False, is_away=True, load=full) == "no longer active"
    assert why_passed_over(is_active=True, is_away=True, load=full) == "away"
