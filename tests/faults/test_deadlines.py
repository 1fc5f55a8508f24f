"""P9, P10, P22: deadlines are kept once and in time, whatever beats, stops or misreads its clock."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from django.db.models import Count, F
from django.utils import timezone

from leads.database_time import database_now
from leads.models import Lead, Notification, OutboxMessage, StageVisit, User
from leads.outbox import Message, tell
from revops.celery import SCHEDULE, app
from routing.domain.ladder import Action
from routing.models import Breach, Clock, ClockKind, ClockStep, Handoff, Reassignment
from tests.arrivals import handed_over
from tests.figures import say
from tests.processes import Processes, until

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SWEEP = "routing.tasks.sweep_service_levels"


def fall_due(handoffs: Sequence[Handoff], moments: Sequence[datetime], *actions: Action) -> None:
    """The first response of each was promised for its moment, when these actions are due; all else is a day off."""
    promised = dict(zip((handoff.pk for handoff in handoffs), moments, strict=True))
    later = max(moments) + DAY
    for clock in (rows := list(Clock.objects.filter(handoff__in=handoffs))):
        clock.due_at, due_now = later, list[Action]()
        if clock.kind == ClockKind.FIRST_RESPONSE:
            clock.due_at, due_now = promised[clock.handoff_id], list(actions)
            clock.started_at = clock.due_at - 5 * MINUTE
        put_off(clock, due_now, later)
    changed = ["due_at", "started_at", "step_actions", "step_after", "step_due"]
    Clock.objects.bulk_update(rows, changed, batch_size=500)


def put_off(clock: Clock, due_now: Sequence[Action], later: datetime) -> None:
    """Of its steps to come those that do this are due with the clock, and all others later."""
    coming = [(clock.due_at if step[0] in due_now else later, step) for step in clock.to_come]
    coming.sort(key=lambda one: one[0])
    clock.step_actions = [action for _, (action, _, _) in coming]
    clock.step_after = [after for _, (_, after, _) in coming]
    clock.step_due = [at for at, _ in coming]


def done(action: Action) -> int:
    return ClockStep.objects.filter(action=action, outcome=ClockStep.Outcome.DONE).count()


def doubled() -> int:
    """Breaches, reports to managers and re-routings beyond the first of their clock."""
    breaches = Breach.objects.values("clock").annotate(times=Count("id")).filter(times__gt=1).count()
    moves = Reassignment.objects.values("handoff").annotate(times=Count("id")).filter(times__gt=1).count()
    told = OutboxMessage.objects.filter(title__contains="overdue", channel="IN_APP")
    return breaches + moves + told.count() - told.values("recipient", "path", "title").distinct().count()


def early() -> int:
    """What happened before its time, by the database's clock."""
    return (
        Breach.objects.filter(noticed_at__lt=F("due_at")).count()
        + ClockStep.objects.filter(done_at__lt=F("due_at")).exclude(outcome="CALLED_OFF").count()
        + ClockStep.objects.filter(due_at__gt=database_now(), done_at__isnull=False)
        .exclude(outcome="CALLED_OFF")
        .count()
    )


def negative() -> int:
    """Spans that end before they begin."""
    return (
        Clock.objects.filter(stopped_at__lt=F("started_at")).count()
        + StageVisit.objects.filter(left_at__lt=F("entered_at")).count()
        + Handoff.objects.filter(decided_at__lt=F("qualified_at")).count()
    )


@pytest.mark.faults
def test_three_beats_escalate_five_hundred_once(
    *, processes: Processes, ana: User, bob: User, mia: User
) -> None:
    late = handed_over(500, now=timezone.now() - HOUR)
    fall_due(late, [timezone.now() - MINUTE] * 500, Action.NOTIFY_MANAGER, Action.REROUTE)
    for _ in range(2):
        processes.start_worker()

    for _ in range(3):
        processes.start_beat()
    took = until(lambda: done(Action.REROUTE) == 500, what="all are escalated", within=500, every=1)
    time.sleep(5)  # for what comes a second time

    came = (Reassignment.objects.count(), done(Action.NOTIFY_MANAGER), doubled())
    say(
        "P9, 3 beats, 2 workers, 500 due escalations",
        measured=f"re-routed {came[0]}, managers told {came[1]}, doubled {came[2]}, in {took:.0f} s",
        target="500, 500, 0",
        is_kept=came == (500, 500, 0),
    )
    assert came == (500, 500, 0)


@pytest.mark.faults
def test_a_thousand_deadlines_of_an_outage_of_two_hours(processes: Processes, ana: User, mia: User) -> None:
    chance, now = random.Random(10), timezone.now()
    passed, ahead = handed_over(1000, now=now - 3 * HOUR), handed_over(100, now=now, name="ahead")
    fall_due(ahead, [now + HOUR] * 100, Action.NOTIFY_MANAGER)
    fall_due(passed, [now - chance.random() * 2 * HOUR for _ in passed], Action.NOTIFY_MANAGER)
    processes.start_worker()

    processes.start_beat()
    took = until(lambda: Breach.objects.count() >= 990, what="99 of 100 are noticed", within=300, every=0.5)
    took += until(
        lambda: done(Action.NOTIFY_MANAGER) >= 990, what="99 of 100 are told", within=300, every=0.5
    )
    until(lambda: done(Action.NOTIFY_MANAGER) == 1000, what="all are told", within=60)

    due = list(Breach.objects.order_by("id").values_list("due_at", flat=True))
    came = (early(), doubled(), sum(one > other for one, other in pairwise(due)))
    say(
        "P10, everything stopped for 2 h across 1,000 deadlines",
        measured=f"early {came[0]}, doubled {came[1]}, out of order {came[2]}, p99 {took:.0f} s after start",
        target="0, 0, 0, 60 s",
        is_kept=came == (0, 0, 0) and took <= 60,
    )
    assert came == (0, 0, 0)


def future_work(now: datetime, reader: User) -> list[Handoff]:
    """Deadlines, a hold and a message that are due in half an hour."""
    ahead = handed_over(20, now=now, name="ahead")
    fall_due(ahead, [now + 30 * MINUTE] * 20, Action.NOTIFY_MANAGER)
    held = Lead.objects.create(
        email="held@acme.example",
        email_key="held@acme.example",
        stage="RECYCLED",
        created_at=now,
        held_until=now + 30 * MINUTE,
    )
    held.visits.create(stage="RECYCLED", number=1, entered_at=now, cause="rejected", job="test")
    tell([reader], Message("later", "Later", "In half an hour.", "/"), now=now + 30 * MINUTE)
    return ahead


def was_early(reader: User) -> int:
    released = Lead.objects.filter(email="held@acme.example").exclude(stage="RECYCLED").count()
    return early() + released + Notification.objects.filter(user=reader, title="Later").count()


@pytest.mark.django_db(transaction=True)
def test_jobs_on_a_machine_a_day_ahead_do_nothing_before_its_time(
    ana: User, mia: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    future_work(now, mia)
    monkeypatch.setattr(timezone, "now", lambda: now + DAY)
    app.loader.import_default_modules()

    for task, _, _ in SCHEDULE.values():
        app.tasks[task]()

    assert was_early(mia) == 0
    assert not Breach.objects.exists()


@pytest.mark.faults
def test_workers_an_hour_behind_and_a_day_ahead(processes: Processes, ana: User, mia: User) -> None:
    now = timezone.now()
    future_work(now, mia)
    fall_due(handed_over(200, now=now - HOUR), [now - MINUTE] * 200, Action.NOTIFY_MANAGER)
    for off_by in (-HOUR, DAY):
        processes.start_worker(off_by=off_by)
    jobs = [task for task, _, _ in SCHEDULE.values()]

    def beat() -> bool:
        processes.tick(*jobs)
        return done(Action.NOTIFY_MANAGER) == 200

    until(beat, what="all that is due is told", within=200, every=2)
    for _ in range(5):
        processes.tick(*jobs)
        time.sleep(2)

    figures = (was_early(mia), doubled(), negative())
    say(
        "P22, one worker's clock 1 h behind, the other's 1 day ahead, 200 due and 20 to come",
        measured=f"early {figures[0]}, doubled {figures[1]}, negative {figures[2]}",
        target="0, 0, 0",
        is_kept=figures == (0, 0, 0),
    )
    assert figures == (0, 0, 0)
