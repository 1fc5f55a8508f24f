"""Ten thousand guesses come to ten in any quarter of an hour, and nobody's knocking makes a wait longer (P33)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leads.domain.guesses import FORGOTTEN_AFTER, LONGEST_WAIT, Tally, counted

BEGAN = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("seconds", [0.09, 1, 9, 60])
def test_of_ten_thousand_guesses_at_most_ten_are_looked_at_in_any_quarter_of_an_hour(seconds: float) -> None:
    tally: Tally | None = None
    looked_at = []

    for number in range(10_000):
        now = BEGAN + timedelta(seconds=number * seconds)
        after = counted(tally, free=5, now=now)
        if after is not None:
            tally = after
            looked_at.append(now)

    for begun in looked_at:
        assert sum(begun <= each < begun + LONGEST_WAIT for each in looked_at) <= 10


def test_a_refused_guess_does_not_make_the_wait_longer() -> None:
    waiting = Tally(9, last_at=BEGAN, free_at=BEGAN + LONGEST_WAIT)

    refused = counted(waiting, free=5, now=BEGAN + LONGEST_WAIT / 2)

    assert refused is None
    assert counted(waiting, free=5, now=waiting.free_at) is not None


def test_a_day_without_a_guess_begins_anew() -> None:
    waiting = Tally(50, last_at=BEGAN, free_at=BEGAN + LONGEST_WAIT)

    after = counted(waiting, free=5, now=BEGAN + FORGOTTEN_AFTER)

    assert after is not None
    assert (after.guesses, after.free_at) == (1, BEGAN + FORGOTTEN_AFTER)
