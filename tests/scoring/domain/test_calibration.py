"""The decisions of a calibration: intervals, what is set aside, weights that total exactly 100."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from scoring.domain import calibration
from scoring.domain.calibration import Aside, Bin, Counted, CriterionFigures, Findings, LevelFigures, Verdict


def levels(*counts: tuple[int | None, int, int]) -> list[LevelFigures]:
    """(level, good, rows), against an overall rate of a half."""
    return [
        calibration.level_figures(level, Counted(good, rows), overall=0.5) for level, good, rows in counts
    ]


@given(st.integers(1, 500).flatmap(lambda rows: st.tuples(st.integers(0, rows), st.just(rows))))
def test_interval_is_wilsons(counts: tuple[int, int]) -> None:
    good, rows = counts
    published = binomtest(good, rows).proportion_ci(confidence_level=0.90, method="wilson")

    low, high = calibration.interval(Counted(good, rows))

    assert (low, high) == pytest.approx((published.low, published.high), abs=1e-9)


def test_interval_of_no_rows_is_everything() -> None:
    assert calibration.interval(Counted(0, 0)) == (0.0, 1.0)


def test_lift_is_the_rate_beside_the_overall_one() -> None:
    (best,) = levels((3, 30, 40))

    assert (best.rate, best.lift) == (0.75, 1.5)
    assert calibration.level_figures(3, Counted(0, 5), overall=0).lift == 0


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=12), st.integers(0, 100))
def test_weights_are_whole_not_negative_and_total_exactly_what_is_shared(
    coefficients: list[float], total: int
) -> None:
    parts = calibration.shares(coefficients, total=total)

    if any(one > 0 for one in coefficients):
        weights = calibration.whole(parts, total=total)
        assert sum(weights) == total
        assert all(weight >= 0 for weight in weights)
        assert all(abs(weight - part) < 1 + 1e-9 for weight, part in zip(weights, parts, strict=True))
    else:
        assert parts == [0.0] * len(coefficients)


def test_remainders_go_to_the_largest_and_of_equal_ones_to_the_earlier() -> None:
    assert calibration.whole([33.4, 33.3, 33.3], total=100) == [34, 33, 33]
    assert calibration.whole([12.5, 12.5, 75.0], total=100) == [13, 12, 75]


def test_criterion_that_foretells_almost_perfectly_is_set_aside() -> None:
    split = levels((3, 100, 101), (0, 0, 99))

    assert calibration.set_aside(split, alone=0.99, known_alone=None) is Aside.SEPARATES
    assert calibration.set_aside(split, alone=0.01, known_alone=None) is Aside.SEPARATES
    assert calibration.set_aside(split, alone=0.90, known_alone=None) is None


def test_few_rows_may_part_by_chance() -> None:
    assert calibration.set_aside(levels((3, 21, 21), (0, 0, 20)), alone=1.0, known_alone=None) is None


@pytest.mark.parametrize(
    ("known", "unknown", "known_alone"),
    [
        ((180, 200), (20, 200), 0.9),  # known of nine in ten of the good and one in ten of the others
        ((20, 200), (180, 200), 0.1),  # and the other way round
        ((60, 60), (140, 340), 0.65),  # known of good ones alone, where chance would know some of both
        ((0, 60), (200, 340), 0.35),
    ],
)
def test_criterion_whose_being_known_tells_the_ending_is_set_aside(
    known: tuple[int, int], unknown: tuple[int, int], known_alone: float
) -> None:
    figures = levels((3, *known), (None, *unknown))

    assert calibration.set_aside(figures, alone=0.5, known_alone=known_alone) is Aside.KNOWN_TELLS


def test_being_known_a_little_more_often_among_the_good_is_no_leak() -> None:
    figures = levels((3, 90, 140), (1, 70, 140), (None, 40, 120))

    assert calibration.set_aside(figures, alone=0.6, known_alone=0.6) is None


def test_criterion_in_which_nearly_all_are_alike_is_not_judged() -> None:
    figures = levels((3, 100, 200), (2, 10, 19), (None, 10, 20))

    assert calibration.set_aside(figures, alone=0.5, known_alone=0.5) is Aside.ALL_ALIKE


def test_chance_reaches_less_the_more_rows_there_are() -> None:
    assert calibration.auc_by_chance(Counted(50, 250)) == pytest.approx(0.606, abs=0.001)
    assert calibration.auc_by_chance(Counted(5000, 20_000)) == pytest.approx(0.511, abs=0.001)
    assert calibration.auc_by_chance(Counted(0, 10)) == 1.0


def test_enough_means_enough_of_both_endings() -> None:
    assert calibration.is_enough(Counted(50, 100), minimum=50)
    assert not calibration.is_enough(Counted(49, 500), minimum=50)
    assert not calibration.is_enough(Counted(500, 549), minimum=50)


def test_findings_survive_being_kept_as_plain_values() -> None:
    criterion = CriterionFigures("role", "Role", 10, tuple(levels((3, 1, 2), (None, 0, 1))), suggested=100)
    found = Findings(
        Verdict.SUGGESTED, 3, 1, 1, (criterion,), auc=0.7, reliability=(Bin(0.5, 0.4, 0.3, 0.6, 3),)
    )

    kept = {**found.as_data(), "target": "won"}

    assert calibration.findings_from(kept) == found
    assert math.isclose(kept["auc"], 0.7)
