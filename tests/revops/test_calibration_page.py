"""The calibration page: asked for, watched, read in words, with its rows as a file; its bad input is refused."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads import background
from leads.models import BackgroundRun, Team, User
from revops.background_work import WORK
from revops.calibration import runs as calibration
from revops.calibration.runs import Question
from routing.models import Handoff
from scoring import scorecards
from scoring.domain.calibration import Plan
from scoring.domain.outcomes import Target
from scoring.models import Scorecard
from tests import ended_handoffs, factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db
QUICK = Plan(resamples=10)
ASKED = {"target": "won", "months": "24", "holds_equal": "on"}


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


def calibrated(now: datetime, *, by: User | None = None, plan: Plan = QUICK) -> BackgroundRun:
    run = calibration.ask(Question(Target.WON, None, now, plan=plan), by=by, now=now)
    background.work_off(WORK)
    run.refresh_from_db()
    return run


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_before_the_first_one_the_page_says_how_to_begin(ops: Client, as_user: SignIn) -> None:
    reader = as_user(factories.person("vera"))

    assert "Choose an ending and a period above" in text_of(ops.get(reverse("calibration")))
    page = text_of(reader.get(reverse("calibration")))
    assert "Operations can ask for a calibration here" in page
    assert "<select" not in page


def test_ops_asks_watches_and_reads(ops: Client, now: datetime) -> None:
    ended_handoffs.ended(300, now=now)

    watching = ops.post(reverse("calibration-ask"), ASKED, follow=True)
    background.work_off(WORK)
    page = text_of(ops.get(reverse("calibration")))

    assert "Waiting for a free worker" in text_of(watching)
    assert "The criteria rank a won lead above another" in page
    assert "Draft the suggested weights" in page
    assert "300 first hand-offs were counted, graded by the criteria of version 1." in page
    assert "The same hand-offs give the same numbers." in page


def test_the_form_says_what_the_calibration_in_sight_was_asked(ops: Client, now: datetime) -> None:
    ops.post(reverse("calibration-ask"), {"target": "accepted", "months": "6"})

    form = ops.get(reverse("calibration")).context["form"]

    assert [str(form[name].value()) for name in ASKED] == ["accepted", "6", "False"]


@pytest.mark.parametrize("wrong", [{"target": "liked"}, {"months": "7"}, {"target": ""}])
def test_what_cannot_be_asked_is_refused_beside_its_field(ops: Client, wrong: dict[str, str]) -> None:
    answer = ops.post(reverse("calibration-ask"), {**ASKED, **wrong})

    assert answer.status_code == 422
    assert "errorlist" in text_of(answer)
    assert not BackgroundRun.objects.exists()


def test_too_little_data_names_what_is_missing_and_offers_the_other_ending(
    ops: Client, now: datetime
) -> None:
    ended_handoffs.ended(40, now=now)
    run = calibrated(now)
    assert run.result is not None

    page = text_of(ops.get(reverse("calibration-run", args=[run.pk])))

    assert f"Too little data: {run.result['wins']} wins of at least 50" in page
    assert "Calibrate on accepted leads instead" in page
    assert "AUC, cross-validated" not in page
    assert "Draft the suggested" not in page


def test_minimum_is_a_setting(ops: Client, settings: LazySettings, now: datetime) -> None:
    settings.CALIBRATION_MINIMUM = 500

    ops.post(reverse("calibration-ask"), ASKED)

    assert BackgroundRun.objects.get().parameters["plan"]["minimum"] == 500


def test_noise_suggests_nothing_and_says_so(ops: Client, now: datetime) -> None:
    ended_handoffs.ended(300, now=now, weights={})

    page = text_of(ops.get(reverse("calibration-run", args=[calibrated(now).pk])))

    assert "The criteria tell nothing about winning" in page
    assert "they would be made of noise" in page
    assert "Draft the suggested" not in page


def test_what_is_set_aside_says_why(ops: Client, now: datetime) -> None:
    def leak(facts: dict[str, Any], is_won: bool) -> None:
        if not is_won:
            facts.pop("growth_stage", None)

    ended_handoffs.ended(300, now=now, change=leak)

    page = text_of(ops.get(reverse("calibration-run", args=[calibrated(now).pk])))

    assert "Set aside: whether it is known at all foretells the ending" in page


def test_each_figure_has_its_definition_on_the_spot(ops: Client, now: datetime) -> None:
    ended_handoffs.ended(300, now=now)

    page = text_of(ops.get(reverse("calibration-run", args=[calibrated(now).pk])))

    assert "the chance that the criteria rank the won one higher. 0.5 is a coin, 1 is perfect." in page
    assert page.count('class="definition"') == 11


def test_one_click_makes_a_draft_and_shows_what_it_changes(ops: Client, now: datetime) -> None:
    ended_handoffs.ended(300, now=now)
    run = calibrated(now)

    answer = ops.post(reverse("calibration-draft", args=[run.pk]), follow=True)

    assert answer.redirect_chain == [("/scorecards/2/", 302)]
    assert "Version 2 is a draft with the suggested weights." in text_of(answer)
    assert "From calibration of 17 November 2026" in text_of(answer)


def test_run_for_a_version_that_no_longer_scores_makes_no_draft(
    ops: Client, model: Scorecard, now: datetime
) -> None:
    ended_handoffs.ended(300, now=now)
    run = calibrated(now)
    scorecards.publish(scorecards.create_draft(model, by=None, now=now), by=None, now=now)

    page = text_of(ops.get(reverse("calibration-run", args=[run.pk])))
    answer = ops.post(reverse("calibration-draft", args=[run.pk]), follow=True)

    assert "It weighed version 1, which no longer scores." in page
    assert "Draft the suggested" not in page
    assert "Calibrate again." in text_of(answer)
    assert Scorecard.objects.count() == 2


def test_readers_see_what_was_found_and_cannot_draft(as_user: SignIn, mia: User, now: datetime) -> None:
    ended_handoffs.ended(300, now=now)
    run = calibrated(now)

    page = text_of(as_user(mia).get(reverse("calibration-run", args=[run.pk])))

    assert "Criteria and their weights" in page
    assert "Draft the suggested" not in page


def test_other_runs_are_not_found_here(ops: Client, now: datetime) -> None:
    other = background.ask("what-if replay", {}, by=None, now=now)

    assert ops.get(reverse("calibration-run", args=[other.pk])).status_code == 404


def test_rows_as_a_file_are_those_that_were_graded(ops: Client, now: datetime) -> None:
    made = ended_handoffs.ended(30, now=now)
    run = calibrated(now)

    answer = ops.get(reverse("calibration-rows", args=[run.pk]))
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]

    assert len(rows) == 30
    assert rows[0]["hand-off"] == str(made[0].pk)
    assert {row["outcome"] for row in rows} == {"good", "bad"}
    assert {row["Company size"] for row in rows} <= {"0", "1", "2", "3", "unknown"}


def test_file_holds_only_what_its_reader_may_see(
    as_user: SignIn, mia: User, dach: Team, now: datetime
) -> None:
    ended_handoffs.ended(20, now=now)
    run = calibrated(now)
    mine = Handoff.objects.order_by("pk")[:3].values("pk")
    Handoff.objects.filter(pk__in=list(mine.values_list("pk", flat=True))).update(team=dach)

    answer = as_user(mia).get(reverse("calibration-rows", args=[run.pk]))

    assert len(b"".join(answer.streaming_content).splitlines()) == 1 + 3  # type: ignore[attr-defined]


def test_page_takes_the_same_queries_however_many_runs_there_were(ops: Client, now: datetime) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            ops.get(reverse("calibration"))
        return len(counted)

    ended_handoffs.ended(20, now=now)
    calibrated(now)
    once = queries()
    for _ in range(5):
        calibrated(now)

    assert queries() == once
