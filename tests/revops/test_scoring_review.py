"""Once a quarter revenue operations is reminded of what changed since the model was last touched (SC-18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.core.management import call_command
from django.urls import reverse
from time_machine import Traveller

from leads.actors import Job
from leads.models import BackgroundRun, OutboxMessage, User
from revops import scoring_review
from routing import handoffs
from routing.handoffs import Rejection
from routing.models import Handoff, RejectionReason
from scoring import scorecards
from scoring.models import Scorecard
from tests import factories
from tests.conftest import SignIn

EDITOR = Job("a test")


def decide(by: User, *, accepted: int, rejected: int, now: datetime, name: str) -> None:
    reason = RejectionReason.objects.get(code="bad-fit")
    for number in range(accepted + rejected):
        handoff = factories.waiting(f"{name}{number}", now=now)
        if number < accepted:
            handoffs.accept(handoff, by=by, now=now)
        else:
            handoffs.reject(handoff, Rejection(reason), by=by, now=now)


def published(model: Scorecard, at: datetime) -> None:
    """The same model as the version that was published at that time."""
    draft = scorecards.create_draft(model, by=EDITOR, now=at)
    scorecards.publish(draft, by=EDITOR, now=at)


def calibrated(auc: float | None, *, at: datetime, target: str = "won") -> None:
    BackgroundRun.objects.create(
        kind="calibration",
        status="DONE",
        asked_at=at,
        finished_at=at,
        result={"auc": auc, "target": target},
    )


def reminders(user: User) -> list[OutboxMessage]:
    return list(
        OutboxMessage.objects.filter(recipient=user, key__startswith="scoring-review", channel="IN_APP")
    )


def test_ops_is_reminded_once_a_quarter_however_often_the_job_runs(
    olga: User, ana: User, model: Scorecard, now: datetime
) -> None:
    published(model, now - timedelta(days=200))

    assert scoring_review.remind(now=now)
    assert scoring_review.remind(now=now + timedelta(days=1))
    assert len(reminders(olga)) == 1
    assert reminders(ana) == []

    assert scoring_review.remind(now=now + timedelta(days=60))
    assert len(reminders(olga)) == 2


def test_a_model_younger_than_the_quarter_needs_no_review(
    olga: User, model: Scorecard, now: datetime
) -> None:
    published(model, now - timedelta(days=20))

    assert not scoring_review.remind(now=now)
    assert reminders(olga) == []


def test_the_reminder_says_what_changed(olga: User, ana: User, model: Scorecard, now: datetime) -> None:
    published(model, since := now - timedelta(days=60))
    decide(ana, accepted=8, rejected=4, now=since - timedelta(days=30), name="old")
    decide(ana, accepted=5, rejected=15, now=since + timedelta(days=30), name="new")
    calibrated(0.7, at=since - timedelta(days=10))

    scoring_review.remind(now=now)

    told = reminders(olga)[0]
    assert told.title == "Time to review the scoring model"
    assert told.text == (
        "Since version 2 was published on 18 September 2026: 25%, 5 of 20 of hand-offs were accepted, "
        "before it 67%, 8 of 12. AUC at the latest calibration: 0.70."
    )


def test_the_reminder_names_the_day_on_which_the_organisation_published(
    olga: User, model: Scorecard, now: datetime
) -> None:
    published(model, (now - timedelta(days=60)).replace(hour=23))

    scoring_review.remind(now=now)

    assert "published on 19 September 2026:" in reminders(olga)[0].text


def test_the_page_lays_both_periods_side_by_side(
    *, olga: User, ana: User, as_user: SignIn, model: Scorecard, clock: Traveller, now: datetime
) -> None:
    published(model, since := now - timedelta(days=60))
    decide(ana, accepted=8, rejected=4, now=since - timedelta(days=30), name="old")
    decide(ana, accepted=5, rejected=15, now=since + timedelta(days=30), name="new")
    calibrated(0.68, at=since - timedelta(days=90))
    calibrated(0.55, at=since - timedelta(days=80), target="accepted")
    calibrated(None, at=since - timedelta(days=20))
    calibrated(0.71, at=since - timedelta(days=10))

    response: Any = as_user(olga).get(reverse("scoring-review"))

    assert (response.context["acceptance_before"], response.context["acceptance_after"]) == (
        "67%, 8 of 12",
        "25%, 5 of 20",
    )
    assert response.context["lines"] == [{"reason": "Bad fit", "before": "4 of 4", "since": "100%, 15 of 15"}]
    assert [auc.value for auc in response.context["review"].auc] == [0.71, 0.68]


def test_what_lapsed_is_no_decision(
    *, olga: User, ana: User, as_user: SignIn, model: Scorecard, clock: Traveller, now: datetime
) -> None:
    published(model, since := now - timedelta(days=60))
    decide(ana, accepted=8, rejected=4, now=since + timedelta(days=30), name="new")
    lapsed = factories.waiting("late", now=since + timedelta(days=30))
    Handoff.objects.filter(pk=lapsed.pk).update(status="LAPSED", decided_at=since + timedelta(days=33))

    response: Any = as_user(olga).get(reverse("scoring-review"))

    assert response.context["acceptance_after"] == "67%, 8 of 12"
    assert [line["reason"] for line in response.context["lines"]] == ["Bad fit"]


def test_a_calibration_after_the_publish_begins_the_period(
    olga: User, model: Scorecard, now: datetime
) -> None:
    published(model, now - timedelta(days=200))
    calibrated(None, at=now - timedelta(days=40))

    found = scoring_review.review(now=now)

    assert found is not None
    assert (found.since, found.cause) == (now - timedelta(days=40), "the calibration")
    assert found.begins == now - timedelta(days=80)
    assert found.auc == []


def test_too_few_decisions_are_said_to_be_too_few(
    *, olga: User, as_user: SignIn, model: Scorecard, clock: Traveller
) -> None:
    response = as_user(olga).get(reverse("scoring-review"))

    assert "too few to tell (0 of 0)" in response.content.decode()
    assert "there is no AUC" in response.content.decode()


def test_nothing_was_ever_published(db: None, now: datetime) -> None:
    Scorecard.objects.all().delete()

    assert scoring_review.review(now=now) is None
    assert not scoring_review.remind(now=now)


def test_by_hand(olga: User, model: Scorecard, now: datetime) -> None:
    published(model, now - timedelta(days=200))
    said = StringIO()

    call_command("remind_scoring_review", now=now.isoformat(), stdout=said)

    assert said.getvalue() == "reminded\n"


def test_a_second_look_is_no_decision_of_its_own(
    *, olga: User, ana: User, mia: User, as_user: SignIn, model: Scorecard, clock: Traveller, now: datetime
) -> None:
    published(model, since := now - timedelta(days=60))
    decide(ana, accepted=8, rejected=4, now=since + timedelta(days=30), name="new")
    for look in Handoff.objects.open().filter(second_look_of__isnull=False):
        handoffs.accept(look, by=mia, now=since + timedelta(days=31))
    assert Handoff.objects.filter(second_look_of__isnull=False, status="ACCEPTED").count() == 4

    response: Any = as_user(olga).get(reverse("scoring-review"))

    assert response.context["acceptance_after"] == "67%, 8 of 12"
