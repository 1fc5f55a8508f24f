"""How long a promise runs, in the unit that people would choose."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain import durations
from routing.domain.durations import Unit


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=5), "5 minutes"),
        (timedelta(hours=1), "60 minutes"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=24), "24 hours"),
        (timedelta(hours=49), "49 hours"),
        (timedelta(days=7), "7 days"),
        (timedelta(seconds=61), "2 minutes"),
    ],
)
def test_a_span_is_told_in_the_unit_that_people_would_choose(span: timedelta, words: str) -> None:
    assert durations.in_words(span) == words


@given(st.integers(1, 500_000))
def test_whole_minutes_are_read_back_unchanged(minutes: int) -> None:
    span = timedelta(minutes=minutes)

    assert durations.of(*durations.in_unit(span)) == span


@given(st.integers(1, 400), st.sampled_from(Unit))
def test_an_amount_of_a_unit_comes_back_as_the_same_span(amount: int, unit: Unit) -> None:
    span = durations.of(amount, unit)

    assert durations.of(*durations.in_unit(span)) == span
