"""Scoring again in the background: what bears an old version is what is left to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from leads.models import Lead, TimelineEvent, User
from scoring import decay, keeping, many, rescoring, scorecards, scores, verification
from scoring.models import Criterion, DecayState, Score, Scorecard
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


def test_crossing_that_nobody_has_told_yet_is_told_once(ana: User, now: datetime) -> None:
    DecayState.objects.update(week=scores.current_week(now), epoch=scores.current_week(now))
    for minute in range(2):
        factories.receive(factories.signal("webinar_attended"), now=now + minute * MINUTE)
    publish_other_weights(now + MINUTE)
    later = now + timedelta(weeks=3)

    rescoring.rescore_outdated(now=later)
    decay.advance(now=later)

    event = TimelineEvent.objects.get(kind=TimelineEvent.Kind.SCORE)
    assert event.data["week"] == scores.current_week(now) + 1
    assert event.text == "Engagement fell under 30: from 30.0 to 22.5 by weekly decay"


def test_score_of_a_later_moment_is_left_alone(ana: User, now: datetime) -> None:
    small_companies(1, now=now + MINUTE)
    publish_other_weights(now)

    assert rescoring.rescore_outdated(now=now) == 0
    assert rescoring.rescore_outdated(now=now + MINUTE) == 1


@pytest.mark.django_db(transaction=True)
def test_lead_that_somebody_holds_waits_for_the_next_run(ana: User, now: datetime) -> None:
    small_companies(3, now=now)
    publish_other_weights(now)
    job = partial(rescoring.rescore_outdated, now=now + MINUTE)

    with transaction.atomic():
        Score.objects.select_for_update().earliest("lead")
        beside = at_once(job)

    assert beside == [2]
    assert job() == 1


@pytest.mark.django_db(transaction=True)
def test_block_that_another_worker_has_claimed_is_left_to_it(ana: User, now: datetime) -> None:
    small_companies(1, now=now)
    publish_other_weights(now)
    job = partial(rescoring.rescore_outdated, now=now + MINUTE)

    with transaction.atomic(), connection.cursor() as cursor:
        block = Lead.objects.get().pk // many.BLOCK
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [rescoring.CLAIM, block])
        beside = at_once(job)

    assert beside == [0]
    assert job() == 1


@pytest.mark.django_db(transaction=True)
def test_signal_that_comes_between_reading_and_writing_is_not_lost(ana: User, now: datetime) -> None:
    small_companies(2, now=now)
    version = publish_other_weights(now)
    click = factories.signal("pricing_page", email="small-0@small.example")

    with transaction.atomic():
        state = scores.held_decay_state()
        scorer = many.Scorer(scorecards.load(version))
        extent = scorer.score(Score.objects.all(), epoch=state.epoch, now=now + MINUTE)
        arrived = at_once(partial(factories.receive, click, now=now + MINUTE))
        written = keeping.keep(extent, scorecard=version, epoch=state.epoch, now=now + MINUTE)

    assert not isinstance(arrived[0], Exception)
    assert len(written) == 1
    clicked, other = Score.objects.order_by("lead")
    assert clicked.engagement_sum == pytest.approx(other.engagement_sum * 25 / 15)
    assert list(verification.differences()) == []


def test_a_promised_tier_ends_with_its_promise_however_little_is_urgent(ana: User, now: datetime) -> None:
    model = scorecards.published_model()
    opened = replace(model.behaviours["email_open"], minimum_tier="T1")
    draft = scorecards.create_draft(Scorecard.objects.published(), by=None, now=now)
    changed = model.with_behaviours({**model.behaviours, "email_open": opened}.values())
    draft = scorecards.edit(draft, revision=draft.revision, to=changed, by=None, now=now)
    scorecards.publish(draft, by=None, now=now)
    factories.receive({"type": "email_open", "person": {"email": "eva@eva.example"}}, now=now)
    assert (Lead.objects.get().tier, Score.objects.get().urgency) == ("T1", 0)

    for day in (1, 32):
        rescoring.refresh_urgency(now=now + timedelta(days=day))

    assert Lead.objects.get().tier == ""
