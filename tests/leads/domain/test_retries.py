"""The waits between tries, and the rest of an endpoint that fails: ever longer, never without end."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from leads.domain.retries import LONGEST_REST, rest, wait

CHANCES = st.floats(0, 1)


def test_the_waits_are_those_of_the_documentation() -> None:
    waits = [wait(attempt, chance=0).total_seconds() for attempt in (1, 2, 3, 4)]

    assert waits == [30, 120, 480, 1920]


@given(st.integers(1, 8), CHANCES, CHANCES)
def test_the_next_wait_is_longer_whatever_chance_adds(attempt: int, one: float, other: float) -> None:
    assert wait(attempt, chance=one) < wait(attempt + 1, chance=other)


@given(st.integers(1, 8), CHANCES)
def test_chance_adds_a_fifth_at_most(attempt: int, chance: float) -> None:
    least = wait(attempt, chance=0)

    assert least <= wait(attempt, chance=chance) <= least * 1.2


def test_one_failure_or_two_may_be_chance_and_then_the_rests_grow_to_ten_minutes() -> None:
    rests = [rest(failures) for failures in range(1, 40)]

    assert rests[:4] == [timedelta(), timedelta(), timedelta(seconds=30), timedelta(seconds=60)]
    assert all(one <= later for one, later in pairwise(rests))
    assert rests[-1] == LONGEST_REST
