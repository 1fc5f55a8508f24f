"""Scoring again in the background: what bears an old version is what is left to do."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from leads.models import Lead, User
from scoring import rescoring, scorecards
from scoring.models import Criterion, Score, Scorecard
from tests import factories
from tests.races import at_once

MINUTE = timedelta(minutes=1)


def publish_other_weights(now: datetime) -> Scorecard:
    """A new version in which the company's size weighs 15 and its industry 30."""
    draft = scorecards.create_draft(Scorecard.objects.published(), by=None, now=now)
    for code, weight in (("company_size", 15), ("industry", 30)):
        Criterion.objects.filter(scorecard=draft, code=code).update(weight=weight)
    return scorecards.publish(draft, by=None, now=now)


def small_companies(count: int, *, now: datetime) -> None:
    """Leads whose fit depends on the two weights: a small company of the right industry."""
    for number in range(count):
        payload = factories.signal("webinar_attended", email=f"small-{number}@small.example")
        factories.receive({**payload, "company": {**payload["company"], "employees": 30}}, now=now)


def test_every_lead_is_scored_by_the_new_version_and_then_nothing_is_left(ana: User, now: datetime) -> None:
    small_companies(3, now=now)
    before = Score.objects.values_list("fit", flat=True)[0]
    version = publish_other_weights(now)
    assert rescoring.outdated() == 3

    assert rescoring.rescore_outdated(now=now + MINUTE) == 3
    assert rescoring.rescore_outdated(now=now + MINUTE) == 0

    assert rescoring.outdated() == 0
    assert set(Score.objects.values_list("scorecard", flat=True)) == {version.pk}
    assert Score.objects.values_list("fit", flat=True)[0] == pytest.approx(before + 10 - 10 / 3)


def test_scoring_again_reaches_the_same_scores_as_a_new_signal_would(ana: User, now: datetime) -> None:
    small_companies(1, now=now)
    publish_other_weights(now)
    rescoring.rescore_outdated(now=now + MINUTE)
    by_job = Score.objects.values("fit", "urgency", "engagement_sum").get()

    answer = factories.receive({"type": "email_open", **_person()}, now=now + MINUTE)

    assert answer["scores"]["fit"]["before"] == answer["scores"]["fit"]["after"] == round(by_job["fit"])
    assert Score.objects.get().engagement_sum == by_job["engagement_sum"]


def _person() -> dict[str, dict[str, str]]:
    return {"person": {"email": "small-0@small.example"}}


def test_scoring_again_hands_nobody_over(ana: User, now: datetime) -> None:
    small_companies(1, now=now)
    stage = Lead.objects.get().stage

    publish_other_weights(now)
    rescoring.rescore_outdated(now=now + MINUTE)

    assert Lead.objects.get().stage == stage


def test_urgency_falls_with_time_for_those_who_were_not_looked_at_today(ana: User, now: datetime) -> None:
    small_companies(2, now=now)
    urgent = Score.objects.values_list("urgency", flat=True)[0]
    assert rescoring.refresh_urgency(now=now + timedelta(hours=19)) == 0

    later = now + timedelta(days=31)

    assert rescoring.refresh_urgency(now=later) == 2
    assert rescoring.refresh_urgency(now=later) == 0
    assert Score.objects.values_list("urgency", flat=True)[0] < urgent


@pytest.mark.django_db(transaction=True)
def test_two_jobs_beside_arriving_signals_lose_no_touch(ana: User, now: datetime) -> None:
    small_companies(8, now=now)
    publish_other_weights(now)
    clicks = [factories.signal("pricing_page", email=f"small-{number}@small.example") for number in range(4)]

    outcomes = at_once(
        partial(rescoring.rescore_outdated, now=now + MINUTE),
        partial(rescoring.rescore_outdated, now=now + MINUTE),
        *[partial(factories.receive, click, now=now + MINUTE) for click in clicks],
    )

    assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
    assert rescoring.outdated() == 0
    points = {score.lead.email: score.engagement_sum for score in Score.objects.select_related("lead")}
    clicked = {points[f"small-{number}@small.example"] for number in range(4)}
    others = {points[f"small-{number}@small.example"] for number in range(4, 8)}
    assert (len(clicked), len(others)) == (1, 1)
    assert clicked.pop() == pytest.approx(others.pop() * 25 / 15)
