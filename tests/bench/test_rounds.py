"""Ceiling, ours, peer, ceiling: a round counts when its two ceilings agree."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from bench import report
from bench.named import chosen, operations, unknown
from bench.result import failed, of_rows, of_time
from bench.rounds import Comparison, compare
from bench.timing import Took, milliseconds


def in_turn(*values: float) -> Callable[[], float]:
    """Each value once."""
    waiting: Iterator[float] = iter(values)
    return lambda: next(waiting)


def compared(*ceilings: float, ours: float = 50, rounds: int = 1) -> Comparison[float]:
    return compare(ours=lambda: ours, ceiling=in_turn(*ceilings), size=float, rounds=rounds)


def test_a_round_whose_ceilings_differ_is_dropped_where_another_is_calm() -> None:
    found = compared(10, 20, 10, 10, rounds=2)

    assert found.is_calm
    assert found.median(lambda one: one.ratio) == 5
    assert found.counts == {"rounds": 2, "calm_rounds": 1}


def test_all_rounds_count_and_it_is_told_where_none_was_calm() -> None:
    found = compared(10, 20)

    assert not found.is_calm
    assert found.counts == {"rounds": 1, "calm_rounds": 0}


def test_a_peer_is_asked_between_the_ceilings() -> None:
    said = list[str]()

    def saying(word: str) -> Callable[[], float]:
        def say() -> float:
            said.append(word)
            return 1

        return say

    compare(ours=saying("ours"), ceiling=saying("ceiling"), peer=saying("peer"), size=float, rounds=1)

    assert said == ["ceiling", "ours", "peer", "ceiling"]


def test_what_takes_very_long_is_measured_once() -> None:
    found = compare(ours=lambda: 5, ceiling=lambda: 1, size=float, rounds=5, patience=0)

    assert found.taken == 1


def test_times_say_how_many_times_the_ceiling_and_rows_what_share_of_it() -> None:
    found = compared(10, 10)

    time = of_time("decay", found, goal="≤ 5 ×").named("decay-1", full=False)
    rows = of_rows("file", found, rows=1000, goal="≥ 0.25").named("file-1", full=False)

    assert (time.ratio, time.reached) == ("5.0 ×", "yes")
    assert (rows.figure, rows.ceiling, rows.ratio, rows.reached) == (
        "20,000 rows/s",
        "100,000 rows/s",
        "0.20",
        "no",
    )


@pytest.mark.django_db
def test_a_time_knows_what_was_spent_in_it() -> None:
    took = milliseconds(lambda: sum(range(3_000_000)))

    assert isinstance(took, Took)
    assert took > 0
    assert took.spent.python > 0


def test_a_broken_operation_is_a_line_with_its_reason() -> None:
    line = failed("decay", ValueError("nothing\nwas asked"))

    assert "failed: ValueError: nothing was asked" in report.table([line])
    assert line.failure


def test_operations_are_chosen_by_name_in_their_own_order() -> None:
    assert list(chosen("accept, queue")) == ["queue", "accept"]
    assert list(chosen("")) == list(operations())
    assert "calibration" in operations()


def test_a_name_that_no_operation_has_is_told() -> None:
    assert unknown("queue,speed,light") == "speed, light"
    assert not unknown("")
