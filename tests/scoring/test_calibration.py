"""The statistics of a calibration: planted weights come back, noise is called noise, all of it repeatable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from scoring import calibration
from scoring.domain.calibration import Aside, Findings, Plan, Verdict
from scoring.domain.criteria import Criterion
from scoring.domain.seed import FIT
from scoring.regression import Rows

QUICK = Plan(resamples=20)
MODEL = tuple(
    Criterion(f"c{place}", f"C{place}", weight, ()) for place, weight in enumerate((25, 20, 20, 15, 10, 10))
)
PLANTED = (40, 30, 20, 10, 0, 0)


def silent(done: int, total: int, *, step: str = "") -> None:
    """Nobody watches."""


def drawn(count: int, weights: Sequence[int], *, seed: int, unknown: float = 0.1, base: float = -2.9) -> Rows:
    """Levels drawn evenly, some not known; the log-odds of a win rise by six with the fit that `weights` give."""
    random = np.random.default_rng(seed)
    levels = random.integers(0, 4, (count, len(weights)))
    hidden = random.random((count, len(weights))) < unknown
    controls = random.random((count, 2))
    odds = base + 6 * (levels / 3) @ (np.array(weights) / 100) + 0.8 * controls[:, 0]
    good = random.random(count) < 1 / (1 + np.exp(-odds))
    return Rows(np.where(hidden, 0, levels).astype(np.int8), hidden, controls, good)


def calibrated(rows: Rows, plan: Plan = QUICK) -> Findings:
    return calibration.calibrate(rows, MODEL, plan, report=silent)


def test_planted_weights_come_back_within_their_intervals() -> None:
    found = calibrated(drawn(4000, PLANTED, seed=3), Plan())

    assert found.verdict == Verdict.SUGGESTED
    assert sum(one.suggested or 0 for one in found.criteria) == 100
    for one, planted in zip(found.criteria, PLANTED, strict=True):
        assert one.low is not None
        assert one.high is not None
        assert one.low <= planted <= one.high
        assert abs((one.suggested or 0) - planted) <= 5


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    weights = (30, 25, 20, 15, 5, 5)
    held = []

    for seed in range(6):
        found = calibrated(drawn(1500, weights, seed=seed), Plan(resamples=60))
        held += [
            (one.low or 0) <= planted <= (one.high or 0)
            for one, planted in zip(found.criteria, weights, strict=True)
        ]

    assert np.mean(held) >= 0.8  # of intervals that hold 90 %


def test_better_weights_rank_the_newest_better_than_todays() -> None:
    found = calibrated(drawn(4000, (0, 0, 10, 20, 30, 40), seed=3))

    assert found.auc is not None
    assert found.auc_suggested is not None
    assert found.auc_today is not None
    assert found.auc > 0.7
    assert found.auc_suggested > found.auc_today + 0.05
    assert (found.held_out, found.held_out_wins > 0) == (800, True)


def test_noise_is_called_noise_and_no_weight_is_made_of_it() -> None:
    findings = [calibrated(drawn(500, (0,) * 6, seed=seed, base=-0.5)) for seed in range(5)]

    assert {found.verdict for found in findings} == {Verdict.NOTHING}
    assert np.mean([found.auc or 0 for found in findings]) == pytest.approx(0.5, abs=0.03)
    assert {one.suggested for found in findings for one in found.criteria} == {None}
    assert {one.low for found in findings for one in found.criteria} == {None}


def test_same_data_gives_the_same_numbers_to_the_last_digit() -> None:
    assert calibrated(drawn(700, PLANTED, seed=5)) == calibrated(drawn(700, PLANTED, seed=5))


def test_another_seed_moves_the_intervals_and_not_the_weights() -> None:
    rows = drawn(700, PLANTED, seed=5)

    one, other = calibrated(rows), calibrated(rows, replace(QUICK, seed=2))

    assert [each.coefficient for each in one.criteria] == [each.coefficient for each in other.criteria]
    assert [each.low for each in one.criteria] != [each.low for each in other.criteria]


def test_too_few_of_either_ending_are_counted_and_not_judged() -> None:
    rows = drawn(300, PLANTED, seed=1)
    few = Rows(rows.levels[:80], rows.unknown[:80], rows.controls[:80], np.arange(80) < 31)

    found = calibrated(few)

    assert (found.verdict, found.wins, found.rows, found.minimum) == (Verdict.TOO_LITTLE, 31, 80, 50)
    assert found.auc is None
    assert all(one.coefficient is None and one.suggested is None for one in found.criteria)
    assert sum(level.rows for level in found.criteria[0].levels) == 80


def test_level_of_those_that_are_not_known_is_neither_zero_nor_evidence() -> None:
    """Half of the best are not known: as zeros they would hide what the criterion is worth."""
    known = calibrated(drawn(3000, (60, 40, 0, 0, 0, 0), seed=4, unknown=0))
    half_known = calibrated(drawn(3000, (60, 40, 0, 0, 0, 0), seed=4, unknown=0.5))

    first, second = known.criteria[0], half_known.criteria[0]
    assert second.suggested == pytest.approx(first.suggested, abs=8)
    assert [level.level for level in second.levels] == [3, 2, 1, 0, None]
    assert second.levels[-1].lift == pytest.approx(1, abs=0.1)


def test_criterion_known_only_of_the_won_is_refused_and_keeps_its_weight() -> None:
    rows = drawn(800, (50, 30, 20, 0, 0, 0), seed=6)
    leaking = rows.unknown.copy()
    leaking[:, 3] = ~rows.good  # filled in when the deal was won

    found = calibrated(replace(rows, unknown=leaking))

    planted = found.criteria[3]
    assert (planted.aside, planted.coefficient) == (Aside.KNOWN_TELLS, None)
    assert planted.suggested == planted.weight == 15
    assert sum(one.suggested or 0 for one in found.criteria) == 100


def test_criterion_that_repeats_the_ending_is_refused() -> None:
    rows = drawn(800, (50, 30, 20, 0, 0, 0), seed=6, unknown=0)
    levels = rows.levels.copy()
    levels[:, 5] = np.where(rows.good, 3, 0)

    found = calibrated(replace(rows, levels=levels))

    assert found.criteria[5].aside == Aside.SEPARATES
    assert found.auc is not None
    assert found.auc < 0.9


def test_criterion_that_speaks_against_itself_gets_no_weight() -> None:
    rows = drawn(2000, (60, 40, 0, 0, 0, 0), seed=8, unknown=0)
    levels = rows.levels.copy()
    levels[:, 0] = 3 - levels[:, 0]

    found = calibrated(replace(rows, levels=levels))

    against = found.criteria[0]
    assert against.coefficient_high is not None
    assert against.coefficient_high < 0
    assert against.suggested == 0


def test_where_everything_speaks_against_itself_nothing_is_suggested() -> None:
    rows = drawn(1500, (60, 40, 0, 0, 0, 0), seed=8, unknown=0)

    found = calibrated(replace(rows, levels=(3 - rows.levels).astype(np.int8)))

    assert found.verdict == Verdict.NOTHING


def test_what_engagement_explains_is_not_taken_for_fit() -> None:
    rows = drawn(3000, (0,) * 6, seed=9, unknown=0, base=-3.0)
    random = np.random.default_rng(9)
    engaged = rows.controls[:, 0]
    levels = rows.levels.copy()
    levels[:, 0] = np.clip(np.round(engaged * 3 + random.normal(0, 0.5, 3000)), 0, 3)  # follows engagement
    good = random.random(3000) < 1 / (1 + np.exp(2.5 - 5 * engaged))

    held_equal = calibrated(replace(rows, levels=levels, good=good))
    alone = calibrated(replace(rows, levels=levels, good=good, controls=np.zeros((3000, 0))))

    assert held_equal.criteria[0].coefficient == pytest.approx(0, abs=0.5)
    assert alone.criteria[0].coefficient is not None
    assert alone.criteria[0].coefficient > 2
    assert alone.criteria[0].suggested == 100 or (alone.criteria[0].suggested or 0) > 80


def test_newest_that_are_all_alike_are_not_held_out() -> None:
    rows = drawn(600, PLANTED, seed=2)
    newest_lost = rows.good.copy()
    newest_lost[480:] = False

    found = calibrated(replace(rows, good=newest_lost))

    assert (found.held_out, found.auc_held_out, found.auc_today) == (0, None, None)
    assert found.auc is not None


def test_where_every_criterion_is_set_aside_it_says_so() -> None:
    rows = drawn(300, PLANTED, seed=2, unknown=0)
    same = replace(rows, levels=np.full_like(rows.levels, 3))

    found = calibrated(same)

    assert found.verdict == Verdict.NOTHING
    assert {one.aside for one in found.criteria} == {Aside.ALL_ALIKE}
    assert {one.correlation for one in found.criteria} == {None}


def test_reliability_puts_foreseen_beside_observed() -> None:
    found = calibrated(drawn(3000, PLANTED, seed=3))

    assert sum(one.rows for one in found.reliability) == 3000
    assert [one.predicted for one in found.reliability] == sorted(one.predicted for one in found.reliability)
    for one in found.reliability:
        assert one.observed == pytest.approx(one.predicted, abs=0.12)


def test_facts_are_graded_as_they_score() -> None:
    levels, unknown = calibration.graded(FIT, [{"employees": 400, "country": "DE"}, {"industry": "Retail"}])

    assert levels.tolist() == [[3, 0, 0, 0, 3, 0], [0, 1, 0, 0, 0, 0]]
    assert unknown.tolist() == [
        [False, True, True, True, False, True],
        [True, False, True, True, True, True],
    ]


@pytest.mark.parametrize("wins", [0, 1, 4])
def test_however_few_are_asked_for_every_fold_needs_one_of_each_ending(wins: int) -> None:
    rows = drawn(60, PLANTED, seed=5)
    good = np.arange(60) < wins

    found = calibrated(replace(rows, good=good), replace(QUICK, minimum=0))

    assert (found.verdict, found.minimum) == (Verdict.TOO_LITTLE, QUICK.folds)


def test_as_few_endings_as_folds_can_be_judged() -> None:
    rows = drawn(60, PLANTED, seed=5)

    found = calibrated(replace(rows, good=np.arange(60) < QUICK.folds), replace(QUICK, minimum=1))

    assert found.auc is not None
