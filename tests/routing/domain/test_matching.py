"""Which rule takes a lead, and what is said of those that do not."""

from leads.domain import conditions
from leads.domain.conditions import Kind
from routing.domain.matching import Rule, Trial, try_rule

VOCABULARY = {"territory": Kind.TEXT, "tier": Kind.TEXT, "employees": Kind.NUMBER}


def rule(number: int, *when: tuple[str, list[str]]) -> Rule:
    conditions_ = [{"attribute": name, "operator": "is_one_of", "values": values} for name, values in when]
    return Rule(number, f"rule {number}", conditions.parse(conditions_, VOCABULARY))


def trials(rules: list[Rule], facts: dict[str, object]) -> list[Trial]:
    return [try_rule(each, facts) for each in rules]


def test_every_rule_is_tried_in_order_and_says_why() -> None:
    tried = trials(
        [rule(1, ("territory", ["UK"])), rule(2, ("territory", ["DACH"])), rule(3)], {"territory": "DACH"}
    )

    assert [(trial.rule.place, trial.matched) for trial in tried] == [(1, False), (2, True), (3, True)]
    assert "DACH" in tried[0].why
    assert "UK" in tried[0].why
    assert tried[2].why == "matches every lead"


def test_all_conditions_must_hold_and_only_the_failing_ones_are_told() -> None:
    both = rule(1, ("territory", ["DACH"]), ("tier", ["T1"]))

    [trial] = trials([both], {"territory": "DACH", "tier": "T3"})

    assert not trial.matched
    assert "T1" in trial.why
    assert "DACH" not in trial.why


def test_what_is_not_known_does_not_match() -> None:
    [trial] = trials([rule(1, ("tier", ["T1"]))], {})

    assert not trial.matched
    assert trial.why
