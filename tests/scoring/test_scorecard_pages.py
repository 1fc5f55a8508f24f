"""The scorecard pages: everybody reads, operations edits a draft, what is not fit is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import User
from scoring import scorecards
from scoring.models import Scorecard
from tests import factories
from tests.scoring.editing import address, part, sent

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


@pytest.fixture
def draft(model: Scorecard, olga: User, now: Any) -> Scorecard:
    return scorecards.create_draft(model, by=olga, now=now)


def change(ops: Client, draft: Scorecard, name: str, **changes: object) -> Any:
    """Open one part of the draft as it stands, and save it with some fields changed."""
    return ops.post(part(draft, name), sent(Scorecard.objects.get(pk=draft.pk), name, **changes))


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "OPS", "VIEWER"])
def test_everybody_reads_what_the_scores_mean(
    *, role: str, as_user: SignIn, model: Scorecard, draft: Scorecard
) -> None:
    client = as_user(factories.person("reader", role=role))

    pages = [client.get(reverse("scorecards")), client.get(address("scorecard", model))]

    assert [page.status_code for page in pages] == [200, 200]
    assert "employees is between 200 and 2,000" in pages[1].content.decode()
    assert "country is Germany, Austria, Switzerland, " in pages[1].content.decode()


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "VIEWER"])
def test_only_operations_changes_a_scorecard(role: str, as_user: SignIn, draft: Scorecard) -> None:
    client = as_user(factories.person("reader", role=role))

    answers = [
        client.get(part(draft, "fit")),
        client.post(part(draft, "settings"), sent(draft, "settings", gate_fit=55)),
        client.post(address("scorecard-publish", draft)),
        client.post(address("scorecard-draft", draft)),
        client.post(address("scorecard-discard", draft)),
        client.post(address("scorecard-roll-back", draft)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert Scorecard.objects.count() == 2
    assert Scorecard.objects.get(pk=draft.pk).gate_fit == 40


def test_readers_see_no_way_to_edit_a_draft(as_user: SignIn, draft: Scorecard) -> None:
    page = as_user(factories.person("reader")).get(address("scorecard", draft)).content.decode()

    assert "/edit/" not in page
    assert "Publish version" not in page


def test_the_version_that_scores_today_comes_first(ops: Client, model: Scorecard, draft: Scorecard) -> None:
    page = ops.get(reverse("scorecards"))

    assert [version.version for version in page.context["versions"]] == [model.version, draft.version]


def test_a_draft_holds_what_the_version_it_began_from_holds(ops: Client, model: Scorecard) -> None:
    answer = ops.post(address("scorecard-draft", model))

    draft = Scorecard.objects.get(version=model.version + 1)
    assert answer.headers["Location"] == address("scorecard", draft)
    assert scorecards.changes(model, draft) == []


def test_a_draft_says_what_it_would_change(ops: Client, draft: Scorecard) -> None:
    change(ops, draft, "settings", gate_fit=45)
    change(ops, draft, "signals", cap_page_view="")

    page = ops.get(address("scorecard", draft))

    assert [(title, [each.sentence for each in found]) for title, found in page.context["changes"]] == [
        ("Signals", ["Page view, at most a week: 5 → no cap"]),
        ("Gate to sales", ["Gate, fit at least: 40 → 45"]),
    ]


# What is not yet fit to be published


def test_weights_that_do_not_total_100_are_kept_in_a_draft_and_told_where_they_are_edited(
    ops: Client, draft: Scorecard
) -> None:
    answer = ops.post(part(draft, "fit"), sent(draft, "fit", weight_company_size=20), follow=True)

    assert draft.criteria.get(code="company_size").weight == 20
    assert answer.redirect_chain == [(part(draft, "fit"), 302)]
    assert answer.context["form"].told == {"weights": ["Fit weights total 95; they must total 100."]}


def test_a_draft_whose_weights_do_not_total_100_is_not_published(
    ops: Client, model: Scorecard, draft: Scorecard
) -> None:
    change(ops, draft, "fit", weight_company_size=0)

    answer = ops.post(address("scorecard-publish", draft))

    assert answer.status_code == 422
    assert [fault.sentence for fault in answer.context["faults"]] == [
        "Fit weights total 75; they must total 100."
    ]
    assert "It was not published" in answer.content.decode()
    assert Scorecard.objects.published() == model


def test_a_tier_that_no_lead_can_reach_is_told_at_its_field(ops: Client, draft: Scorecard) -> None:
    answer = ops.post(part(draft, "tiers"), sent(draft, "tiers", fit_T2=80, urgency_T2=70), follow=True)

    assert answer.context["form"].errors == {
        "fit_T2": [
            "Tier 2 can never be reached: Tier 1 comes before it and asks for no more, fit 70 and urgency 60."
        ]
    }


def test_a_gate_that_nobody_can_pass_is_told_at_its_field(ops: Client, draft: Scorecard) -> None:
    worthless = {name: "0" for name in sent(draft, "signals") if name.startswith("points_")}
    change(ops, draft, "signals", **worthless)

    answer = ops.get(part(draft, "settings"))

    sentence = (
        "Nobody can pass: the gate asks for engagement 30, and signals under their weekly caps bring "
        "at most 0, week after week."
    )
    assert answer.context["form"].errors == {"gate_engagement": [sentence]}


def test_a_published_draft_scores_from_now_on(
    *, ops: Client, model: Scorecard, draft: Scorecard, olga: User
) -> None:
    change(ops, draft, "fit", weight_company_size=20, weight_industry=25)

    answer = ops.post(address("scorecard-publish", draft), follow=True)

    published = Scorecard.objects.published()
    model.refresh_from_db()
    assert (published.version, published.published_by) == (draft.version, olga)
    assert model.status == Scorecard.Status.RETIRED
    assert "Version 2 scores from now on" in answer.content.decode()
    assert [each.weight for each in scorecards.published_model().fit[:2]] == [20, 25]


def test_what_was_published_never_changes(ops: Client, model: Scorecard) -> None:
    before = scorecards.load(model)

    page = ops.get(part(model, "settings"))
    answer = ops.post(part(model, "settings"), sent(model, "settings", gate_fit=1))

    assert page.status_code == 302
    assert answer.status_code == 409
    assert answer.context["carried"] is None
    assert scorecards.load(Scorecard.objects.get(pk=model.pk)) == before


def test_a_version_is_published_once(ops: Client, draft: Scorecard) -> None:
    ops.post(address("scorecard-publish", draft))

    answer = ops.post(address("scorecard-publish", draft), follow=True)

    assert "Version 2 is no draft any more." in answer.content.decode()


WRONG = [
    ("fit", "weight_company_size", "101", "Give a whole number from 0 to 100."),
    ("fit", "weight_company_size", "-1", "Give a whole number from 0 to 100."),
    ("fit", "weight_company_size", "2.5", "Give a whole number from 0 to 100."),
    ("urgency", "weight_recency", "", "Give a whole number from 0 to 100."),
    ("account", "weight_budget", "x", "Give a whole number from 0 to 100."),
    ("signals", "points_page_view", "many", "Give a number from -1000 to 1000."),
    ("signals", "points_page_view", "nan", "Give a number from -1000 to 1000."),
    ("signals", "cap_page_view", "-1", "Give a number from 0 to 1000."),
    ("signals", "multiplier_page_view", "0", "Give a number from 0.01 to 10."),
    (
        "signals",
        "depth_page_view",
        "4",
        "Select a valid choice. 4 is not one of the available choices.",
    ),
    (
        "signals",
        "minimum_page_view",
        "T9",
        "Select a valid choice. T9 is not one of the available choices.",
    ),
    ("settings", "gate_fit", "101", "Give a whole number from 0 to 100."),
    ("settings", "gate_engagement", "-3", "Give a whole number from 0 to 100."),
    ("settings", "gate_signal_days", "0", "Give a whole number from 1 to 365."),
    ("settings", "decay_factor", "0", "Give a number above 0 and at most 1, such as 0.75."),
    ("settings", "decay_factor", "1.2", "Give a number above 0 and at most 1, such as 0.75."),
    ("settings", "inactivity_weeks", "0", "Give a whole number from 1 to 520."),
    ("settings", "urgency_window_days", "0", "Give a whole number from 1 to 365."),
    ("settings", "grade_a", "101", "Give a whole number from 0 to 100."),
    ("settings", "version_note", "n" * 201, "Ensure this value has at most 200 characters (it has 201)."),
    ("settings", "version_note", "nul\0", "Null characters are not allowed."),
    ("tiers", "urgency_T1", "120", "Give a whole number from 0 to 100."),
    ("tiers", "label_T1", "", "This field is required."),
    ("tiers", "action_T1", "burn", "Select a valid choice. burn is not one of the available choices."),
]


@pytest.mark.parametrize(("name", "field", "value", "sentence"), WRONG)
def test_a_wrong_value_is_refused_beside_its_field(
    *, name: str, field: str, value: str, sentence: str, ops: Client, draft: Scorecard
) -> None:
    answer = change(ops, draft, name, **{field: value})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    assert Scorecard.objects.get(pk=draft.pk).revision == draft.revision


# Two editors (P19)


def test_the_second_editor_sees_both_versions_and_saves_on_top(ops: Client, draft: Scorecard) -> None:
    theirs = sent(draft, "settings", gate_fit=45)
    mine = sent(draft, "settings", gate_fit=50, version_note="mine")
    ops.post(part(draft, "settings"), theirs)

    answer = ops.post(part(draft, "settings"), mine)
    again = ops.post(part(draft, "settings"), dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("Gate, fit at least", "50", "45"),
        ("Note", "mine", "\N{EN DASH}"),
    ]
    assert again.status_code == 302
    stored = Scorecard.objects.get(pk=draft.pk)
    assert (stored.gate_fit, stored.note) == (50, "mine")


def test_what_the_second_editor_typed_into_a_criterion_is_not_lost(ops: Client, draft: Scorecard) -> None:
    mine = sent(draft, "fit/company_size", when_3_0_values="300, 3000")
    change(ops, draft, "fit", weight_company_size=20, weight_industry=25)

    answer = ops.post(part(draft, "fit/company_size"), mine)
    ops.post(part(draft, "fit/company_size"), dict(answer.context["carried"]))

    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("Company size, weight", "25", "20"),
        (
            "Company size, level 3",
            "bullseye: employees is between 300 and 3,000",
            "bullseye: employees is between 200 and 2,000",
        ),
    ]
    assert scorecards.load(draft).fit[0].levels[3].when[0].values == (300, 3000)


def test_a_tier_that_somebody_removed_meanwhile_can_be_saved_on_top(ops: Client, draft: Scorecard) -> None:
    mine = sent(draft, "tiers", fit_T3=35)
    change(ops, draft, "tiers", rows="T1,T2,NURTURE")

    answer = ops.post(part(draft, "tiers"), mine)
    ops.post(part(draft, "tiers"), dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert [(row.code, row.fit_at_least) for row in scorecards.load(draft).tiers] == [
        ("T1", 70),
        ("T2", 50),
        ("T3", 35),
        ("NURTURE", 30),
    ]


def test_a_form_that_does_not_say_what_it_was_based_on_overwrites_nothing(
    ops: Client, draft: Scorecard
) -> None:
    blind = sent(draft, "settings", gate_fit=50)
    del blind["revision"]

    answer = ops.post(part(draft, "settings"), blind)

    assert answer.status_code == 409
    assert Scorecard.objects.get(pk=draft.pk).gate_fit == 40


def test_a_draft_that_is_published_meanwhile_keeps_nothing_of_what_is_typed(
    ops: Client, draft: Scorecard
) -> None:
    mine = sent(draft, "settings", gate_fit=50)
    ops.post(address("scorecard-publish", draft))

    answer = ops.post(part(draft, "settings"), mine)

    assert answer.status_code == 409
    assert answer.context["carried"] is None
    assert [(each.one, each.other) for each in answer.context["differences"]] == [("50", "40")]


def test_nobody_publishes_what_they_have_not_seen(ops: Client, model: Scorecard, draft: Scorecard) -> None:
    change(ops, draft, "settings", gate_fit=45)

    answer = ops.post(address("scorecard-publish", draft), {"revision": draft.revision}, follow=True)

    assert "Somebody changed this draft since you opened it." in answer.content.decode()
    assert Scorecard.objects.published() == model


# Lists


def test_how_far_scoring_again_is_is_told_until_it_has_ended(
    *, ops: Client, draft: Scorecard, dach: Any, now: Any
) -> None:
    factories.receive(factories.signal(), now=now)
    ops.post(address("scorecard-publish", draft))

    pages = [ops.get(reverse("scorecards")), ops.get(address("scorecard", draft))]
    alone = ops.get(reverse("scorecards-progress"))

    assert [(page.context["progress"].done, page.context["progress"].total) for page in pages] == [(0, 1)] * 2
    assert "0 of 1" in alone.content.decode()


def test_an_unknown_version_part_or_criterion_is_not_found(ops: Client, draft: Scorecard) -> None:
    addresses = [
        "/scorecards/99/",
        "/scorecards/99999999999999999999/edit/fit/",
        part(draft, "shoes"),
        part(draft, "fit/shoe-size"),
        part(draft, "shoes/size"),
        f"/scorecards/{draft.version}/add/shoes/",
    ]

    assert [ops.get(each).status_code for each in addresses] == [404] * len(addresses)


def test_the_list_of_versions_reads_no_more_for_more_versions(
    *, ops: Client, model: Scorecard, olga: User, now: Any, django_assert_max_num_queries: Any
) -> None:
    for days in range(5):
        scorecards.create_draft(model, by=olga, now=now + timedelta(days=days))

    with django_assert_max_num_queries(9):
        ops.get(reverse("scorecards"))
