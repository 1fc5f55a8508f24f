"""Conditions as people type them: read strictly, written so that they are read back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads import condition_text
from leads.domain.conditions import Condition, InvalidCondition, Kind, Operator

VOCABULARY = {"employees": Kind.NUMBER, "named_account": Kind.FLAG, "territory": Kind.TEXT}
NAMES = {"territory": ["DACH"]}

plain = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(st.lists(plain | st.just("Salt, Inc") | st.just('the "best"'), max_size=6))
def test_what_is_written_is_read_back(values: list[str]) -> None:
    assert condition_text.split(condition_text.join(values)) == values


def test_values_stand_between_commas_or_on_lines() -> None:
    assert condition_text.split(' DE, AT ,\r\nCH,, "Salt, Inc"') == ["DE", "AT", "CH", "Salt, Inc"]


def test_numbers_and_flags_are_read_as_what_they_are() -> None:
    employees = condition_text.read("employees", "between", "200, 2000.5", vocabulary=VOCABULARY)
    named = condition_text.read("named_account", "is_one_of", "Yes", vocabulary=VOCABULARY)

    assert employees == Condition("employees", Operator.BETWEEN, (200, 2000.5))
    assert named == Condition("named_account", Operator.IS_ONE_OF, (True,))


@pytest.mark.parametrize("text", ["1e999", "nan", "9" * 5000, "2,000,3", "ten"])
def test_what_is_no_number_is_refused_in_words(text: str) -> None:
    with pytest.raises(InvalidCondition, match=r"^Employees "):
        condition_text.read("employees", "at_least", text, vocabulary=VOCABULARY)


def test_a_territory_is_one_that_exists_in_any_case() -> None:
    read = condition_text.read("territory", "is_one_of", "dach", vocabulary=VOCABULARY, names=NAMES)

    assert read.values == ("dach",)
    with pytest.raises(InvalidCondition, match="no territory Dachs"):
        condition_text.read("territory", "is_not_one_of", "Dachs", vocabulary=VOCABULARY, names=NAMES)
