"""Which promise applies, and when it is over."""

from datetime import UTC, datetime, time, timedelta
from itertools import permutations

import pytest

from routing.domain.business_time import Calendar
from routing.domain.deadlines import Promise, due_at, strictest

BERLIN = Calendar(
    zone="Europe/Berlin", hours={day: [(time(9), time(18))] for day in range(5)}, holidays=frozenset()
)


def promise(number: int, target: timedelta, *, tier: str = "", priority: str = "") -> Promise:
    return Promise(number, "FIRST_RESPONSE", tier, priority, target, in_business_time=True)


T1 = promise(1, timedelta(minutes=5), tier="T1")
T3 = promise(2, timedelta(hours=4), tier="T3")
P1 = promise(3, timedelta(minutes=60), priority="P1")
ALL = promise(4, timedelta(hours=24))
REVIEW = Promise(5, "REVIEW", "", "", timedelta(minutes=1), in_business_time=True)


@pytest.mark.parametrize(
    ("tier", "priority", "expected"),
    [("T1", "P1", T1), ("T3", "P1", P1), ("T3", "P2", T3), ("", "P2", ALL), ("T9", "", ALL)],
)
def test_strictest_promise_that_fits_applies(tier: str, priority: str, expected: Promise) -> None:
    for rows in permutations([T1, T3, P1, ALL, REVIEW]):
        assert strictest(rows, clock="FIRST_RESPONSE", tier=tier, priority=priority) is expected


def test_without_a_promise_there_is_no_deadline() -> None:
    assert strictest([T1, REVIEW], clock="FIRST_RESPONSE", tier="T2", priority="P1") is None


def test_business_time_waits_for_the_morning_and_wall_time_does_not() -> None:
    friday_evening = datetime(2026, 11, 20, 16, 58, tzinfo=UTC)  # 17:58 in Berlin
    wall = Promise(1, "FIRST_RESPONSE", "T1", "", timedelta(minutes=5), in_business_time=False)

    assert due_at(T1, friday_evening, BERLIN) == datetime(2026, 11, 23, 8, 3, tzinfo=UTC)
    assert due_at(wall, friday_evening, BERLIN) == datetime(2026, 11, 20, 17, 3, tzinfo=UTC)
