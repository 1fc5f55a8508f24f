"""Conditions hold, fail or are unknown; nothing they are asked about can make them raise."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.conditions import (
    Condition,
    InvalidCondition,
    Kind,
    Operator,
    Truth,
    Value,
    all_of,
    describe,
    dump,
    evaluate,
    explain,
    parse,
)

VOCABULARY = {
    "employees": Kind.NUMBER,
    "country": Kind.TEXT,
    "title": Kind.TEXT,
    "technologies": Kind.LIST,
    "purchased": Kind.FLAG,
    "postal_code": Kind.CODE,
}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=10,
)
odd_values = json_values | st.decimals() | st.just({"a", 1}) | st.just(object()) | st.binary(max_size=3)
any_conditions = st.builds(
    Condition,
    st.sampled_from(list(VOCABULARY)),
    st.sampled_from(Operator),
    st.lists(st.text(max_size=10) | st.integers() | st.floats() | st.booleans(), max_size=4).map(tuple),
)
truths = st.sampled_from(Truth)


def a(attribute: str, operator: Operator, *values: Value) -> Condition:
    return Condition(attribute, operator, values)


@given(any_conditions, st.dictionaries(st.sampled_from(list(VOCABULARY)), odd_values))
def test_any_condition_on_any_fact_has_a_truth_and_words(
    condition: Condition, facts: dict[str, object]
) -> None:
    assert evaluate(condition, facts) in Truth
    assert explain(condition, facts)
    assert describe(condition)


@given(st.lists(any_conditions, max_size=4), st.dictionaries(st.sampled_from(list(VOCABULARY)), json_values))
def test_all_of_is_kleenes_and_in_any_order(conditions: list[Condition], facts: dict[str, object]) -> None:
    truths = {evaluate(condition, facts) for condition in conditions}

    expected = next((truth for truth in (Truth.FALSE, Truth.UNKNOWN) if truth in truths), Truth.TRUE)

    assert all_of(conditions, facts) is expected
    assert all_of(reversed(conditions), facts) is expected


@given(json_values)
def test_parse_raises_nothing_but_invalid_condition(data: object) -> None:
    try:
        conditions = parse(data, VOCABULARY)
    except InvalidCondition as refusal:
        message = str(refusal)
    else:
        message = "."
        assert parse(dump(conditions), VOCABULARY) == conditions

    assert message.endswith(".")


@given(
    st.lists(
        st.fixed_dictionaries(
            {},
            optional={
                "attribute": st.sampled_from([*VOCABULARY, "shoe_size"]) | json_values,
                "operator": st.sampled_from([*Operator, "is_like"]) | json_values,
                "values": st.lists(json_values, max_size=3) | json_values,
            },
        ),
        max_size=3,
    ),
)
def test_what_parse_accepts_it_dumps_and_reads_back(data: list[dict[str, object]]) -> None:
    try:
        conditions = parse(data, VOCABULARY)
    except InvalidCondition as refusal:
        str(refusal).encode()
    else:
        assert parse(dump(conditions), VOCABULARY) == conditions
        assert all_of(conditions, {}) in Truth


@given(st.integers(), st.integers(), st.integers())
def test_between_is_at_least_and_at_most(low: int, high: int, fact: int) -> None:
    facts = {"employees": fact}

    both = all_of([a("employees", Operator.AT_LEAST, low), a("employees", Operator.AT_MOST, high)], facts)

    assert evaluate(a("employees", Operator.BETWEEN, low, high), facts) is both


@given(json_values, st.lists(st.text(max_size=5) | st.integers(), min_size=1, max_size=3))
def test_is_not_one_of_is_the_contrary_of_is_one_of(fact: object, values: list[str | int]) -> None:
    facts = {"country": fact}

    truth = evaluate(a("country", Operator.IS_ONE_OF, *values), facts)
    contrary = evaluate(a("country", Operator.IS_NOT_ONE_OF, *values), facts)

    assert (truth, contrary) in {
        (Truth.TRUE, Truth.FALSE),
        (Truth.FALSE, Truth.TRUE),
        (Truth.UNKNOWN, Truth.UNKNOWN),
    }


@pytest.mark.parametrize(
    ("condition", "fact", "truth"),
    [
        (a("country", Operator.IS_ONE_OF, "DE", "AT"), "de", Truth.TRUE),
        (a("country", Operator.IS_ONE_OF, "DE", "AT"), "FR", Truth.FALSE),
        (a("country", Operator.IS_ONE_OF, "DE", "AT"), " ", Truth.UNKNOWN),
        (a("country", Operator.IS_ONE_OF, "DE", "AT"), 49, Truth.UNKNOWN),
        (a("country", Operator.IS_ONE_OF, "Straße"), "STRASSE", Truth.TRUE),
        (a("country", Operator.IS_ONE_OF, "series b"), "Series_B", Truth.TRUE),
        (a("employees", Operator.IS_ONE_OF, 1), True, Truth.UNKNOWN),
        (a("employees", Operator.IS_ONE_OF, 200), 200.0, Truth.TRUE),
        (a("purchased", Operator.IS_ONE_OF, True), False, Truth.FALSE),
        (a("employees", Operator.BETWEEN, 200, 2000), 200, Truth.TRUE),
        (a("employees", Operator.BETWEEN, 200, 2000), 2000, Truth.TRUE),
        (a("employees", Operator.BETWEEN, 200, 2000), 2001, Truth.FALSE),
        (a("employees", Operator.AT_LEAST, 200), Decimal("199.9"), Truth.FALSE),
        (a("employees", Operator.AT_MOST, 200), float("nan"), Truth.UNKNOWN),
        (a("employees", Operator.AT_LEAST, 200), "many", Truth.UNKNOWN),
        (
            a("title", Operator.CONTAINS_ANY, "VP", "Vice President"),
            "Senior vice  president, Sales",
            Truth.TRUE,
        ),
        (a("title", Operator.CONTAINS_ANY, "VP"), "MVP hunter", Truth.FALSE),
        (a("title", Operator.CONTAINS_ANY, "C++"), "C++ Developer", Truth.TRUE),
        (a("technologies", Operator.CONTAINS_ANY, "salesforce"), ["HubSpot", "Salesforce"], Truth.TRUE),
        (a("technologies", Operator.CONTAINS_ANY, "salesforce"), ["Salesforce Pardot"], Truth.FALSE),
        (a("technologies", Operator.CONTAINS_ANY, "salesforce"), [], Truth.UNKNOWN),
        (a("technologies", Operator.IS_KNOWN), [], Truth.FALSE),
        (a("postal_code", Operator.STARTS_WITH, "80", "sw1a"), "SW1A 1AA", Truth.TRUE),
        (a("postal_code", Operator.STARTS_WITH, "80"), "79100", Truth.FALSE),
        (a("postal_code", Operator.STARTS_WITH, "80"), None, Truth.UNKNOWN),
        (a("postal_code", Operator.BETWEEN, "80", "86"), "86899", Truth.TRUE),
        (a("postal_code", Operator.BETWEEN, "80", "86"), "87435", Truth.FALSE),
        (a("technologies", Operator.IS_UNKNOWN), None, Truth.TRUE),
    ],
)
def test_a_condition_on_a_fact(condition: Condition, fact: object, truth: Truth) -> None:
    assert evaluate(condition, {condition.attribute: fact}) is truth


def test_no_conditions_are_true_and_a_false_one_beats_an_unknown() -> None:
    unknown, false = a("country", Operator.IS_ONE_OF, "DE"), a("employees", Operator.AT_LEAST, 5)

    assert all_of([], {}) is Truth.TRUE
    assert all_of([unknown], {"employees": 3}) is Truth.UNKNOWN
    assert all_of([unknown, false], {"employees": 3}) is Truth.FALSE


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (a("employees", Operator.BETWEEN, 200, 2000), "employees is between 200 and 2,000"),
        (a("country", Operator.IS_ONE_OF, "DE", "AT", "CH"), "country is one of DE, AT, CH"),
        (a("country", Operator.IS_NOT_ONE_OF, "FR"), "country is not FR"),
        (a("employees", Operator.AT_LEAST, 200), "employees is at least 200"),
        (a("technologies", Operator.CONTAINS_ANY, "A", "B"), "technologies contains any of A, B"),
        (a("growth_stage", Operator.IS_KNOWN), "growth stage is known"),
        (a("postal_code", Operator.STARTS_WITH, "80", "81"), "post code starts with any of 80, 81"),
        (a("purchased", Operator.IS_ONE_OF, True), "purchased is yes"),
    ],
)
def test_describe_says_the_condition(condition: Condition, words: str) -> None:
    assert describe(condition) == words


@pytest.mark.parametrize(
    ("condition", "fact", "words"),
    [
        (a("country", Operator.IS_ONE_OF, "DE", "AT", "CH"), "FR", "country is FR, not one of DE, AT, CH"),
        (a("country", Operator.IS_ONE_OF, "DE", "AT", "CH"), "DE", "country is DE, one of DE, AT, CH"),
        (a("country", Operator.IS_NOT_ONE_OF, "DE", "AT"), "DE", "country is DE, one of DE, AT"),
        (a("employees", Operator.BETWEEN, 200, 2000), 90, "employees is 90, not between 200 and 2,000"),
        (a("employees", Operator.AT_LEAST, 200), 90, "employees is 90, under 200"),
        (a("employees", Operator.AT_MOST, 200), 12000, "employees is 12,000, over 200"),
        (a("employees", Operator.AT_LEAST, 200), None, "employees is unknown"),
        (
            a("postal_code", Operator.BETWEEN, "80", "86"),
            "10115",
            "post code is 10115, not between 80 and 86",
        ),
        (a("technologies", Operator.CONTAINS_ANY, "A"), ["B", "C"], "technologies is B, C, not containing A"),
    ],
)
def test_explain_says_the_fact_and_how_it_stands(condition: Condition, fact: object, words: str) -> None:
    assert explain(condition, {condition.attribute: fact}) == words


def test_labels_replace_the_names_of_attributes() -> None:
    condition = a("employees", Operator.AT_LEAST, 200)

    assert describe(condition, {"employees": "headcount"}) == "headcount is at least 200"
    assert explain(condition, {"employees": 5}, {"employees": "headcount"}) == "headcount is 5, under 200"


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ({"attribute": "shoe_size", "operator": "at_least", "values": [1]}, "no attribute 'shoe_size'"),
        ({"attribute": "employees", "operator": "contains_any", "values": [1]}, "cannot be asked"),
        ({"attribute": "employees", "operator": "at_least", "values": ["1"]}, "compared with numbers"),
        ({"attribute": "employees", "operator": "at_least", "values": [True]}, "compared with numbers"),
        ({"attribute": "employees", "operator": "at_least", "values": [1, 2]}, "exactly one value"),
        ({"attribute": "employees", "operator": "between", "values": [2000, 200]}, "wrong way round"),
        ({"attribute": "country", "operator": "is_one_of", "values": []}, "at least one value"),
        ({"attribute": "country", "operator": "is_one_of", "values": [""]}, "compared with text"),
        ({"attribute": "country", "operator": "is_known", "values": ["DE"]}, "no values"),
        ({"attribute": "purchased", "operator": "is_one_of", "values": ["yes"]}, "yes or no"),
        ("country", "an attribute, an operator and values"),
    ],
)
def test_a_wrong_condition_is_refused_in_words(item: object, words: str) -> None:
    with pytest.raises(InvalidCondition, match=words):
        parse([item], VOCABULARY)
