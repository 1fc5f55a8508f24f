"""A day's hours as text: what people write is read, what is written is read back, what is unclear is named."""

from __future__ import annotations

from contextlib import suppress
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.domain import weekly_hours
from routing.domain.weekly_hours import UnclearHours

minutes = st.builds(time, st.integers(0, 23), st.integers(0, 59))
NINE, NOON, ONE, SIX = time(9), time(12), time(13), time(18)


@pytest.mark.parametrize(
    "text",
    [
        "09:00–12:00, 13:00–18:00",
        "9:00-12:00,13:00-18:00",
        "9.00 to 12.00; 13.00 — 18.00",
        "  09:00 - 12:00 \n 13:00 - 18:00 ,",
    ],
)
def test_people_write_the_same_hours_in_many_ways(text: str) -> None:
    assert weekly_hours.read(text) == [(NINE, NOON), (ONE, SIX)]


def test_an_empty_day_is_closed() -> None:
    assert weekly_hours.read("  ") == []


def test_midnight_ends_a_day_as_24_00() -> None:
    assert weekly_hours.read("18:00-24:00") == [(SIX, time(0))]
    assert weekly_hours.written([(SIX, time(0))]) == "18:00–24:00"


@given(st.lists(st.tuples(minutes, minutes), max_size=weekly_hours.MOST_SPANS))
def test_what_is_written_is_read_back(spans: list[tuple[time, time]]) -> None:
    assert weekly_hours.read(weekly_hours.written(spans)) == spans


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnclearHours):
        assert weekly_hours.read(weekly_hours.written(weekly_hours.read(text))) == weekly_hours.read(text)


@pytest.mark.parametrize("text", ["25:00-26:00", "09:60-10:00", "24:00-25:00", "10:00-24:01", "٠٩:٠٠-١٠:٠٠"])
def test_a_time_that_no_clock_shows_is_refused(text: str) -> None:
    with pytest.raises(UnclearHours):
        weekly_hours.read(text)


def test_a_day_has_room_for_twelve_spans() -> None:
    with pytest.raises(UnclearHours, match="at most 12 spans"):
        weekly_hours.read(", ".join(["09:00-10:00"] * 13))
