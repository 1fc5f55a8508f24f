"""A score is the sum of its terms, exactly 100 when full, and honest about what is unknown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.conditions import Condition, Operator
from scoring.domain.criteria import CriteriaScore, Criterion, Level, score, validate


def at_least(attribute: str, value: float) -> tuple[Condition, ...]:
    return (Condition(attribute, Operator.AT_LEAST, (value,)),)


def criterion(code: str, weight: float, *, unknown_level: int = 0) -> Criterion:
    """Level n of it is reached from n upwards of the attribute of the same name."""
    levels = (Level(0, "nothing"), *(Level(n, f"level {n}", at_least(code, n)) for n in (1, 2, 3)))
    return Criterion(code, code.capitalize(), weight, levels, unknown_level)


def scored(facts: dict[str, object], *weights: float) -> CriteriaScore:
    return score([criterion(f"c{place}", weight) for place, weight in enumerate(weights)], facts)


weights = st.lists(st.floats(0, 100, allow_subnormal=False), min_size=1, max_size=8)
facts = st.dictionaries(st.sampled_from([f"c{n}" for n in range(8)]), st.integers(-1, 4))
unknown_levels = st.integers(0, 3)


@given(weights, facts, unknown_levels)
def test_terms_add_up_to_the_score_and_its_range(
    given_weights: list[float], known: dict[str, int], unknown_level: int
) -> None:
    criteria = [
        criterion(f"c{place}", weight, unknown_level=unknown_level)
        for place, weight in enumerate(given_weights)
    ]

    result = score(criteria, known)

    assert math.isclose(math.fsum(term.points for term in result.terms), result.value, abs_tol=1e-9)
    assert math.isclose(math.fsum(term.low for term in result.terms), result.low, abs_tol=1e-9)
    assert math.isclose(math.fsum(term.high for term in result.terms), result.high, abs_tol=1e-9)
    assert 0 <= result.low <= result.value <= result.high <= 100
    assert 0 <= result.completeness <= 1


@given(weights.filter(any))
def test_a_full_score_is_exactly_100(given_weights: list[float]) -> None:
    full = scored({f"c{place}": 3 for place in range(len(given_weights))}, *given_weights)

    assert full.value == 100
    assert (full.low, full.high, full.completeness) == (100, 100, 1)


@given(weights, facts, facts)
def test_learning_more_keeps_the_score_in_its_range(
    given_weights: list[float], known: dict[str, int], news: dict[str, int]
) -> None:
    before = scored(dict(known), *given_weights)

    after = scored({**news, **known}, *given_weights)

    assert before.low - 1e-9 <= after.value <= before.high + 1e-9
    assert after.completeness >= before.completeness


@given(weights, facts, st.sampled_from([f"c{n}" for n in range(8)]))
def test_a_better_fact_never_lowers_the_score(
    given_weights: list[float], known: dict[str, int], code: str
) -> None:
    better = {**known, code: known.get(code, -1) + 1}

    assert scored(dict(better), *given_weights).value >= scored(dict(known), *given_weights).value


def test_levels_are_tried_from_the_top_whatever_their_order() -> None:
    forwards = criterion("size", 100)
    backwards = Criterion("size", "Size", 100, forwards.levels[::-1])

    terms = [score([each], {"size": 2}).terms[0] for each in (forwards, backwards)]

    assert [(term.level, term.level_label) for term in terms] == [(2, "level 2")] * 2


def test_a_third_of_the_weight_a_level() -> None:
    result = scored({"c0": 2, "c1": 3}, 60, 40)

    assert [term.points for term in result.terms] == [40, 40]
    assert result.value == 80


def test_missing_data_is_its_own_level_with_a_range() -> None:
    result = score([criterion("size", 60, unknown_level=1), criterion("role", 40)], {"role": 3})

    size, role = result.terms
    assert (size.unknown, size.level, size.level_label, size.points) == (True, 1, "unknown", 20)
    assert (size.low, size.high) == (0, 60)
    assert (role.unknown, role.low, role.high) == (False, 40, 40)
    assert (result.value, result.low, result.high, result.completeness) == (60, 40, 100, 0.4)


def test_only_levels_still_open_make_the_best_case() -> None:
    german = (Condition("country", Operator.IS_ONE_OF, ("DE",)),)
    levels = (Level(3, "core", (*german, *at_least("size", 200))), Level(1, "some", at_least("size", 20)))

    result = score([Criterion("both", "Both", 100, levels)], {"country": "FR"})

    assert result.terms[0].unknown
    assert result.high == pytest.approx(100 / 3)


def test_a_higher_level_that_is_unknown_leaves_the_range_open_over_a_known_one() -> None:
    levels = (
        Level(2, "right department", (Condition("department", Operator.IS_ONE_OF, ("sales",)),)),
        Level(3, "decides", (Condition("seniority", Operator.IS_ONE_OF, ("decision_maker",)),)),
    )

    result = score([Criterion("role", "Role", 100, levels)], {"department": "sales"})

    assert not result.terms[0].unknown
    assert (result.terms[0].level, result.high) == (2, 100)


def test_nothing_that_holds_is_level_0_with_its_label() -> None:
    term = scored({"c0": 0}, 100).terms[0]

    assert (term.level, term.level_label, term.unknown, term.points) == (0, "nothing", False, 0)


def test_no_criteria_score_nothing() -> None:
    assert score([], {}) == CriteriaScore(0.0, (), 0.0, 0.0, 1.0)


def test_sound_criteria_have_no_faults() -> None:
    assert validate([criterion("size", 60), criterion("role", 40)]) == []


@pytest.mark.parametrize(
    ("criteria", "words"),
    [
        ([], "no criteria"),
        ([criterion("size", 95)], "The weights total 95; they must total 100."),
        ([criterion("size", 50), criterion("size", 50)], "Two criteria have the code size."),
        ([criterion("size", -5), criterion("role", 105)], "The weight of Size must lie between 0 and 100."),
        ([criterion("size", 100, unknown_level=4)], "whole numbers from 0 to 3"),
        ([Criterion("a", "A", 100, (Level(3, "x", at_least("a", 1)),) * 2)], "A has the same level twice."),
        ([Criterion("a", "A", 100, (Level(2, "x", at_least("a", 1)),))], "A has no level 3"),
        ([Criterion("a", "A", 100, (Level(3, "x"),))], "Level 3 of A has no condition."),
        ([Criterion("", "A", 100, (Level(3, "x", at_least("a", 1)),))], "needs a code"),
    ],
)
def test_faults_are_told_in_sentences(criteria: list[Criterion], words: str) -> None:
    assert any(words in fault for fault in validate(criteria))
