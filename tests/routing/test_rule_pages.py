"""The rule pages: every change is the next version, what routed once never changes, and two editors both are seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import User
from routing import rulebook
from routing.models import Pool, RoutingRule, RuleSet
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


def row(name: str) -> RoutingRule:
    return RoutingRule.objects.get(rule_set=RuleSet.objects.published(), name=name)


def names() -> list[str]:
    return [rule.name for rule in rulebook.current()]


def sent(**fields: Any) -> dict[str, Any]:
    """A rule for a pool, as a browser sends it."""
    published = RuleSet.objects.published()
    values = {
        "name": "big companies",
        "place": 1,
        "target": f"POOL:{Pool.objects.get(is_fallback=True).pk}",
        "version": published.version,
        "attribute_0": "employees",
        "operator_0": "at_least",
        "values_0": "1000",
    }
    return values | fields


def everything(rule_set: RuleSet) -> list[dict[str, Any]]:
    return [dict(values) for values in rule_set.rules.order_by("position").values()]


@pytest.mark.parametrize("role", ["OPS", "MANAGER", "MARKETER", "VIEWER"])
def test_the_office_reads_the_rules_in_words(role: str, as_user: SignIn, dach: object) -> None:
    page = as_user(factories.person("reader", role=role)).get(reverse("rules"))

    assert page.status_code == 200
    text = page.content.decode()
    assert "named account is yes" in text
    assert "every lead whose account has an open opportunity" in text
    assert "the owner of the account&#x27;s open opportunity" in text
    assert "DACH pool, by turns" in text
    assert "Fallback pool, by turns" in text


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM"])
def test_who_sells_does_not_read_the_rules(role: str, as_user: SignIn, model: object) -> None:
    client = as_user(factories.person("seller", role=role))

    assert client.get(reverse("rules")).status_code == 403
    assert client.get(reverse("rules-version", args=[1])).status_code == 403


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "VIEWER"])
def test_only_operations_changes_the_rules(role: str, as_user: SignIn, model: object) -> None:
    client = as_user(factories.person("reader", role=role))
    rule = row("named account").pk

    answers = [
        client.get(reverse("rule-add")),
        client.post(reverse("rule-add"), sent()),
        client.get(reverse("rule-edit", args=[rule])),
        client.post(reverse("rule-edit", args=[rule]), sent()),
        client.post(reverse("rule-move", args=[rule]), {"direction": "up"}),
        client.post(reverse("rule-remove", args=[rule])),
        client.post(reverse("rules-restore", args=[1]), {"version": 1}),
    ]

    assert [answer.status_code for answer in answers] == [403] * 7
    assert RuleSet.objects.count() == 1


def test_a_rule_is_added_at_its_place_and_routes_from_then_on(ops: Client, ana: User, now: datetime) -> None:
    before = RuleSet.objects.published()

    answer = ops.post(reverse("rule-add"), sent(target=f"REP:{ana.rep.pk}", values_0="300"), follow=True)
    routed = factories.handoff(now=now)

    published = RuleSet.objects.published()
    assert names()[0] == "big companies"
    assert published.version == before.version + 1
    assert f"Version {published.version} of the rules routes from now on." in answer.content.decode()
    assert (routed.assignee, routed.rule_set, routed.because) == (ana, published, "big companies → Ana")


def test_a_published_version_never_changes(ops: Client, dach: object) -> None:
    before = RuleSet.objects.published()
    stored = everything(before)

    ops.post(reverse("rule-edit", args=[row("named account").pk]), sent(name="named", place=2))
    ops.post(reverse("rule-move", args=[row("named").pk]), {"direction": "down"})
    ops.post(reverse("rule-remove", args=[row("named").pk]))

    before.refresh_from_db()
    assert (before.status, everything(before)) == (RuleSet.Status.RETIRED, stored)
    assert names() == ["open opportunity", "territory DACH"]


def test_rules_move_up_and_down_and_the_ends_hold(ops: Client, dach: object) -> None:
    ops.post(reverse("rule-move", args=[row("territory DACH").pk]), {"direction": "up"})
    moved = names()
    version = RuleSet.objects.published().version

    answer = ops.post(
        reverse("rule-move", args=[row("open opportunity").pk]), {"direction": "up"}, follow=True
    )

    assert moved == ["open opportunity", "territory DACH", "named account"]
    assert names() == moved
    assert f"Nothing changed, so version {version} goes on." in answer.content.decode()


def test_a_removed_rule_comes_back_with_its_version(ops: Client, dach: object) -> None:
    before = RuleSet.objects.published()
    ops.post(reverse("rule-remove", args=[row("named account").pk]))
    page = ops.get(reverse("rules-version", args=[before.version]))

    ops.post(
        reverse("rules-restore", args=[before.version]), {"version": RuleSet.objects.published().version}
    )

    assert "named account is yes" in page.content.decode()
    assert names() == ["open opportunity", "named account", "territory DACH"]
    assert RuleSet.objects.published().version == before.version + 2


def test_a_rule_opens_with_what_it_says(ops: Client, dach: object) -> None:
    ops.post(
        reverse("rule-add"),
        sent(attribute_1="industry", operator_1="contains_any", values_1='Software, "Salt, Inc"'),
    )

    form = ops.get(reverse("rule-edit", args=[row("big companies").pk])).context["form"]

    assert [
        (line.attribute.value(), line.operator.value(), line.values.value()) for line in form.condition_rows()
    ][:3] == [
        ("employees", "at_least", "1000"),
        ("industry", "contains_any", 'Software, "Salt, Inc"'),
        (None, None, None),
    ]


def test_a_rule_of_more_than_four_conditions_shows_them_all(
    ops: Client, model: object, now: datetime
) -> None:
    known = [{"attribute": "industry", "operator": "is_known", "values": []}] * 6
    rulebook.append([rulebook.Rule("long", RoutingRule.Target.ACCOUNT_OWNER, known)], by=None, now=now)

    form = ops.get(reverse("rule-edit", args=[row("long").pk])).context["form"]

    assert len(form.condition_rows()) == 6


WRONG = [
    ({"name": ""}, "name", "This field is required."),
    ({"name": "n" * 101}, "name", "Ensure this value has at most 100 characters (it has 101)."),
    ({"name": "Named Account"}, "name", "Another rule has this name already."),
    ({"place": "0"}, "place", "Give a whole number from 1 to 3."),
    ({"place": "4"}, "place", "Give a whole number from 1 to 3."),
    ({"target": ""}, "target", "Choose who receives the lead."),
    ({"target": "REP"}, "target", "Select a valid choice. REP is not one of the available choices."),
    (
        {"target": "POOL:4711"},
        "target",
        "Select a valid choice. POOL:4711 is not one of the available choices.",
    ),
    ({"values_0": "many"}, "values_0", "Employees is compared with numbers, not with 'many'."),
    ({"values_0": ""}, "values_0", "Employees at least needs exactly one value."),
    ({"values_0": "1, 2"}, "values_0", "Employees at least needs exactly one value."),
    (
        {"operator_0": "between", "values_0": "9, 1"},
        "values_0",
        "Employees between 9 and 1 is the wrong way round.",
    ),
    (
        {"operator_0": "contains_any"},
        "values_0",
        (
            "Employees cannot be compared like that; choose one of: is between, is at least, is at most, "
            "is one of, is not one of, is known, is unknown."
        ),
    ),
    ({"operator_0": ""}, "operator_0", "Choose how to compare."),
    ({"attribute_0": ""}, "attribute_0", "Choose what to ask about."),
    (
        {"attribute_0": "named_account", "operator_0": "is_one_of", "values_0": "perhaps"},
        "values_0",
        "Named account is compared with yes or no, not with 'perhaps'.",
    ),
    (
        {"attribute_0": "territory", "operator_0": "is_one_of", "values_0": "Atlantis"},
        "values_0",
        "There is no territory Atlantis.",
    ),
    (
        {"attribute_0": "country", "operator_0": "is_one_of", "values_0": "DE, Germany"},
        "values_0",
        "Germany is no country; write two letters, such as DE.",
    ),
    ({"values_0": "x\0"}, "values_0", "Null characters are not allowed."),
]


@pytest.mark.parametrize(("fields", "field", "sentence"), WRONG)
def test_an_unclear_rule_is_refused_beside_its_field(
    *, fields: dict[str, str], field: str, sentence: str, ops: Client
) -> None:
    answer = ops.post(reverse("rule-add"), sent(**fields))

    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field]
    assert RuleSet.objects.count() == 1


def test_the_second_editor_sees_both_rules_and_publishes_on_top(ops: Client, dach: object) -> None:
    rule = row("named account")
    ops.post(reverse("rule-edit", args=[rule.pk]), sent(name="named account", place=2, values_0="50"))

    answer = ops.post(
        reverse("rule-edit", args=[rule.pk]), sent(name="named account", place=2, values_0="70")
    )
    theirs = row("named account")
    again = ops.post(answer.context["action"], dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("Condition 1, values", "70", "50")
    ]
    assert answer.context["action"] == reverse("rule-edit", args=[theirs.pk])
    assert again.status_code == 302
    assert row("named account").when == [{"attribute": "employees", "operator": "at_least", "values": [70]}]


def test_an_edit_of_a_rule_that_was_removed_meanwhile_can_be_added_anew(ops: Client, dach: object) -> None:
    rule = row("named account")
    ops.post(reverse("rule-remove", args=[rule.pk]))

    answer = ops.post(reverse("rule-edit", args=[rule.pk]), sent(name="named account", place=2))
    again = ops.post(answer.context["action"], dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert answer.context["action"] == reverse("rule-add")
    assert again.status_code == 302
    assert names() == ["open opportunity", "named account", "territory DACH"]


def test_a_rule_added_to_a_list_that_changed_meanwhile_is_not_published_unseen(
    ops: Client, dach: object
) -> None:
    stale = sent()
    ops.post(reverse("rule-remove", args=[row("named account").pk]))

    answer = ops.post(reverse("rule-add"), stale)

    assert answer.status_code == 409
    assert "Olga published version" in answer.content.decode()
    assert names() == ["open opportunity", "territory DACH"]


@pytest.mark.parametrize("action", ["rule-move", "rule-remove"])
def test_a_button_of_an_old_list_does_nothing_and_shows_the_new_one(
    action: str, ops: Client, dach: object
) -> None:
    rule = row("territory DACH")
    ops.post(reverse("rule-remove", args=[row("named account").pk]))

    answer = ops.post(reverse(action, args=[rule.pk]), {"direction": "up"})

    assert answer.status_code == 409
    assert "Nothing was changed: Olga published version" in answer.content.decode()
    assert names() == ["open opportunity", "territory DACH"]


def test_a_rule_that_routes_no_more_cannot_be_opened_for_editing(ops: Client, dach: object) -> None:
    rule = row("named account")
    ops.post(reverse("rule-remove", args=[rule.pk]))

    answer = ops.get(reverse("rule-edit", args=[rule.pk]), follow=True)

    assert answer.redirect_chain == [(reverse("rules"), 302)]
    assert "That rule has been replaced." in answer.content.decode()


def test_an_unknown_rule_or_version_is_not_found(ops: Client) -> None:
    answers = [
        ops.get(reverse("rule-edit", args=[10**17])),
        ops.post(reverse("rule-remove", args=[4711])),
        ops.get(reverse("rules-version", args=[99])),
    ]

    assert [answer.status_code for answer in answers] == [404] * 3


def test_the_list_reads_no_more_for_more_rules(
    *, ops: Client, dach: object, now: datetime, django_assert_max_num_queries: Any
) -> None:
    pool = Pool.objects.get(is_fallback=True)
    many = [rulebook.Rule(f"rule {number}", RoutingRule.Target.POOL, [], pool) for number in range(20)]
    rulebook.append(many, by=None, now=now)

    with django_assert_max_num_queries(9):
        ops.get(reverse("rules"))
