"""What the rule pages refuse, in words beside the field, and how two editors at once both are seen."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import User
from routing import rulebook
from routing.models import Pool, RuleSet
from tests.rule_desk import SEEDED, names, row, seen, sent

pytestmark = pytest.mark.django_db


WRONG = [
    ({"name": ""}, "name", "This field is required."),
    ({"name": "n" * 101}, "name", "Ensure this value has at most 100 characters (it has 101)."),
    ({"name": "Named Account"}, "name", "Another rule has this name already."),
    ({"place": "0"}, "place", "Give a whole number from 1 to 6."),
    ({"place": "7"}, "place", "Give a whole number from 1 to 6."),
    ({"target": ""}, "target", "Choose who receives the lead."),
    ({"target": "REP"}, "target", "Select a valid choice. REP is not one of the available choices."),
    (
        {"target": "POOL:4711"},
        "target",
        "Select a valid choice. POOL:4711 is not one of the available choices.",
    ),
    ({"when_0_values": "many"}, "when_0_values", "Employees is compared with numbers, not with 'many'."),
    ({"when_0_values": ""}, "when_0_values", "Employees at least needs exactly one value."),
    ({"when_0_values": "1, 2"}, "when_0_values", "Employees at least needs exactly one value."),
    (
        {"when_0_operator": "between", "when_0_values": "9, 1"},
        "when_0_values",
        "Employees between 9 and 1 is the wrong way round.",
    ),
    (
        {"when_0_operator": "contains_any"},
        "when_0_values",
        (
            "Employees cannot be compared like that; choose one of: is between, is at least, is at most, "
            "is one of, is not one of, is known, is unknown."
        ),
    ),
    ({"when_0_operator": ""}, "when_0_operator", "Choose how to compare."),
    ({"when_0_attribute": ""}, "when_0_attribute", "Choose what to ask about."),
    (
        {"when_0_attribute": "named_account", "when_0_operator": "is_one_of", "when_0_values": "perhaps"},
        "when_0_values",
        "Named account is compared with yes or no, not with 'perhaps'.",
    ),
    (
        {"when_0_attribute": "territory", "when_0_operator": "is_one_of", "when_0_values": "Atlantis"},
        "when_0_values",
        "There is no territory Atlantis.",
    ),
    (
        {"when_0_attribute": "country", "when_0_operator": "is_one_of", "when_0_values": "DE, Teutonia"},
        "when_0_values",
        "Teutonia is no country; write two letters, such as DE.",
    ),
    ({"when_0_values": "x\0"}, "when_0_values", "Null characters are not allowed."),
]


@pytest.mark.parametrize(("fields", "field", "sentence"), WRONG)
def test_an_unclear_rule_is_refused_beside_its_field(
    *, fields: dict[str, str], field: str, sentence: str, ops: Client, draft: RuleSet
) -> None:
    answer = ops.post(reverse("rule-add"), sent(**fields))

    assert answer.status_code == 422
    assert sentence in answer.context["form"].errors[field]
    assert names() == SEEDED


def test_the_second_editor_sees_both_rules_and_saves_on_top(ops: Client, draft: RuleSet) -> None:
    rule, looked = row("named account"), seen()
    ops.post(reverse("rule-edit", args=[rule.pk]), sent(name="named account", place=2, when_0_values="50"))

    mine = sent(name="named account", place=2, when_0_values="70", revision=looked["revision"])
    answer = ops.post(reverse("rule-edit", args=[rule.pk]), mine)
    again = ops.post(answer.context["action"], dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("When, condition 1, values", "70", "50")
    ]
    assert again.status_code == 302
    assert row("named account").when == [{"attribute": "employees", "operator": "at_least", "values": [70]}]


def test_a_rule_added_to_a_draft_that_changed_meanwhile_can_be_saved_on_top(
    ops: Client, draft: RuleSet
) -> None:
    stale = sent(revision=seen()["revision"])
    ops.post(reverse("rule-remove", args=[row("named account").pk]), seen())

    answer = ops.post(reverse("rule-add"), stale)
    unchanged = names()
    ops.post(answer.context["action"], dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert "Somebody changed the draft while you were editing." in answer.content.decode()
    assert unchanged == [name for name in SEEDED if name != "named account"]
    assert names()[0] == "big companies"


@pytest.mark.parametrize("action", ["rule-move", "rule-remove"])
def test_a_button_of_an_old_list_does_nothing_and_shows_the_new_one(
    action: str, ops: Client, draft: RuleSet
) -> None:
    rule, looked = row("territory DACH"), seen()
    ops.post(reverse("rule-remove", args=[row("named account").pk]), looked)
    stands = names()

    answer = ops.post(reverse(action, args=[rule.pk]), {**looked, "direction": "up"})

    assert answer.status_code == 409
    assert "Nothing was changed: somebody edited the draft since you looked." in answer.content.decode()
    assert names() == stands


@pytest.mark.parametrize("address", ["rules-draft-publish", "rules-draft-discard"])
def test_a_draft_that_changed_since_it_was_looked_at_is_not_ended_unseen(
    address: str, ops: Client, draft: RuleSet
) -> None:
    looked = seen()
    ops.post(reverse("rule-remove", args=[row("named account").pk]), looked)

    answer = ops.post(reverse(address), looked)

    assert answer.status_code == 409
    assert RuleSet.objects.draft() is not None
    assert names(RuleSet.objects.published()) == SEEDED


def test_who_publishes_after_somebody_elses_version_sees_both(
    ops: Client, draft: RuleSet, olga: User, now: datetime
) -> None:
    ops.post(reverse("rule-remove", args=[row("customer").pk]), seen())
    looked = seen()
    pool = Pool.objects.get(is_fallback=True)
    rulebook.append([rulebook.Rule("theirs", "POOL", [], pool)], by=olga, now=now)

    answer = ops.post(reverse("rules-draft-publish"), looked)
    on_top = ops.post(reverse("rules-draft-publish"), seen())

    assert answer.status_code == 409
    assert "Olga published version" in answer.content.decode()
    assert [each.rule for each in answer.context["theirs"]] == ["theirs"]
    assert {(each.rule, each.kind) for each in answer.context["mine"]} == {
        ("customer", "gone"),
        ("theirs", "gone"),
    }
    assert on_top.status_code == 302
    assert "theirs" not in names(RuleSet.objects.published())


def test_a_faulty_draft_says_what_to_change_and_is_not_published(
    ops: Client, draft: RuleSet, ana: User
) -> None:
    empty = Pool.objects.create(name="Partners")
    ops.post(reverse("rule-add"), sent(target=f"LEAST_LOADED:{empty.pk}", place=6))
    before = RuleSet.objects.published()

    page = ops.get(reverse("rules-draft")).content.decode()
    answer = ops.post(reverse("rules-draft-publish"), seen())

    sentence = "“big companies” leads to the Partners pool, in which nobody is active."
    assert sentence in page
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert RuleSet.objects.published() == before
