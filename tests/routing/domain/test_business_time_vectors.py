"""Business time equals the answers that three open projects publish for their own (P20)."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from routing.domain.business_time import Calendar

Vector = dict[str, Any]

PUBLISHED = Path(__file__).parents[4] / "shared" / "data" / "business_hours" / "vectors.json"
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

if not PUBLISHED.exists():
    pytest.skip(f"The published vectors are not at {PUBLISHED}.", allow_module_level=True)

VECTORS: list[Vector] = json.loads(PUBLISHED.read_text())


def calendar_of(vector: Vector) -> Calendar:
    hours = {
        WEEKDAYS.index(day): [(time_of_day(start), time_of_day(end)) for start, end in spans]
        for day, spans in vector["hours"].items()
    }
    return Calendar(vector["tz"], hours, [date.fromisoformat(day) for day in vector["holidays"]])


def time_of_day(text: str) -> time:
    return time(0) if text == "24:00" else time.fromisoformat(text)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def told(at: datetime) -> str:
    assert at.tzinfo is UTC
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def added(calendar: Calendar, vector: Vector) -> str:
    sign = {"add": 1, "sub": -1}[vector["op"]]
    return told(calendar.add(instant(vector["start"]), sign * timedelta(seconds=vector["seconds"])))


def advanced(calendar: Calendar, vector: Vector) -> str:
    return told(calendar.next_open(instant(vector["start"])))


def elapsed(calendar: Calendar, vector: Vector) -> float:
    return calendar.between(instant(vector["start"]), instant(vector["end"])).total_seconds()


def is_open(calendar: Calendar, vector: Vector) -> bool:
    return calendar.is_open(instant(vector["start"]))


def periods(calendar: Calendar, vector: Vector) -> list[list[str]]:
    """The published periods go on for ever: they are compared up to the last one told."""
    until = instant(vector["expected"][-1][1])
    return [[told(start), told(end)] for start, end in calendar.spans(instant(vector["start"]), until)]


ANSWERS: dict[str, Callable[[Calendar, Vector], object]] = {
    "add": added,
    "sub": added,
    "advance": advanced,
    "elapsed": elapsed,
    "is_open": is_open,
    "periods": periods,
}


def test_every_published_operation_is_covered() -> None:
    assert {vector["op"] for vector in VECTORS} == set(ANSWERS)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"{vector['op']}: {vector['name']}")
def test_business_time_equals_the_published_answer(vector: Vector) -> None:
    calendar = calendar_of(vector)

    assert ANSWERS[vector["op"]](calendar, vector) == vector["expected"]
