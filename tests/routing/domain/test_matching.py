"""Which rule takes a lead, and what is said of those that do not."""

from leads.domain import conditions
from leads.domain.conditions import Kind
from routing.domain.matching import Rule, Trial, Trials, try_rule

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


def test_leads_that_are_alike_share_their_trials_and_others_do_not() -> None:
    rules = [rule(1, ("territory", ["DACH"])), rule(2, ("tier", ["T1"])), rule(3)]
    many = Trials(rules)
    told: list[dict[str, object]] = [
        {"territory": "DACH", "tier": "T1", "title": "CEO"},
        {"territory": "DACH", "tier": "T1", "title": "CFO"},
        {"territory": "DACH"},
        {},
    ]

    found = [many.of(facts) for facts in told]

    assert [[(each.matched, each.why) for each in one] for one in found] == [
        [(each.matched, each.why) for each in trials(rules, facts)] for facts in told
    ]
    assert found[0] is found[1]
    assert found[0][0] is found[2][0]


def test_one_and_true_are_not_alike() -> None:
    flag = conditions.parse(
        [{"attribute": "customer", "operator": "is_one_of", "values": [True]}], {"customer": Kind.FLAG}
    )
    many = Trials([Rule(1, "customers", flag)])

    assert [many.of({"customer": known})[0].matched for known in (1, True, 1.0)] == [False, True, False]
