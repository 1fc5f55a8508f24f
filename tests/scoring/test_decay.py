"""Weekly decay: the same scores and each crossing once, however often or late the job runs (SC-3, SC-4, SC-5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads.models import Lead, TimelineEvent, User
from scoring import decay, scorecards, scores
from scoring.domain import engagement
from scoring.domain.engagement import Stored
from scoring.models import DecayState, Score, Scorecard
from tests import factories

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)  # a Monday
WEEK = timedelta(weeks=1)
TYPES = [
    "webinar_attended",
    "pricing_page",
    "case_study",
    "page_view",
    "jobs_page",
    "trial_started",
    "email_open",
]

touches = st.lists(
    st.tuples(st.integers(0, 7 * 34), st.integers(0, 23), st.sampled_from(TYPES)), min_size=1, max_size=14
)
runs = st.lists(st.integers(0, 7 * 40), max_size=12)


@pytest.fixture
def begun(model: Scorecard) -> None:
    """The decay has been told up to the week in which the histories begin."""
    DecayState.objects.filter(pk=1).update(week=scores.current_week(BEGIN), epoch=scores.current_week(BEGIN))


def history(plan: list[tuple[int, int, str]], run_days: list[int]) -> tuple[list[tuple[int, str]], Score]:
    """Tell `plan` in order with the job run on `run_days`; the crossings and the score, and nothing stays."""
    with transaction.atomic():
        moments = [(BEGIN + timedelta(days=day, hours=hour), kind) for day, hour, kind in plan]
        moments += [(BEGIN + timedelta(days=day, minutes=1), "") for day in run_days]
        for at, kind in sorted(moments):
            if kind:
                factories.receive(factories.signal(kind), now=at)
            else:
                decay.advance(now=at)
        decay.advance(now=BEGIN + 41 * WEEK)
        decay.advance(now=BEGIN + 41 * WEEK)
        events = TimelineEvent.objects.filter(kind=TimelineEvent.Kind.SCORE).order_by("at", "id")
        crossings = [(event.data["week"], event.text) for event in events]
        score = Score.objects.get()
        assert recomputed() == pytest.approx(score.engagement_sum)
        transaction.set_rollback(True)
    return crossings, score


def recomputed() -> float:
    lead, model = Lead.objects.get(), scorecards.published_model()
    evidence = scores.evidence_of(lead, now=BEGIN + 60 * WEEK)
    rule = model.decay(scores.decay_state().epoch)
    return engagement.store(evidence.touches, model.behaviours, rule).sum


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=touches, run_days=runs)
def test_late_double_and_missing_runs_tell_the_same_crossings_as_a_run_each_monday(
    begun: None, plan: list[tuple[int, int, str]], run_days: list[int]
) -> None:
    each_monday = list(range(7, 7 * 40, 7))

    punctual, kept = history(plan, each_monday)
    erratic, kept_erratically = history(plan, run_days)

    assert erratic == punctual
    assert kept_erratically.engagement_sum == pytest.approx(kept.engagement_sum)
    assert len({week for week, _ in punctual}) == len(punctual)


def test_engagement_falls_by_a_quarter_each_monday(begun: None, ana: User) -> None:
    factories.receive(factories.signal("webinar_attended"), now=BEGIN)
    score, state = Score.objects.get(), scores.decay_state()

    figures = [scores.engagement_of(score, state=state, now=BEGIN + weeks * WEEK) for weeks in range(4)]

    assert figures == pytest.approx([15, 11.25, 8.4375, 6.328125])


def test_crossing_is_told_with_its_true_week_and_figures(begun: None, ana: User) -> None:
    for minute in range(2):
        factories.receive(factories.signal("webinar_attended"), now=BEGIN + timedelta(minutes=minute))

    run = decay.advance(now=BEGIN + 3 * WEEK)
    again = decay.advance(now=BEGIN + 3 * WEEK)

    event = TimelineEvent.objects.get(kind=TimelineEvent.Kind.SCORE)
    assert (run.weeks, len(run.crossings)) == (3, 1)
    assert (again.weeks, again.crossings) == (0, [])
    assert event.text == "Engagement fell under 30: from 30.0 to 22.5 by weekly decay"
    assert event.at == datetime(2026, 1, 11, 23, 0, tzinfo=UTC)


def test_half_a_year_of_silence_restarts_from_nothing(begun: None, ana: User) -> None:
    for minute in range(3):
        factories.receive(factories.signal("trial_started"), now=BEGIN + timedelta(minutes=minute))

    answer = factories.receive(factories.signal("page_view"), now=BEGIN + 26 * WEEK)

    assert answer["scores"]["engagement"] == {"before": 0, "after": 1}


def test_epoch_moves_after_two_hundred_weeks_and_changes_no_score(begun: None, ana: User) -> None:
    factories.receive(factories.signal("webinar_attended"), now=BEGIN + 199 * WEEK)
    later = BEGIN + 201 * WEEK
    before = scores.engagement_of(Score.objects.get(), state=scores.decay_state(), now=later)

    decay.advance(now=later)

    state = scores.decay_state()
    assert state.epoch == scores.current_week(later)
    assert scores.engagement_of(Score.objects.get(), state=state, now=later) == pytest.approx(before)
    assert recomputed_at(later) == pytest.approx(Score.objects.get().engagement_sum)


def recomputed_at(now: datetime) -> float:
    model = scorecards.published_model()
    touches = scores.evidence_of(Lead.objects.get(), now=now).touches
    stored: Stored = engagement.store(touches, model.behaviours, model.decay(scores.decay_state().epoch))
    return stored.sum
