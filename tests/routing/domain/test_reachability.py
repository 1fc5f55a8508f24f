"""Rules that an earlier one takes everything from, and conditions that exclude each other."""

from __future__ import annotations

from leads.domain import conditions
from leads.domain.conditions import Condition, Kind
from routing.domain.matching import Method, Rule
from routing.domain.reachability import contradiction, shadowed_by

VOCABULARY = {"tier": Kind.TEXT, "country": Kind.TEXT}


def when(*asked: tuple[str, str, list[str]]) -> tuple[Condition, ...]:
    return conditions.parse(
        [{"attribute": name, "operator": how, "values": values} for name, how, values in asked], VOCABULARY
    )


BEST = ("tier", "is_one_of", ["T1"])
HERE = ("country", "is_one_of", ["DE"])


def test_rule_after_a_pool_for_everybody_is_shadowed() -> None:
    everybody, best = Rule(1, "all", (), Method.TURNS), Rule(2, "best", when(BEST), Method.TURNS)

    assert shadowed_by([everybody, best], 2) is everybody
    assert shadowed_by([everybody, best], 1) is None


def test_rule_with_more_conditions_than_an_earlier_one_is_shadowed() -> None:
    here, narrow = Rule(1, "here", when(HERE), Method.TURNS), Rule(2, "x", when(BEST, HERE), Method.TURNS)

    assert shadowed_by([here, narrow], 2) is here


def test_owners_and_notices_take_nothing_for_sure() -> None:
    rules = [Rule(1, "owner", ()), Rule(2, "csm", (), Method.NOTICE), Rule(3, "all", (), Method.TURNS)]

    assert shadowed_by(rules, 3) is None


def test_two_sets_without_a_common_value_exclude_each_other() -> None:
    at_odds = when(("country", "is_one_of", ["DE", "AT"]), ("country", "is_one_of", ["US"]))

    assert contradiction(at_odds) == at_odds
    assert (
        contradiction(when(("country", "is_one_of", ["DE"]), ("country", "is_one_of", ["de", "US"]))) is None
    )
    assert contradiction(when(HERE, BEST, ("country", "is_not_one_of", ["US"]))) is None
