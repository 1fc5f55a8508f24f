"""Rows are tried in order, a minimum only raises, and grades follow the thresholds."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.domain.seed import GRADE_THRESHOLDS, TIERS
from scoring.domain.tiers import GRADES, fits_of, grade, priority, rank, tier_for

scores = st.floats(0, 100)
codes = st.sampled_from(["", "T1", "T2", "T3", "NURTURE", "unheard of"])


@given(scores, scores, codes)
def test_a_minimum_only_raises(fit: float, urgency: float, minimum: str) -> None:
    earned = tier_for(TIERS, fit=fit, urgency=urgency)

    raised = tier_for(TIERS, fit=fit, urgency=urgency, minimum=minimum)

    assert rank(TIERS, raised) == min(rank(TIERS, earned), rank(TIERS, minimum))


@given(fit=scores, urgency=scores, more_fit=scores, more_urgency=scores)
def test_better_scores_never_lower_the_tier(
    *, fit: float, urgency: float, more_fit: float, more_urgency: float
) -> None:
    before = tier_for(TIERS, fit=fit, urgency=urgency)

    after = tier_for(TIERS, fit=max(fit, more_fit), urgency=max(urgency, more_urgency))

    assert rank(TIERS, after) <= rank(TIERS, before)


@pytest.mark.parametrize(
    ("fit", "urgency", "tier"),
    [
        (70, 60, "T1"),
        (69.9, 60, "T2"),
        (100, 59.9, "T2"),
        (50, 40, "T2"),
        (50, 39.9, "T3"),
        (30, 30, "T3"),
        (30, 29.9, "NURTURE"),
        (100, 0, "NURTURE"),
        (29.9, 100, ""),
        (0, 0, ""),
    ],
)
def test_the_seeded_tiers(fit: float, urgency: float, tier: str) -> None:
    assert tier_for(TIERS, fit=fit, urgency=urgency) == tier


def test_a_demo_request_of_a_poor_fit_is_raised_and_a_good_one_is_not_lowered() -> None:
    assert tier_for(TIERS, fit=0, urgency=0, minimum="T2") == "T2"
    assert tier_for(TIERS, fit=80, urgency=80, minimum="T2") == "T1"


def test_ranks_follow_the_rows_and_no_tier_is_the_last() -> None:
    ranks = [rank(TIERS, code) for code in ("T1", "T2", "T3", "NURTURE", "")]

    assert all(better < worse for better, worse in pairwise(ranks))
    assert rank(TIERS, "unheard of") == rank(TIERS, "")


@pytest.mark.parametrize(
    ("fit", "letter"),
    [(100, "A"), (75, "A"), (74.9, "B"), (50, "B"), (49.9, "C"), (25, "C"), (24.9, "D"), (0, "D")],
)
def test_the_grade_of_a_fit(fit: float, letter: str) -> None:
    assert grade(fit, GRADE_THRESHOLDS) == letter


@pytest.mark.parametrize(
    ("hand_raise", "fit", "target_person", "engagement", "expected"),
    [
        (True, False, False, False, "P1"),
        (True, True, True, True, "P1"),
        (False, True, True, True, "P2"),
        (False, True, True, False, ""),
        (False, True, False, True, ""),
        (False, False, True, True, ""),
    ],
)
def test_priority_says_why_a_lead_is_in_the_queue(
    *, hand_raise: bool, fit: bool, target_person: bool, engagement: bool, expected: str
) -> None:
    found = priority(hand_raise=hand_raise, fit=fit, target_person=target_person, engagement=engagement)

    assert found == expected


@pytest.mark.parametrize("thresholds", [(75, 50, 25), (80.5, 80.5, 10), (100, 0, 0), (40, 60, 20)])
@pytest.mark.parametrize("fit", [0, 9.9, 10, 20, 39, 40, 59.9, 60, 74.9, 75, 80.5, 99.9, 100])
def test_fits_of_a_grade_are_those_that_earn_it(fit: float, thresholds: tuple[float, float, float]) -> None:
    earned = [letter for letter in GRADES if (edges := fits_of(letter, thresholds))[0] <= fit < edges[1]]

    assert earned == [grade(fit, thresholds)]
