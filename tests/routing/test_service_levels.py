"""Clocks start with the hand-off, run by the holder's calendar, and their breaches are marked once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from leads.models import Role, Team, TimelineEvent, User
from routing import escalations, handoffs, managers
from routing.escalations import Swept
from routing.models import Breach, Clock, ClockKind, Handoff, Rep, ServiceLevel
from tests import factories
from tests.races import at_once

FRIDAY_EVENING = datetime(2026, 11, 20, 16, 58, tzinfo=UTC)  # 17:58 in Berlin


def due(kind: ClockKind = ClockKind.FIRST_RESPONSE) -> datetime:
    return Clock.objects.get(kind=kind).due_at


# Starting


def test_strictest_promise_counts_and_the_clock_says_which(ana: User, now: datetime) -> None:
    handoff = factories.handoff(now=now, answers={"critical_event": "confirmed"})

    clock = Clock.objects.get(kind=ClockKind.FIRST_RESPONSE)
    assert handoff.tier == "T1"
    assert clock.target == timedelta(minutes=5)
    assert clock.service_level.tier == "T1"
    assert (clock.holder, clock.team, clock.started_at) == (ana, ana.team, now)
    assert due(ClockKind.REVIEW) == now + timedelta(hours=2)


def test_friday_evening_runs_on_monday_morning(ana: User) -> None:
    factories.handoff(now=FRIDAY_EVENING, answers={"critical_event": "confirmed"})

    assert due() == datetime(2026, 11, 23, 8, 3, tzinfo=UTC)


def test_reps_own_zone_wins_over_the_teams(dach: Team) -> None:
    factories.rep("nora", team=dach, time_zone="America/New_York")

    factories.handoff(now=FRIDAY_EVENING, answers={"critical_event": "confirmed"})

    assert due() == FRIDAY_EVENING + timedelta(minutes=5)


def test_wall_time_runs_through_the_night(ana: User) -> None:
    ServiceLevel.objects.update(runs_in=ServiceLevel.Runs.WALL)

    factories.handoff(now=FRIDAY_EVENING, answers={"critical_event": "confirmed"})

    assert due() == FRIDAY_EVENING + timedelta(minutes=5)


def test_promise_that_was_switched_off_starts_no_clock(ana: User, now: datetime) -> None:
    ServiceLevel.objects.filter(clock=ClockKind.REVIEW).update(is_active=False)

    factories.handoff(now=now)

    assert Clock.objects.running().get().kind == ClockKind.FIRST_RESPONSE


def test_promise_changed_today_does_not_move_a_clock_that_runs(ana: User, now: datetime) -> None:
    factories.handoff(now=now)
    before = due()

    ServiceLevel.objects.update(target=timedelta(minutes=1))

    assert escalations.sweep(now=before - timedelta(seconds=1)).breached == 0


# Sweeping


def test_deadline_can_be_met_to_its_last_moment(ana: User, now: datetime) -> None:
    factories.handoff(now=now)

    assert escalations.sweep(now=due()).breached == 0
    assert escalations.sweep(now=due() + timedelta(seconds=1)).breached == 1


def test_sweep_that_was_down_marks_all_with_their_true_times_in_order(ana: User, now: datetime) -> None:
    for number in range(3):
        factories.handoff(now=now + timedelta(minutes=number), email=f"late-{number}@acme.example")

    escalations.sweep(now=now + timedelta(days=3))

    told = TimelineEvent.objects.filter(text__contains="was missed").order_by("id")
    assert [event.at for event in told] == sorted(Breach.objects.values_list("due_at", flat=True))
    assert Breach.objects.count() == 6
    assert set(Breach.objects.values_list("noticed_at", flat=True)) == {now + timedelta(days=3)}


def test_stopped_clock_is_never_breached(ana: User, now: datetime) -> None:
    handoffs.accept(factories.handoff(now=now), by=ana, now=now)

    escalations.sweep(now=now + timedelta(days=9))

    assert not Breach.objects.filter(clock__kind=ClockKind.REVIEW).exists()


def test_marked_clock_runs_on_until_somebody_answers(ana: User, now: datetime) -> None:
    factories.handoff(now=now)

    escalations.sweep(now=now + timedelta(days=3))

    running = set(Clock.objects.running().values_list("kind", flat=True))
    assert ClockKind.REVIEW in running


@pytest.mark.django_db(transaction=True)
def test_sweeps_at_once_mark_each_breach_once_and_leave_none(ana: User, mia: User, now: datetime) -> None:
    for number in range(15):
        factories.handoff(now=now, email=f"late-{number}@acme.example")
    later = now + timedelta(days=3)

    sweeps = at_once(*[partial(escalations.sweep, now=later)] * 3)

    assert [swept for swept in sweeps if isinstance(swept, Exception)] == []
    assert sum(swept.breached for swept in sweeps if isinstance(swept, Swept)) == 30
    assert not Clock.objects.due_by(later).exists()
    assert Breach.objects.count() == 30
    assert TimelineEvent.objects.filter(text__contains="was missed").count() == 30


# Whom to tell


def test_nearest_manager_above_is_told_and_ops_where_there_is_none(dach: Team, olga: User) -> None:
    europe = Team.objects.create(name="Europe")
    dach.parent = europe
    dach.save()
    assert managers.managers_of(dach) == [olga]
    assert managers.managers_of(None) == [olga]

    above = factories.person("elena", role=Role.MANAGER, team=europe)
    assert managers.managers_of(dach) == [above]

    own = factories.person("mia", role=Role.MANAGER, team=dach)
    assert managers.managers_of(dach) == [own]

    User.objects.filter(pk=own.pk).update(is_active=False)
    assert managers.managers_of(dach) == [above]


def test_lead_nobody_holds_is_told_as_unassigned(ana: User, mia: User, now: datetime) -> None:
    Rep.objects.update(is_active=False)
    factories.handoff(now=now)

    escalations.sweep(now=now + timedelta(days=3))

    assert Handoff.objects.get().assignee is None
    told = TimelineEvent.objects.filter(text__contains="was missed")
    assert told.exists()
    assert all(event.text.endswith("was missed, unassigned") for event in told)
    assert set(Breach.objects.values_list("holder", flat=True)) == {None}
