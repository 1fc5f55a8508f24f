"""Whom we believe about a company, by kind of source."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.precedence import USUAL, Origin, Told, settle

AT = datetime(2026, 11, 3, tzinfo=UTC)
FORM, TABLE = Told(Origin.SELF, "form", AT), Told(Origin.ENRICHMENT, "table", AT)
VALUES = st.sampled_from(["", "Software", "software ", "Retail"])


def usual(_: str) -> tuple[Origin, ...]:
    return USUAL


def test_blank_is_filled_by_anybody() -> None:
    found = settle({"industry": ""}, {}, {"industry": "Retail"}, teller=TABLE, orders=usual)

    assert (found.changes, found.conflicts) == ({"industry": "Retail"}, ())


def test_what_people_say_themselves_stands_over_enrichment_and_the_difference_is_told() -> None:
    known, holders = {"industry": "Software"}, {"industry": FORM}

    found = settle(known, holders, {"industry": "Retail"}, teller=TABLE, orders=usual)

    assert found.changes == {}
    assert [(one.kept, one.kept_told, one.other, one.other_told) for one in found.conflicts] == [
        ("Software", FORM, "Retail", TABLE)
    ]


def test_what_people_say_themselves_replaces_what_was_enriched() -> None:
    known, holders = {"industry": "Retail"}, {"industry": TABLE}

    found = settle(known, holders, {"industry": "Software"}, teller=FORM, orders=usual)

    assert found.changes == {"industry": "Software"}
    assert [(one.kept, one.other) for one in found.conflicts] == [("Software", "Retail")]


def test_order_of_a_fact_may_be_turned_around() -> None:
    known, holders = {"industry": "Software"}, {"industry": FORM}

    found = settle(known, holders, {"industry": "Retail"}, teller=TABLE, orders=lambda _: USUAL[::-1])

    assert found.changes == {"industry": "Retail"}


def test_one_provider_changes_its_mind_and_another_does_not_overrule_it() -> None:
    known, holders = {"employees": 40}, {"employees": TABLE}
    other = Told(Origin.ENRICHMENT, "endpoint", AT)

    itself = settle(known, holders, {"employees": 50}, teller=TABLE, orders=usual)
    another = settle(known, holders, {"employees": 50}, teller=other, orders=usual)

    assert (itself.changes, itself.conflicts) == ({"employees": 50}, ())
    assert (another.changes, len(another.conflicts)) == ({}, 1)


def test_first_word_of_people_themselves_is_kept_and_the_last_where_facts_change() -> None:
    known, holders = {"industry": "Software", "budget": "planned"}, {"industry": FORM, "budget": FORM}
    news = {"industry": "Retail", "budget": "approved"}

    found = settle(known, holders, news, teller=FORM, orders=usual, changing=frozenset({"budget"}))

    assert (found.changes, found.conflicts) == ({"budget": "approved"}, ())


def test_capitals_and_the_order_of_a_list_are_no_difference() -> None:
    known = {"industry": "Software", "technologies": ["Salesforce", "HubSpot"]}
    news = {"industry": "software", "technologies": ["hubspot", "salesforce"]}

    found = settle(known, {}, news, teller=TABLE, orders=usual)

    assert (found.changes, found.conflicts) == ({}, ())


@pytest.mark.parametrize("order", list(permutations(Origin)))
def test_whoever_comes_first_in_the_order_is_believed_whichever_is_told_first(
    order: tuple[Origin, ...],
) -> None:
    best, worst = Told(order[0], "best", AT), Told(order[-1], "worst", AT)

    for first, second in ((best, worst), (worst, best)):
        known = {"industry": first.by}
        found = settle(
            known, {"industry": first}, {"industry": second.by}, teller=second, orders=lambda _: order
        )
        assert {**known, **found.changes} == {"industry": "best"}
        assert [(one.kept, one.other) for one in found.conflicts] == [("best", "worst")]


@given(known=VALUES, told=VALUES, holder=st.sampled_from(Origin), teller=st.sampled_from(Origin))
def test_nothing_known_is_ever_lost(known: str, told: str, holder: Origin, teller: Origin) -> None:
    holders = {"industry": Told(holder, "a", AT)}

    found = settle(
        {"industry": known}, holders, {"industry": told}, teller=Told(teller, "b", AT), orders=usual
    )

    assert {"industry": known, **found.changes}["industry"] or not (known or told)
