"""Versions over time: what was published never changes, anything can be rolled back to, all of it is written down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from leads.concurrent_edits import EditedMeanwhile
from leads.domain.conditions import Condition, Operator
from leads.models import User
from scoring import progress, rescoring, scorecard_rows, scorecards
from scoring.domain.model import Model
from scoring.models import Behaviour, Criterion, Scorecard, Tier
from scoring.scorecards import NeverPublished, NotADraft, NotPublishable
from tests import factories
from tests.races import at_once
from tests.scoring.editing import address

pytestmark = pytest.mark.django_db


@pytest.fixture
def ops(as_user: Callable[[User], Client], olga: User) -> Client:
    return as_user(olga)


def reweighted(based_on: Scorecard, *, by: User, now: datetime, **weights: int) -> Scorecard:
    """A draft with other weights of fit."""
    draft = scorecards.create_draft(based_on, by=by, now=now)
    to = scorecards.load(draft).with_weights("fit", weights)
    return scorecards.edit(draft, revision=0, to=to, by=by, now=now)


@pytest.fixture
def second(model: Scorecard, olga: User, now: datetime) -> Scorecard:
    """Version 2, published: industry counts more than size."""
    draft = reweighted(model, by=olga, now=now, company_size=20, industry=25)
    return scorecards.publish(draft, by=olga, now=now)


# Rolling back


def test_rolling_back_publishes_what_the_old_version_said_as_the_next_one(
    *, model: Scorecard, second: Scorecard, olga: User, now: datetime
) -> None:
    model.refresh_from_db()

    again = scorecards.roll_back(model, seen=2, by=olga, now=now + timedelta(days=1))

    assert (again.version, again.status, again.note) == (3, "PUBLISHED", "Version 1 again")
    assert scorecards.changes(model, again) == []
    assert scorecards.published_model().fit[0].weight == 25
    assert {each.version: each.status for each in Scorecard.objects.all()} == {
        1: "RETIRED",
        2: "RETIRED",
        3: "PUBLISHED",
    }


def test_rolling_back_says_first_what_it_changes(ops: Client, model: Scorecard, second: Scorecard) -> None:
    page = ops.get(address("scorecard-roll-back", model))

    assert [[each.sentence for each in found] for _, found in page.context["parts"]] == [
        ["Company size, weight: 20 → 25", "Industry, weight: 25 → 20"]
    ]
    assert Scorecard.objects.count() == 2


def test_one_button_rolls_back(ops: Client, model: Scorecard, second: Scorecard) -> None:
    answer = ops.post(address("scorecard-roll-back", model), {"revision": 2}, follow=True)

    assert "Version 3 scores from now on." in answer.content.decode()
    assert Scorecard.objects.published().note == "Version 1 again"


@pytest.mark.parametrize("seen", [{}, {"revision": 1}, {"revision": "x"}])
def test_nobody_rolls_back_from_a_version_they_have_not_seen(
    *, ops: Client, model: Scorecard, second: Scorecard, seen: dict[str, Any]
) -> None:
    answer = ops.post(address("scorecard-roll-back", model), seen)

    assert answer.status_code == 409
    assert "Another version scores by now." in answer.content.decode()
    assert Scorecard.objects.published() == second


def test_only_what_once_scored_can_be_rolled_back_to(
    *, model: Scorecard, second: Scorecard, olga: User, now: datetime
) -> None:
    draft = scorecards.create_draft(second, by=olga, now=now)

    for version in (draft, second):
        with pytest.raises(NeverPublished):
            scorecards.roll_back(version, seen=2, by=olga, now=now)


def test_what_todays_rules_refuse_is_not_rolled_back_to(
    *, ops: Client, model: Scorecard, second: Scorecard, olga: User, now: datetime, monkeypatch: Any
) -> None:
    """An attribute that a later release has taken out of the vocabulary."""
    monkeypatch.delitem(scorecard_rows.VOCABULARIES["fit"], "employees")

    with pytest.raises(NotPublishable, match="There is no attribute 'employees'"):
        scorecards.roll_back(model, seen=2, by=olga, now=now)
    answer = ops.post(address("scorecard-roll-back", model), {"revision": 2})

    assert answer.status_code == 422
    assert Scorecard.objects.count() == 2


# Discarding


def test_a_discarded_draft_waits_to_be_taken_up_again(
    *, ops: Client, model: Scorecard, olga: User, now: datetime
) -> None:
    draft = reweighted(model, by=olga, now=now, company_size=20, industry=25)

    ops.post(address("scorecard-discard", draft))
    page = ops.get(reverse("scorecards"))
    edited = ops.get(f"/scorecards/{draft.version}/edit/fit/")
    ops.post(address("scorecard-take-up", draft))

    assert [version.version for version in page.context["versions"]] == [1]
    assert [version.version for version in page.context["discarded"]] == [2]
    assert edited.status_code == 302
    assert Scorecard.objects.get(pk=draft.pk).is_draft
    assert scorecards.load(draft).fit[0].weight == 20


def test_what_was_published_is_neither_discarded_nor_taken_up(
    *, model: Scorecard, olga: User, now: datetime
) -> None:
    for step in (scorecards.discard, scorecards.take_up):
        with pytest.raises(NotADraft):
            step(model, by=olga, now=now)


def test_a_number_is_given_once_whatever_becomes_of_its_draft(
    model: Scorecard, olga: User, now: datetime
) -> None:
    scorecards.discard(scorecards.create_draft(model, by=olga, now=now), by=olga, now=now)

    assert scorecards.create_draft(model, by=olga, now=now).version == 3


# The audit


def test_every_step_of_a_version_is_written_down(
    *, model: Scorecard, second: Scorecard, olga: User, now: datetime
) -> None:
    scorecards.roll_back(model, seen=2, by=olga, now=now + timedelta(days=1))

    [retired, published, edited, drafted] = scorecards.history(second)
    assert [retired.text, published.text, edited.text, drafted.text] == [
        "Retired: version 3 scores in its place.",
        "Version 2 published in place of version 1.",
        "Company size, weight: 25 → 20; Industry, weight: 20 → 25.",
        "Draft begun from version 1.",
    ]
    assert (published.actor, published.at) == (olga, now)
    assert edited.before == {"Company size, weight": "25", "Industry, weight": "20"}
    assert edited.after == {"Company size, weight": "20", "Industry, weight": "25"}
    assert published.after == edited.after


def test_the_page_of_a_version_tells_its_history(ops: Client, second: Scorecard) -> None:
    page = ops.get(address("scorecard", second)).content.decode()

    assert "Version 2 published in place of version 1." in page
    assert "Company size, weight: 25 → 20" in page


def test_a_change_that_is_refused_is_not_written_down(*, model: Scorecard, olga: User, now: datetime) -> None:
    draft = reweighted(model, by=olga, now=now, company_size=20)
    written = scorecards.history(draft).count()

    with pytest.raises(NotPublishable):
        scorecards.publish(draft, by=olga, now=now)
    with pytest.raises(EditedMeanwhile):
        scorecards.edit(draft, revision=0, to=scorecards.load(model), by=olga, now=now)

    assert scorecards.history(draft).count() == written


# Comparing


def test_any_two_versions_are_compared(ops: Client, model: Scorecard, second: Scorecard) -> None:
    page = ops.get(reverse("scorecards-compare"), {"one": 2, "other": 1})

    assert [(title, [each.sentence for each in found]) for title, found in page.context["parts"]] == [
        ("Fit", ["Company size, weight: 20 → 25", "Industry, weight: 25 → 20"])
    ]


@pytest.mark.parametrize("query", ["", "?one=99&other=x", "?one=1&other=1", "?one=-1", "?one=1%00"])
def test_an_odd_comparison_is_a_page_all_the_same(
    *, ops: Client, model: Scorecard, second: Scorecard, query: str
) -> None:
    assert ops.get(reverse("scorecards-compare") + query).status_code == 200


# The database itself


@pytest.mark.parametrize(
    "tamper",
    [
        lambda version: Scorecard.objects.filter(pk=version.pk).update(gate_fit=1),
        lambda version: Scorecard.objects.filter(pk=version.pk).update(status="DRAFT"),
        lambda version: Scorecard.objects.filter(pk=version.pk).update(version=9),
        lambda version: Criterion.objects.filter(scorecard=version, code="role").update(weight=9),
        lambda version: Criterion.objects.filter(scorecard=version, code="role").delete(),
        lambda version: Behaviour.objects.filter(scorecard=version).update(points=100),
        lambda version: Tier.objects.filter(scorecard=version).delete(),
        lambda version: Tier.objects.create(
            scorecard=version,
            position=9,
            code="T9",
            label="x",
            fit_at_least=0,
            urgency_at_least=0,
            action="watch",
        ),
    ],
)
@pytest.mark.parametrize("number", [1, 2])
def test_the_database_refuses_to_change_what_was_published(
    *, second: Scorecard, number: int, tamper: Callable[[Scorecard], object]
) -> None:
    version = Scorecard.objects.get(version=number)
    before = scorecard_rows.read(version.pk)

    with pytest.raises(IntegrityError, match="What was published never changes"), transaction.atomic():
        tamper(version)

    assert scorecard_rows.read(version.pk) == before


def test_no_row_of_a_draft_is_moved_into_a_published_version(
    model: Scorecard, olga: User, now: datetime
) -> None:
    draft = scorecards.create_draft(model, by=olga, now=now)

    with pytest.raises(IntegrityError, match="What was published never changes"), transaction.atomic():
        Tier.objects.filter(scorecard=draft, code="T1").update(scorecard=model, code="T0")


# Progress


def test_progress_is_read_from_the_scores_and_ends_with_them(
    *, ana: User, model: Scorecard, olga: User, now: datetime
) -> None:
    for number in range(3):
        factories.receive(factories.signal(email=f"lead-{number}@acme.example"), now=now)
    assert progress.of_publish() is None
    scorecards.publish(scorecards.create_draft(model, by=olga, now=now), by=olga, now=now)
    begun = progress.of_publish()
    factories.receive(factories.signal(email="lead-1@acme.example", signal_id="again"), now=now)
    partly = progress.of_publish()
    rescoring.rescore_outdated(now=now)

    assert begun == progress.Progress(version=2, done=0, total=3)
    assert partly == progress.Progress(version=2, done=1, total=3)
    assert progress.of_publish() is None


def test_the_progress_says_when_it_has_ended(ops: Client) -> None:
    page = ops.get(reverse("scorecards-progress"))

    assert "Every lead bears the scores of the version that is published." in page.content.decode()
    assert "hx-get" not in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_who_roll_back_at_once_make_one_version(model: Scorecard, olga: User, now: datetime) -> None:
    scorecards.publish(scorecards.create_draft(model, by=olga, now=now), by=olga, now=now)

    outcomes = at_once(*[partial(scorecards.roll_back, model, seen=2, by=olga, now=now)] * 2)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["EditedMeanwhile", "Scorecard"]
    assert Scorecard.objects.published().version == 3


def test_values_that_read_alike_and_are_not_the_same_are_stored(
    model: Scorecard, olga: User, now: datetime
) -> None:
    draft = scorecards.create_draft(model, by=olga, now=now)
    one, other = (_tangential(draft, *words) for words in (("oil, gas", "mining"), ("oil", "gas", "mining")))
    scorecards.edit(draft, revision=0, to=one, by=olga, now=now)

    scorecards.edit(draft, revision=1, to=other, by=olga, now=now)
    scorecards.edit(draft, revision=2, to=other, by=olga, now=now)

    draft.refresh_from_db()
    assert scorecards.load(draft) == other
    assert draft.revision == 2
    assert scorecards.history(draft)[0].text == "What it says is written in another way."


def _tangential(draft: Scorecard, *industries: str) -> Model:
    """What the draft says, with these as the industries of level 1."""
    before = scorecards.load(draft)
    (row,) = [row for row in before.fit if row.code == "industry"]
    asked = Condition("industry", Operator.CONTAINS_ANY, industries)
    levels = tuple(replace(each, when=(asked,)) if each.level == 1 else each for each in row.levels)
    changed = replace(row, levels=levels)
    return before.with_criteria("fit", [changed if each.code == "industry" else each for each in before.fit])
