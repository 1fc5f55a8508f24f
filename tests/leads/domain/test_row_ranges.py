"""Runs of row numbers: few words for many rows, and the rows that are in none of them."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from leads.domain import row_ranges


@dataclass(frozen=True)
class Line:
    number: int


def test_numbers_that_follow_each_other_are_one_run() -> None:
    assert row_ranges.ranges([3, 0, 1, 2, 7, 9, 8]) == [(0, 4), (7, 10)]


def test_no_numbers_are_no_run() -> None:
    assert row_ranges.ranges([]) == []


@given(st.sets(st.integers(min_value=0, max_value=60)), st.integers(min_value=0, max_value=60))
def test_whatever_is_in_no_run_is_left(taken: set[int], rows: int) -> None:
    left = row_ranges.others(map(Line, range(rows)), row_ranges.ranges(taken))

    assert [line.number for line in left] == [number for number in range(rows) if number not in taken]
