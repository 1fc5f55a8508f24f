"""Conditions read as people talk: countries by name, flags as what somebody is."""

from __future__ import annotations

import pytest

from leads.domain.conditions import Condition, Operator
from leads.domain.countries import COUNTRIES, country_name
from leads.domain.fact_words import phrase


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (
            Condition("country", Operator.IS_ONE_OF, ("DE", "at", "XK")),
            "country is Germany, Austria or Kosovo",
        ),
        (Condition("country", Operator.IS_ONE_OF, ("Utopia",)), "country is Utopia"),
        (Condition("employees", Operator.AT_LEAST, (200,)), "employees is at least 200"),
        (
            Condition("technologies", Operator.CONTAINS_ANY, ("HubSpot",)),
            "technology includes HubSpot",
        ),
        (Condition("named_account", Operator.IS_ONE_OF, (True,)), "is a named account"),
        (Condition("named_account", Operator.IS_ONE_OF, (False,)), "is not a named account"),
        (Condition("named_account", Operator.IS_NOT_ONE_OF, (True,)), "is not a named account"),
        (Condition("customer", Operator.IS_NOT_ONE_OF, (False,)), "is a customer"),
        (Condition("customer", Operator.IS_UNKNOWN), "customer is unknown"),
        (Condition("seniority", Operator.IS_ONE_OF, ("decision_maker",)), "seniority is decision maker"),
    ],
)
def test_condition_reads_as_people_talk(condition: Condition, words: str) -> None:
    assert phrase(condition) == words


def test_every_country_has_a_name() -> None:
    assert [code for code in COUNTRIES if country_name(code) == code] == []
