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
from scoring.forms import ScorecardForm
from scoring.models import Scorecard
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


@pytest.fixture
def draft(model: Scorecard, olga: User, now: Any) -> Scorecard:
    return scorecards.create_draft(model, by=olga, now=now)


def sent(draft: Scorecard, **changes: object) -> dict[str, Any]:
    """The whole form as a browser sends it, with some fields changed."""
    values = {**ScorecardForm(scorecard=draft).initial, **changes}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def address(name: str, scorecard: Scorecard) -> str:
    return reverse(name, args=[scorecard.version])


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "OPS", "VIEWER"])
def test_everybody_reads_what_the_scores_mean(
    *, role: str, as_user: SignIn, model: Scorecard, draft: Scorecard
) -> None:
    client = as_user(factories.person("reader", role=role))

    pages = [client.get(reverse("scorecards")), client.get(address("scorecard", model))]

    assert [page.status_code for page in pages] == [200, 200]
    assert "employees is between 200 and 2,000" in pages[1].content.decode()


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "VIEWER"])
def test_only_operations_changes_a_scorecard(role: str, as_user: SignIn, draft: Scorecard) -> None:
    client = as_user(factories.person("reader", role=role))

    answers = [
        client.get(address("scorecard-edit", draft)),
        client.post(address("scorecard-edit", draft), sent(draft, note="mine")),
        client.post(address("scorecard-publish", draft)),
        client.post(address("scorecard-draft", draft)),
    ]

    assert [answer.status_code for answer in answers] == [403] * 4
    assert Scorecard.objects.count() == 2
    assert Scorecard.objects.get(pk=draft.pk).note == ""


def test_the_version_that_scores_today_comes_first(ops: Client, model: Scorecard, draft: Scorecard) -> None:
    page = ops.get(reverse("scorecards"))

    assert [version.version for version in page.context["versions"]] == [model.version, draft.version]


def test_a_draft_holds_what_the_version_it_began_from_holds(ops: Client, model: Scorecard) -> None:
    answer = ops.post(address("scorecard-draft", model))

    draft = Scorecard.objects.get(version=model.version + 1)
    assert answer.headers["Location"] == address("scorecard-edit", draft)
    assert ScorecardForm(scorecard=draft).stored == {**ScorecardForm(scorecard=model).stored, "note": ""}


def test_a_draft_says_what_it_would_change(ops: Client, draft: Scorecard) -> None:
    ops.post(address("scorecard-edit", draft), sent(draft, gate_fit=45, cap_page_view=""))

    page = ops.get(address("scorecard", draft))

    assert [(change.label, change.one, change.other) for change in page.context["changes"]] == [
        ("Fit, at least", "40", "45"),
        ("Page view: cap a week", "5", "\N{EN DASH}"),
    ]


def test_weights_that_do_not_total_100_are_kept_in_a_draft_and_told(ops: Client, draft: Scorecard) -> None:
    answer = ops.post(address("scorecard-edit", draft), sent(draft, weight_fit_company_size=20), follow=True)

    assert draft.criteria.get(code="company_size").weight == 20
    assert "Fit weights total 95; they must total 100." in answer.content.decode()


def test_a_draft_whose_weights_do_not_total_100_is_not_published(
    ops: Client, model: Scorecard, draft: Scorecard
) -> None:
    ops.post(address("scorecard-edit", draft), sent(draft, weight_fit_company_size=0))

    answer = ops.post(address("scorecard-publish", draft))

    assert answer.status_code == 422
    assert answer.context["form"].faults == {"weights_fit": ["Fit weights total 75; they must total 100."]}
    assert answer.context["form"].errors == {}
    assert Scorecard.objects.published() == model


def test_a_tier_that_no_lead_can_reach_is_refused_at_its_field(ops: Client, draft: Scorecard) -> None:
    ops.post(address("scorecard-edit", draft), sent(draft, tier_fit_T2=80, tier_urgency_T2=70))

    answer = ops.post(address("scorecard-publish", draft))

    assert answer.context["form"].errors == {
        "tier_fit_T2": [
            "Tier 2 can never be reached: Tier 1 comes before it and asks for no more, fit 70 and urgency 60."
        ]
    }


def test_a_published_draft_scores_from_now_on(
    *, ops: Client, model: Scorecard, draft: Scorecard, olga: User
) -> None:
    ops.post(
        address("scorecard-edit", draft), sent(draft, weight_fit_company_size=20, weight_fit_industry=25)
    )

    answer = ops.post(address("scorecard-publish", draft), follow=True)

    published = Scorecard.objects.published()
    model.refresh_from_db()
    assert (published.version, published.published_by) == (draft.version, olga)
    assert model.status == Scorecard.Status.RETIRED
    assert "Version 2 scores from now on" in answer.content.decode()
    assert [each.weight for each in scorecards.published_model().fit[:2]] == [20, 25]


def test_what_was_published_never_changes(ops: Client, model: Scorecard) -> None:
    before = ScorecardForm(scorecard=model).stored

    page = ops.get(address("scorecard-edit", model))
    answer = ops.post(address("scorecard-edit", model), sent(model, gate_fit=1))

    assert page.status_code == 302
    assert answer.status_code == 409
    assert ScorecardForm(scorecard=Scorecard.objects.get(pk=model.pk)).stored == before


def test_a_version_is_published_once(ops: Client, draft: Scorecard) -> None:
    ops.post(address("scorecard-publish", draft))

    answer = ops.post(address("scorecard-publish", draft), follow=True)

    assert "Version 2 is no draft any more." in answer.content.decode()


WRONG = [
    ("weight_fit_company_size", "101", "Give a whole number from 0 to 100."),
    ("weight_fit_company_size", "-1", "Give a whole number from 0 to 100."),
    ("weight_fit_company_size", "2.5", "Give a whole number from 0 to 100."),
    ("weight_urgency_recency", "", "Give a whole number from 0 to 100."),
    ("points_page_view", "many", "Give a number from -1000 to 1000."),
    ("points_page_view", "nan", "Give a number from -1000 to 1000."),
    ("cap_page_view", "-1", "Give a number from 0 to 1000."),
    ("gate_fit", "101", "Give a whole number from 0 to 100."),
    ("gate_engagement", "-3", "Give a whole number from 0 to 100."),
    ("gate_signal_days", "0", "Give a whole number from 1 to 365."),
    ("tier_urgency_T1", "120", "Give a whole number from 0 to 100."),
    ("decay_factor", "0", "Give a number above 0 and at most 1, such as 0.75."),
    ("decay_factor", "1.2", "Give a number above 0 and at most 1, such as 0.75."),
    ("inactivity_weeks", "0", "Give a whole number from 1 to 520."),
    ("note", "n" * 201, "Ensure this value has at most 200 characters (it has 201)."),
    ("note", "nul\0", "Null characters are not allowed."),
]


@pytest.mark.parametrize(("field", "value", "sentence"), WRONG)
def test_a_wrong_value_is_refused_beside_its_field(
    *, field: str, value: str, sentence: str, ops: Client, draft: Scorecard
) -> None:
    answer = ops.post(address("scorecard-edit", draft), {**sent(draft, gate_fit=55), field: value})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [sentence]}
    assert Scorecard.objects.get(pk=draft.pk).gate_fit == 40


def test_the_second_editor_sees_both_versions_and_saves_on_top(ops: Client, draft: Scorecard) -> None:
    theirs, mine = sent(draft, gate_fit=45), sent(draft, gate_fit=50, note="mine")
    ops.post(address("scorecard-edit", draft), theirs)

    answer = ops.post(address("scorecard-edit", draft), mine)
    again = ops.post(address("scorecard-edit", draft), dict(answer.context["carried"]))

    assert answer.status_code == 409
    assert [(each.label, each.one, each.other) for each in answer.context["differences"]] == [
        ("Fit, at least", "50", "45"),
        ("Note", "mine", "\N{EN DASH}"),
    ]
    assert again.status_code == 302
    stored = Scorecard.objects.get(pk=draft.pk)
    assert (stored.gate_fit, stored.note) == (50, "mine")


def test_a_form_that_does_not_say_what_it_was_based_on_overwrites_nothing(
    ops: Client, draft: Scorecard
) -> None:
    blind = sent(draft, gate_fit=50)
    del blind["revision"]

    answer = ops.post(address("scorecard-edit", draft), blind)

    assert answer.status_code == 409
    assert Scorecard.objects.get(pk=draft.pk).gate_fit == 40


def test_nobody_publishes_what_they_have_not_seen(ops: Client, model: Scorecard, draft: Scorecard) -> None:
    ops.post(address("scorecard-edit", draft), sent(draft, gate_fit=45))

    answer = ops.post(address("scorecard-publish", draft), {"revision": draft.revision}, follow=True)

    assert "Somebody changed this draft since you opened it." in answer.content.decode()
    assert Scorecard.objects.published() == model


def test_leads_that_bear_an_older_version_are_told(
    *, ops: Client, draft: Scorecard, dach: Any, now: Any
) -> None:
    factories.receive(factories.signal(), now=now)
    ops.post(address("scorecard-publish", draft))

    page = ops.get(reverse("scorecards"))

    assert "1 lead still bears an older version" in page.content.decode()


def test_an_unknown_version_is_not_found(ops: Client) -> None:
    answers = [ops.get("/scorecards/99/"), ops.get("/scorecards/99999999999999999999/edit/")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_the_list_of_versions_reads_no_more_for_more_versions(
    *, ops: Client, model: Scorecard, olga: User, now: Any, django_assert_max_num_queries: Any
) -> None:
    for days in range(5):
        scorecards.create_draft(model, by=olga, now=now + timedelta(days=days))

    with django_assert_max_num_queries(8):
        ops.get(reverse("scorecards"))
