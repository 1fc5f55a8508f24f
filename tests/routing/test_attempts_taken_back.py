"""An attempt logged by mistake is taken back within ten seconds: clock, cadence and history as if it had not been."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from leads.models import Lead, TimelineEvent, User
from routing import attempts, follow_ups, handoffs
from routing.attempts import Channel
from routing.handoffs import TooLateToUndo
from routing.models import Attempt, Clock, ClockKind, ClockStep, Enrolment, FollowUp, Handoff
from tests import factories
from tests.races import at_once

Outcome = Attempt.Outcome
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
State = FollowUp.State


def call(lead: Lead, *, by: User, now: datetime, outcome: Outcome = Outcome.NO_ANSWER) -> Attempt:
    return attempts.log(lead, channel=Channel.CALL, outcome=outcome, by=by, now=now)


def standing(lead: Lead) -> list[object]:
    """All that an attempt changes."""
    return [
        list(Clock.objects.filter(lead=lead).order_by("pk").values("kind", "due_at", "stopped_at")),
        list(
            ClockStep.objects.filter(clock__lead=lead).order_by("pk").values("due_at", "done_at", "outcome")
        ),
        list(
            FollowUp.objects.filter(lead=lead).order_by("pk").values("state", "done_at", "done_by", "reason")
        ),
        list(Enrolment.objects.filter(lead=lead).order_by("pk").values("state", "ended_at", "cause")),
        Handoff.objects.get(lead=lead).first_contact_at,
        Attempt.objects.filter(lead=lead).count(),
    ]


@pytest.fixture
def at_work(ana: User, now: datetime) -> Lead:
    """Accepted a moment ago, with the tasks of its cadence."""
    handoff = factories.waiting("ada", now=now)
    handoffs.accept(handoff, by=ana, now=now + SECOND)
    return handoff.lead


def test_the_clock_that_the_call_stopped_runs_on_with_its_steps(ana: User, now: datetime) -> None:
    lead = factories.waiting("ada", now=now).lead
    before = standing(lead)
    attempt = call(lead, by=ana, now=now + MINUTE)
    assert Clock.objects.get(lead=lead, kind=ClockKind.FIRST_RESPONSE).stopped_at == now + MINUTE

    attempts.take_back(lead, attempt.pk, by=ana, now=now + MINUTE + 9 * SECOND)

    assert standing(lead) == before
    told = list(
        TimelineEvent.objects.filter(lead=lead, kind="ATTEMPT").order_by("pk").values_list("text", flat=True)
    )
    assert told == ["Call: no answer", "Taken back by Ana: Call: no answer"]


@pytest.mark.parametrize("outcome", [Outcome.NO_ANSWER, Outcome.REACHED, Outcome.REPLIED, Outcome.BOOKED])
def test_what_it_ticked_off_or_ended_is_to_be_done_again(
    at_work: Lead, ana: User, outcome: Outcome, now: datetime
) -> None:
    before = standing(at_work)
    attempt = call(at_work, by=ana, outcome=outcome, now=now + MINUTE)
    assert standing(at_work) != before

    attempts.take_back(at_work, attempt.pk, by=ana, now=now + MINUTE + SECOND)

    assert standing(at_work) == before


def test_only_ones_own_attempt_of_just_now_is_taken_back(
    at_work: Lead, ana: User, bob: User, now: datetime
) -> None:
    attempt = call(at_work, by=ana, now=now + MINUTE)
    after = standing(at_work)

    with pytest.raises(TooLateToUndo):
        attempts.take_back(at_work, attempt.pk, by=bob, now=now + MINUTE + SECOND)
    with pytest.raises(TooLateToUndo):
        attempts.take_back(at_work, attempt.pk, by=ana, now=now + MINUTE + 11 * SECOND)

    assert standing(at_work) == after


def test_an_attempt_that_something_followed_stays(at_work: Lead, ana: User, now: datetime) -> None:
    first = call(at_work, by=ana, now=now + MINUTE)
    second = call(at_work, by=ana, now=now + MINUTE + SECOND)
    with pytest.raises(TooLateToUndo):
        attempts.take_back(at_work, first.pk, by=ana, now=now + MINUTE + 2 * SECOND)
    follow_ups.not_yet(at_work, 30, by=ana, now=now + MINUTE + 3 * SECOND)

    with pytest.raises(TooLateToUndo):
        attempts.take_back(at_work, second.pk, by=ana, now=now + MINUTE + 4 * SECOND)

    assert Attempt.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_taken_back_once(at_work: Lead, ana: User, now: datetime) -> None:
    attempt = call(at_work, by=ana, now=now + MINUTE)
    press = partial(attempts.take_back, at_work, attempt.pk, by=ana, now=now + MINUTE + SECOND)

    results = at_once(press, press)

    assert sorted(type(each).__name__ for each in results) == ["NoneType", "TooLateToUndo"]
    assert TimelineEvent.objects.filter(lead=at_work, text__startswith="Taken back").count() == 1
