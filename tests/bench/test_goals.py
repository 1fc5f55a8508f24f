"""A goal is reached, missed, or beyond what this run can say."""

from __future__ import annotations

import pytest

from bench.goals import Verdict, judge

SIGNAL = "≥ 0.20, p95 ≤ 60 ms; best ≥ 0.50, ≤ 12 ms"


@pytest.mark.parametrize(
    ("goal", "figures", "verdict"),
    [
        (SIGNAL, {"ratio": 0.21, "p95": 60.0}, Verdict.YES),
        (SIGNAL, {"ratio": 0.5, "p95": 12.0}, Verdict.BEST),
        (SIGNAL, {"ratio": 0.5, "p95": 12.1}, Verdict.YES),
        (SIGNAL, {"ratio": 0.19, "p95": 12.0}, Verdict.NO),
        (SIGNAL, {"ratio": 0.21, "p95": 61.0}, Verdict.NO),
        ("≥ 0.40, ≤ 8 statements; best ≥ 1.5, p95 ≤ 15 ms", {"ratio": 0.5, "statements": 9}, Verdict.NO),
        ("≤ 3 ×; best ≤ 1.3 ×", {"ratio": 1.3, "milliseconds": 9000.0}, Verdict.BEST),
        ("≤ 30 s", {"milliseconds": 29_999.0, "ratio": 70.0}, Verdict.YES),
        ("≤ 30 s", {"milliseconds": 30_001.0, "ratio": 0.1}, Verdict.NO),
        ("≥ 5,000 rows/s, ≤ 512 MB", {"per_second": 5000, "memory_mb": 500, "ratio": 0.1}, Verdict.YES),
        ("p95 < 300 ms", {"p95": 300.0, "milliseconds": 10.0}, Verdict.NO),
        ("≥ 50/s", {"per_second": 45}, Verdict.NO),
        ("≥ 10 × the peer", {"ratio": 0.1, "times_the_peer": 10.2}, Verdict.YES),
        ("≥ 10 × the peer", {"ratio": 20.0, "times_the_peer": 9.8}, Verdict.NO),
    ],
)
def test_figures_reach_a_goal_or_miss_it(goal: str, figures: dict[str, float], verdict: Verdict) -> None:
    assert judge(goal, figures, full=True) == verdict


def test_a_goal_for_an_amount_of_data_is_judged_only_where_there_is_as_much() -> None:
    goal = "≤ 2 s of 50,000; best ≤ 0.5 s"

    assert judge(goal, {"milliseconds": 400.0}, full=False) == Verdict.OPEN
    assert judge(goal, {"milliseconds": 400.0}, full=True) == Verdict.BEST


@pytest.mark.parametrize("goal", ["", "as quick as can be", "≥ 0.20"])
def test_what_cannot_be_told_is_left_open(goal: str) -> None:
    assert judge(goal, {"milliseconds": 1.0}, full=True) == Verdict.OPEN


def test_a_missed_condition_decides_whatever_cannot_be_told_beside_it() -> None:
    assert judge("≥ 0.20, p99 ≤ 5 ms of a million", {"ratio": 0.1}, full=False) == Verdict.NO
