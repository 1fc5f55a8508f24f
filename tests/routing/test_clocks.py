"""Clocks in one statement: what stops is called off and breached where it was late, what runs is not begun again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.models import User
from routing import cadences, clocks
from routing.clocks import Moment
from routing.domain.ladder import Action
from routing.models import Breach, Clock, ClockKind, ClockStep, Enrolment, FollowUp, Handoff
from tests import factories

MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)


@pytest.fixture
def handoff(ana: User, now: datetime) -> Handoff:
    """Ana's, whose review and first response run."""
    return factories.handoff(now=now)


def running(handoff: Handoff) -> dict[str, datetime]:
    return dict(Clock.objects.running().filter(handoff=handoff).values_list("kind", "due_at"))


def test_what_runs_is_not_begun_again(handoff: Handoff, now: datetime) -> None:
    before = running(handoff)

    due = clocks.reach(handoff, Moment.ASSIGNED, now=now + MINUTE)

    assert due == before == running(handoff)
    assert set(before) == {ClockKind.REVIEW, ClockKind.FIRST_RESPONSE}


def test_what_stops_in_time_calls_off_what_was_being_tried_and_leaves_the_others(
    handoff: Handoff, now: datetime
) -> None:
    first, review = (
        handoff.clocks.get(kind=ClockKind.FIRST_RESPONSE),
        handoff.clocks.get(kind=ClockKind.REVIEW),
    )
    for clock in (first, review):
        ClockStep.objects.create(clock=clock, action=Action.WARN, after=MINUTE, due_at=now, attempts=1)

    due = clocks.reach(handoff, Moment.CONTACTED, now=now + MINUTE)

    assert set(due) == {ClockKind.REVIEW}
    assert first.steps.get().outcome == ClockStep.Outcome.CALLED_OFF
    assert ClockStep.objects.pending().get().clock == review
    assert not Breach.objects.exists()


def test_steps_stand_in_the_row_of_their_clock_until_they_are_due(handoff: Handoff, now: datetime) -> None:
    first = handoff.clocks.get(kind=ClockKind.FIRST_RESPONSE)

    assert not ClockStep.objects.exists()
    assert [(action, at - now) for action, after, at in first.to_come if at - now == after] == [
        ("WARN", 2.5 * MINUTE),
        ("WARN", 4 * MINUTE),
        ("NOTIFY_MANAGER", 5 * MINUTE),
        ("REROUTE", 15 * MINUTE),
    ]
    assert first.next_step == (Action.NOTIFY_MANAGER, now + 5 * MINUTE)
    assert not handoff.clocks.get(kind=ClockKind.DELIVERY).to_come  # it stopped as it began


def test_what_stops_late_is_breached_once_by_whoever_held_it(handoff: Handoff, now: datetime) -> None:
    clocks.stop_all(handoff, now=now + WEEK)
    clocks.stop_all_of(handoff.lead, now=now + WEEK)

    breaches = Breach.objects.select_related("clock")
    assert {breach.clock.kind for breach in breaches} == {ClockKind.REVIEW, ClockKind.FIRST_RESPONSE}
    assert {breach.holder for breach in breaches} == {handoff.assignee}
    assert not running(handoff)


def test_stopping_and_starting_is_one_statement(handoff: Handoff, now: datetime) -> None:
    clocks.reach(handoff, Moment.CONTACTED, now=now)

    with CaptureQueriesContext(connection) as captured:
        clocks.reach(handoff, Moment.LEFT_TO_NOBODY, Moment.TAKEN_AWAY, now=now)

    assert sum("routing_clock" in query["sql"] for query in captured.captured_queries) == 1
    assert ClockKind.DELIVERY in running(handoff)


def test_a_cadence_that_begins_anew_ends_the_one_that_runs(handoff: Handoff, now: datetime) -> None:
    ana, lead = handoff.assignee, handoff.lead
    assert ana is not None
    lead.tier = "T1"
    cadences.begin(handoff, {}, by=ana, now=now)

    cadences.begin(handoff, {}, by=ana, now=now + MINUTE)

    first, second = Enrolment.objects.filter(lead=lead).order_by("pk")
    assert (first.state, first.cause, first.ended_at) == ("STOPPED", "CLOSED", now + MINUTE)
    assert second.state == "RUNNING"
    assert {task.enrolment_id for task in FollowUp.objects.open()} == {second.pk}
    told = list(lead.events.filter(text__startswith="Cadence").order_by("pk").values_list("text", flat=True))
    assert [text.partition(":")[0] for text in told] == ["Cadence begun", "Cadence stopped", "Cadence begun"]
