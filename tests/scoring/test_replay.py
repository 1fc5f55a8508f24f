"""The replay of the published model is what happened; that of a draft, what asking its gate one by one gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from leads.models import Lead, User
from revops import coming_back
from routing import handoffs
from routing.handoffs import Rejection
from routing.models import Handoff, RejectionReason
from scoring import replay as replays
from scoring import scorecards
from scoring.domain.histories import How
from scoring.domain.model import Model
from scoring.replay import Outcome, Period
from tests import factories
from tests.replays import one_by_one, really_qualified, replayed

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ALL = Period(BEGIN - DAY, BEGIN + 400 * DAY)
KINDS = (
    *(
        ["webinar_attended", "pricing_page", "case_study", "page_view", "content_download", "trial_started"]
        * 4
    ),
    *(["jobs_page", "unsubscribe", "email_bounced", "newsletter_signup", "demo_request"]),
)
pytestmark = pytest.mark.django_db


def lived_through(seed: int, *, people: int = 8, signals: int = 110, by: User) -> None:
    """A year of signals, each through the pipeline, with rejections, undone ones, holds and their releases."""
    random = Random(seed)
    now = BEGIN
    for _ in range(signals):
        now += timedelta(hours=random.expovariate(1 / 60))
        coming_back.release_recycled(now=now)
        name = f"p{random.randrange(people)}"
        person = {**factories.signal()["person"], "email": f"{name}@{name}.example"}
        if name == "p1":
            person.pop("phone")
        late = random.choice([0, 0, 0, 0, 30]) * DAY
        factories.receive(
            factories.signal(random.choice(KINDS), person=person, occurred_at=(now - late).isoformat()),
            now=now,
        )
        _decide(random, by=by, now=now + timedelta(minutes=5))
        now += timedelta(minutes=30)


def _decide(random: Random, *, by: User, now: datetime) -> None:
    for handoff in Handoff.objects.open().order_by("pk"):
        chance = random.random()
        reason = RejectionReason.objects.get(code="wrong-timing" if chance < 0.5 else "unresponsive")
        if chance < 0.7:
            rejected = handoffs.reject(handoff, Rejection(reason), by=by, now=now)
            if chance < 0.1:
                handoffs.undo(rejected, by=by, now=now + timedelta(seconds=5))


def outcomes(draft: Model, *, period: Period = ALL) -> list[Outcome]:
    today = scorecards.published_model()
    return list(replays.replay(today, draft, period=period, progress=lambda *_: None))


def with_gate(engagement_at_least: float = 30) -> Model:
    return factories.with_gate(scorecards.published_model(), engagement_at_least=engagement_at_least)


@pytest.mark.parametrize("seed", range(2))
def test_replay_of_the_published_model_is_what_happened(seed: int, ana: User) -> None:
    lived_through(seed, by=ana)
    happened = really_qualified(ALL)

    found, _ = replayed(scorecards.published_model(), ALL)

    assert len(happened) >= 5
    assert found == happened
    assert one_by_one(scorecards.published_model(), ALL) == happened


@pytest.mark.parametrize("seed", range(2))
def test_replay_of_any_draft_is_what_asking_the_gate_one_by_one_gives(seed: int, ana: User) -> None:
    lived_through(seed + 10, by=ana)
    random = Random(seed)
    draft = replace(
        with_gate(engagement_at_least=random.choice([8, 20, 45])),
        decay_factor=random.choice([0.4, 0.9, 1.0]),
        inactivity_weeks=random.choice([2, 6, 26]),
    )

    _, found = replayed(scorecards.published_model(), ALL, draft=draft)

    assert found
    assert found == one_by_one(draft, ALL)


def test_a_lower_gate_gains_a_lead_and_says_why_today_does_not(ana: User) -> None:
    factories.receive(factories.signal("case_study"), now=BEGIN)
    factories.receive(factories.signal("webinar_attended"), now=BEGIN + DAY)

    (gained,) = outcomes(with_gate(engagement_at_least=20))

    assert gained.today.at is None
    assert gained.today.failed == ("Engagement is 25, under 30.",)
    assert gained.draft.scores is not None
    assert (gained.draft.scores.at, gained.draft.scores.how) == (BEGIN + DAY, How.SCORES)
    assert gained.draft.scores.engagement == pytest.approx(25)


def test_scores_at_the_moment_are_those_of_the_hand_off(ana: User) -> None:
    for day, kind in enumerate(("case_study", "pricing_page", "webinar_attended")):
        handed = factories.receive(factories.signal(kind), now=BEGIN + day * DAY)
    assert handed["gate"]["qualified"]
    handoff = Handoff.objects.get()

    (same,) = outcomes(scorecards.published_model())

    assert same.today == same.draft
    scores = same.today.scores
    assert scores is not None
    assert (scores.at, scores.tier) == (handoff.qualified_at, handoff.tier)
    assert (scores.fit, scores.engagement, scores.urgency) == pytest.approx(
        (handoff.fit, handoff.engagement, handoff.urgency)
    )


def test_a_lead_that_passed_before_the_period_does_not_pass_again_in_it(ana: User) -> None:
    factories.handoff(now=BEGIN)
    for day in range(1, 4):
        factories.receive(factories.signal("webinar_attended"), now=BEGIN + day * DAY)

    assert outcomes(with_gate(), period=Period(BEGIN + DAY, BEGIN + 30 * DAY)) == []


def test_a_bought_contact_passes_only_by_its_own_request(ana: User) -> None:
    factories.receive(factories.signal("page_view"), now=BEGIN)
    Lead.objects.update(acquired=Lead.Acquired.PURCHASED)
    for day in range(1, 4):
        factories.receive(factories.signal("webinar_attended"), now=BEGIN + day * DAY)
    factories.receive(factories.signal("demo_request"), now=BEGIN + 5 * DAY)

    (only,) = outcomes(scorecards.published_model())

    assert only.today.at == only.passage.qualified_at == BEGIN + 5 * DAY


def test_progress_ends_with_every_lead_done(ana: User) -> None:
    factories.handoff(now=BEGIN)
    told: list[tuple[int, int]] = []
    model = scorecards.published_model()

    list(replays.replay(model, model, period=ALL, progress=lambda done, total: told.append((done, total))))

    assert told[0] == (0, 1)
    assert told[-1] == (1, 1)


def test_no_leads_at_all_are_no_trouble(ana: User) -> None:
    assert outcomes(scorecards.published_model()) == []
