"""The editor of a draft: rows and conditions are added, moved, taken away; what is unclear is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from leads.models import Account, User
from scoring import scorecards
from scoring.domain.model import Model
from scoring.models import Criterion, Scorecard
from tests.scoring.editing import part, sent

pytestmark = pytest.mark.django_db
SIZE = "fit/company_size"


@pytest.fixture
def ops(as_user: Callable[[User], Client], olga: User) -> Client:
    return as_user(olga)


@pytest.fixture
def draft(model: Scorecard, olga: User, now: Any) -> Scorecard:
    return scorecards.create_draft(model, by=olga, now=now)


def says(draft: Scorecard) -> Model:
    return scorecards.load(draft)


# Rows


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("up:T2", "T2,T1,T3,NURTURE"),
        ("up:T1", "T1,T2,T3,NURTURE"),
        ("down:T1", "T2,T1,T3,NURTURE"),
        ("down:NURTURE", "T1,T2,T3,NURTURE"),
        ("remove:T3", "T1,T2,NURTURE"),
        ("remove:T9", "T1,T2,T3,NURTURE"),
        ("add:", "T1,T2,T3,NURTURE,new1"),
        ("nonsense", "T1,T2,T3,NURTURE"),
    ],
)
def test_a_button_shows_the_rows_in_another_way_and_saves_nothing(
    *, ops: Client, draft: Scorecard, asked: str, rows: str
) -> None:
    page = ops.post(part(draft, "tiers"), {**sent(draft, "tiers", fit_T1=88), "change": asked})

    assert page.status_code == 200
    assert page.context["form"].initial["rows"] == rows
    assert page.context["form"]["fit_T1"].value() == "88"
    assert Scorecard.objects.get(pk=draft.pk).revision == 0


def test_tiers_are_added_moved_and_removed(ops: Client, draft: Scorecard) -> None:
    new = {"code_new1": "T0", "label_new1": "Tier 0", "fit_new1": 90, "urgency_new1": 80}
    changed = sent(draft, "tiers", rows="new1,T1,T3,NURTURE", action_new1="route_to_ae", **new)

    ops.post(part(draft, "tiers"), changed)

    assert [(row.code, row.label, row.fit_at_least) for row in says(draft).tiers] == [
        ("T0", "Tier 0", 90),
        ("T1", "Tier 1", 70),
        ("T3", "Tier 3", 30),
        ("NURTURE", "Nurture and watch", 30),
    ]


def test_a_promise_of_a_tier_that_is_gone_is_told_where_signals_are_edited(
    ops: Client, draft: Scorecard
) -> None:
    answer = ops.post(part(draft, "tiers"), sent(draft, "tiers", rows="T1,T3,NURTURE"), follow=True)

    page = ops.get(part(draft, "signals"))
    assert answer.redirect_chain[-1][0] == f"/scorecards/{draft.version}/"
    assert page.context["form"].errors["minimum_demo_request"] == [
        "Demo request promises tier T2, and there is no such tier."
    ]


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("t0", "Write capital letters and digits, such as T4."),
        ("T1\n", "Write capital letters and digits, such as T4."),
        ("T1", "There is a tier T1 already."),
        ("", "This field is required."),
    ],
)
def test_a_new_tier_needs_a_code_of_its_own(
    *, ops: Client, draft: Scorecard, code: str, sentence: str
) -> None:
    new = {"code_new1": code, "label_new1": "New", "fit_new1": 1, "urgency_new1": 1, "action_new1": "watch"}
    changed = sent(draft, "tiers", rows="T1,T2,T3,NURTURE,new1", **new)

    answer = ops.post(part(draft, "tiers"), changed)

    if code == "T1\n":  # a browser's one-line field sends none, and Django strips it
        assert answer.context["form"].errors == {"code_new1": ["There is a tier T1 already."]}
    else:
        assert answer.context["form"].errors == {"code_new1": [sentence]}


def test_criteria_are_moved_and_removed_where_their_weights_are(ops: Client, draft: Scorecard) -> None:
    rows = "industry,company_size,growth_stage,geography,role"

    ops.post(part(draft, "fit"), sent(draft, "fit", rows=rows, weight_industry=40))

    assert [(row.code, row.weight) for row in says(draft).fit] == [
        ("industry", 40),
        ("company_size", 25),
        ("growth_stage", 15),
        ("geography", 10),
        ("role", 10),
    ]


def test_a_type_of_signal_is_taken_away_and_put_back(ops: Client, draft: Scorecard) -> None:
    fewer = sent(draft, "signals")
    fewer["rows"] = ",".join(key for key in fewer["rows"].split(",") if key != "chat")

    ops.post(part(draft, "signals"), fewer)
    draft.refresh_from_db()
    again = {**sent(draft, "signals"), "change": "add:", "new_row": "chat"}
    more = ops.post(part(draft, "signals"), again)
    page = ops.get(part(draft, "signals"))

    assert "chat" not in says(draft).behaviours
    assert page.context["form"].others() == [("chat", "Chat")]
    assert more.context["form"].keys[-1] == "chat"


def test_everything_of_a_signal_is_saved(ops: Client, draft: Scorecard) -> None:
    given = {
        "points_chat": "9.5",
        "cap_chat": "",
        "multiplier_chat": "1.5",
        "depth_chat": 1,
        "request_chat": 2,
        "hand_raise_chat": "on",
        "minimum_chat": "T3",
    }

    ops.post(part(draft, "signals"), sent(draft, "signals", **given))

    chat = says(draft).behaviours["chat"]
    assert (chat.points, chat.weekly_cap, chat.depth_multiplier) == (9.5, None, 1.5)
    assert (chat.depth, chat.request, chat.hand_raise, chat.minimum_tier) == (1, 2, True, "T3")


def test_grades_fading_and_ideal_customers_are_saved(ops: Client, draft: Scorecard) -> None:
    given = {"grade_a": 80, "grade_b": 60, "grade_c": 30, "icp_fit": 65, "urgency_window_days": 60}

    ops.post(part(draft, "settings"), sent(draft, "settings", decay_factor=0.8, inactivity_weeks=13, **given))

    model = says(draft)
    assert (model.grades, model.icp_fit, model.urgency_window_days) == ((80, 60, 30), 65, 60)
    assert (model.decay_factor, model.inactivity_weeks) == (0.8, 13)


# Criteria and their levels


def condition(row: str, attribute: str, operator: str, values: str = "") -> dict[str, str]:
    return {f"{row}_attribute": attribute, f"{row}_operator": operator, f"{row}_values": values}


def test_a_level_is_changed_and_given_a_second_condition(ops: Client, draft: Scorecard) -> None:
    changed = sent(
        draft,
        SIZE,
        label_3="sweet spot",
        when_3_0_values="300, 3000",
        **condition("when_3_4", "country", "is_one_of", "Germany, at"),
    )

    ops.post(part(draft, SIZE), changed)

    top = says(draft).fit[0].levels[3]
    assert top.label == "sweet spot"
    assert [(each.attribute, each.operator, each.values) for each in top.when] == [
        ("employees", "between", (300, 3000)),
        ("country", "is_one_of", ("DE", "AT")),
    ]


def test_a_button_adds_a_condition_and_another_takes_it_away(ops: Client, draft: Scorecard) -> None:
    added = ops.post(part(draft, SIZE), {**sent(draft, SIZE), "change": "add-condition:when_3"})
    removed = ops.post(part(draft, SIZE), {**sent(draft, SIZE), "change": "remove-condition:when_3:0"})

    assert [len(group.rows) for group in added.context["form"].levels()] == [2, 1, 1, 0]
    assert [len(group.rows) for group in removed.context["form"].levels()] == [0, 1, 1, 0]
    assert Scorecard.objects.get(pk=draft.pk).revision == 0


REFUSED = [
    (
        condition("when_3_0", "employees", "between", "2000, 200"),
        "when_3_0_values",
        "is the wrong way round.",
    ),
    (condition("when_3_0", "employees", "between", "200"), "when_3_0_values", "needs exactly two values."),
    (condition("when_3_0", "employees", "at_least", ""), "when_3_0_values", "needs exactly one value."),
    (condition("when_3_0", "employees", "at_least", "many"), "when_3_0_values", "compared with numbers"),
    (
        condition("when_3_0", "employees", "contains_any", "5"),
        "when_3_0_values",
        "cannot be compared like that",
    ),
    (condition("when_3_0", "country", "is_one_of", "Utopia"), "when_3_0_values", "Utopia is no country"),
    (condition("when_3_0", "country", "is_one_of", " , "), "when_3_0_values", "needs at least one value."),
    (condition("when_3_0", "customer", "is_one_of", "maybe"), "when_3_0_values", "compared with yes or no"),
    (condition("when_3_0", "country", ""), "when_3_0_operator", "Choose how to compare."),
    (condition("when_3_0", "", "", "DE"), "when_3_0_attribute", "Choose what to ask about."),
    (condition("when_3_0", "shoe_size", "at_least", "40"), "when_3_0_attribute", "Select a valid choice."),
    ({"label_3": ""}, "label_3", "Give the level a name."),
    ({"label_0": ""}, "label_0", "This field is required."),
    ({"label": ""}, "label", "This field is required."),
    ({"weight": "101"}, "weight", "Give a whole number from 0 to 100."),
    ({"unknown_level": "4"}, "unknown_level", "Select a valid choice."),
    ({"label": "nul\0"}, "label", "Null characters are not allowed."),
]


@pytest.mark.parametrize(("changes", "field", "words"), REFUSED)
def test_what_is_unclear_is_refused_beside_its_field(
    *, ops: Client, draft: Scorecard, changes: dict[str, str], field: str, words: str
) -> None:
    answer = ops.post(part(draft, SIZE), sent(draft, SIZE, **changes))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert words in answer.context["form"].errors[field][0]
    assert Scorecard.objects.get(pk=draft.pk).revision == 0


def test_a_level_without_a_condition_is_kept_in_the_draft_and_told_at_the_level(
    ops: Client, draft: Scorecard
) -> None:
    bare = {name: value for name, value in sent(draft, SIZE).items() if not name.startswith("when_2")}

    answer = ops.post(part(draft, SIZE), bare, follow=True)

    assert answer.redirect_chain == [(part(draft, SIZE), 302)]
    assert [(group.level, group.faults) for group in answer.context["form"].levels() if group.faults] == [
        (2, ["Level 2 of Company size has no condition."])
    ]


def test_a_condition_on_an_attribute_that_is_gone_is_shown_and_told_never_an_error(
    ops: Client, model: Scorecard, draft: Scorecard
) -> None:
    row = Criterion.objects.get(scorecard=draft, code="company_size")
    row.levels[3]["when"] = [{"attribute": "shoe_size", "operator": "at_least", "values": [40]}]
    row.save()

    page = ops.get(part(draft, SIZE))
    refused = ops.post(f"/scorecards/{draft.version}/publish/")

    assert page.status_code == 200
    assert page.context["form"].errors == {
        "when_3_0_values": ["Nothing is known as Shoe size any more; choose another."]
    }
    assert refused.status_code == 422
    assert "There is no attribute &#x27;shoe_size&#x27;" in refused.content.decode()
    assert Scorecard.objects.published() == model


def test_a_criterion_is_added_and_its_score_then_asks_for_weights(ops: Client, draft: Scorecard) -> None:
    new = {
        "revision": 0,
        "label": "Revenue",
        "weight": 10,
        "unknown_level": 1,
        "label_3": "high",
        "label_0": "low",
        **condition("when_3_0", "annual_revenue", "at_least", "5000000"),
    }

    answer = ops.post(f"/scorecards/{draft.version}/add/fit/", new)

    added = says(draft).fit[-1]
    assert answer.headers["Location"] == part(draft, "fit")  # the weights total 110 now
    assert (added.code, added.label, added.weight, added.unknown_level) == ("revenue", "Revenue", 10, 1)
    assert [(level.level, level.label, len(level.when)) for level in added.levels] == [
        (0, "low", 0),
        (3, "high", 1),
    ]


@pytest.mark.parametrize(("label", "code"), [("Industry", "industry-2"), ("行业", "criterion")])
def test_a_new_criterion_gets_a_code_of_its_own(
    *, ops: Client, draft: Scorecard, label: str, code: str
) -> None:
    new = {"revision": 0, "label": label, "weight": 0, "unknown_level": 0, "label_0": "none"}

    ops.post(f"/scorecards/{draft.version}/add/fit/", new)

    assert says(draft).fit[-1].code == code


def test_account_criteria_ask_about_the_account(ops: Client, draft: Scorecard) -> None:
    page = ops.get(part(draft, "account/budget"))

    offered = dict(page.context["form"].fields["when_3_0_attribute"].choices)
    assert "budget" in offered
    assert "department" not in offered


def test_values_that_companies_have_are_offered(ops: Client, draft: Scorecard, now: Any) -> None:
    for name in ("A", "B"):
        Account.objects.create(
            name=name, industry="Fintech", country="DE", technologies=["Odoo"], created_at=now
        )

    page = ops.get(part(draft, "fit/industry")).content.decode()

    assert '<option value="Fintech"></option>' in page
    assert '<option value="Odoo"></option>' in page
    assert '<option value="DE">Germany</option>' in page


def test_saving_what_stands_already_changes_nothing(ops: Client, draft: Scorecard) -> None:
    for name in ("fit", "urgency", "account", "signals", "tiers", "settings", SIZE, "urgency/recency"):
        answer = ops.post(part(draft, name), sent(draft, name))

        assert answer.status_code == 302

    assert Scorecard.objects.get(pk=draft.pk).revision == 0
    assert [entry.action for entry in scorecards.history(draft)] == ["scorecard.drafted"]
