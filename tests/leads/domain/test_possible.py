"""Conditions that contradict each other are found; what could hold is never called impossible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.conditions import Condition, Operator, Truth, Value, all_of, contradicted

numbers = st.integers(-3, 3) | st.sampled_from([0.5, -0.5])
values = numbers | st.booleans() | st.sampled_from(["DE", "de", "AT", "series b"])
conditions = st.builds(
    Condition,
    st.sampled_from(["a", "b"]),
    st.sampled_from(Operator),
    st.lists(values, min_size=1, max_size=3).map(tuple),
)
facts = st.dictionaries(st.sampled_from(["a", "b"]), values | st.none())


def on_a(operator: Operator, *given_values: Value) -> Condition:
    return Condition("a", operator, given_values)


@given(st.lists(conditions, max_size=5), facts)
def test_what_holds_of_somebody_is_never_called_a_contradiction(
    asked: list[Condition], of: dict[str, object]
) -> None:
    if all_of(asked, of) is Truth.TRUE:
        assert contradicted(asked) == ""


@pytest.mark.parametrize(
    "asked",
    [
        [on_a(Operator.AT_LEAST, 5), on_a(Operator.AT_MOST, 4)],
        [on_a(Operator.BETWEEN, 1, 2), on_a(Operator.BETWEEN, 3, 4)],
        [on_a(Operator.IS_ONE_OF, "DE"), on_a(Operator.IS_ONE_OF, "AT", "CH")],
        [on_a(Operator.IS_ONE_OF, "DE"), on_a(Operator.IS_NOT_ONE_OF, "de")],
        [on_a(Operator.IS_ONE_OF, 7), on_a(Operator.AT_MOST, 5)],
        [on_a(Operator.IS_ONE_OF, True), on_a(Operator.IS_ONE_OF, False)],
        [on_a(Operator.IS_UNKNOWN), on_a(Operator.AT_LEAST, 5)],
        [on_a(Operator.IS_UNKNOWN), on_a(Operator.IS_KNOWN)],
    ],
)
def test_a_contradiction_is_found_with_its_attribute(asked: list[Condition]) -> None:
    assert contradicted(asked) == "a"


@pytest.mark.parametrize(
    "asked",
    [
        [],
        [on_a(Operator.AT_LEAST, 5), on_a(Operator.AT_MOST, 5)],
        [on_a(Operator.IS_ONE_OF, "Series B"), on_a(Operator.IS_ONE_OF, "series_b")],
        [on_a(Operator.AT_LEAST, 5), Condition("b", Operator.AT_MOST, (4,))],
        [on_a(Operator.IS_UNKNOWN)],
    ],
)
def test_conditions_that_can_hold_together_are_let_be(asked: list[Condition]) -> None:
    assert contradicted(asked) == ""
