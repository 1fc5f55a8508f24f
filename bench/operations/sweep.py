"""The minute's sweep over the clocks: when nothing is due, and when much is."""

from __future__ import annotations

import statistics
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from bench.bench import Bench
from bench.dataset import read
from bench.dataset import run as send
from bench.meter import statements
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from leads.models import OutboxMessage, Role, TimelineEvent, User
from routing import escalations
from routing.domain.ladder import Action
from routing.models import Breach, Clock, ClockStep

KEEPS_DATA = True  # for the operations that follow
REPEATS = 40
BARE_CLAIM = """
    SELECT id FROM routing_clock WHERE stopped_at IS NULL AND breached_at IS NULL AND due_at <= %s
    ORDER BY due_at, id LIMIT 200 FOR UPDATE SKIP LOCKED
"""
# Each clock has just been missed, and one step of its ladder is due.
MISSED = """
    UPDATE routing_clock SET
        due_at = %(at)s, breached_at = NULL,
        step_actions = ARRAY[%(action)s]::varchar[],
        step_after = ARRAY[target],
        step_due = ARRAY[%(at)s]::timestamptz[]
    WHERE id = ANY(%(clocks)s)
"""


def run(bench: Bench) -> list[Result]:
    escalations.sweep(now=timezone.now())
    return [_none_due(bench), _many_due(bench)]


def _none_due(bench: Bench) -> Result:
    now = timezone.now()
    compared = compare(
        ours=lambda: _median(lambda: escalations.sweep(now=now)),
        ceiling=lambda: _median(lambda: _claim(now)),
        size=float,
        rounds=bench.scale.rounds,
    )
    return of_time("sweep of service levels, none due", compared, goal="≤ 5 ms; best ≤ 3 ms")


def _many_due(bench: Bench) -> Result:
    now = timezone.now()
    started = Clock.objects.running().filter(breached_at=None, started_at__lt=now - timedelta(minutes=5))
    clocks = list(started.order_by("id").values_list("pk", flat=True)[: bench.scale.due])
    manager = User.objects.filter(role=Role.MANAGER)[0].pk
    compared = compare(
        ours=lambda: _afresh(clocks, lambda: escalations.sweep(now=now), now=now),
        ceiling=lambda: _afresh(clocks, lambda: _escalate(manager, now), now=now),
        size=float,
        rounds=bench.scale.rounds,
    )
    _due(clocks, now)
    needed = statements(lambda: escalations.sweep(now=now))
    label = f"sweep of service levels, {len(clocks):,} due"
    return of_time(label, compared, goal="≤ 10 ×; best ≤ 2.2 ×", statements=needed)


def _median(act: object) -> float:
    return statistics.median(milliseconds(act) for _ in range(REPEATS))  # type: ignore[arg-type]


def _claim(now: datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE_CLAIM, [now])
        cursor.fetchall()


def _escalate(manager: int, now: datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(read("bare_escalation"), {"now": now, "manager": manager})


def _afresh(clocks: list[int], act: object, *, now: datetime) -> float:
    """How long `act` takes when these clocks are due; nothing of an earlier time is left."""
    _due(clocks, now)
    took = milliseconds(act)  # type: ignore[arg-type]
    marked = Breach.objects.filter(clock__in=clocks).count()
    if marked != len(clocks):
        raise ValueError(f"{marked} of {len(clocks)} breaches were written.")
    return took


def _due(clocks: list[int], now: datetime) -> None:
    """Each clock has just been missed, and a manager is to hear of it."""
    Breach.objects.filter(clock__in=clocks).delete()
    TimelineEvent.objects.filter(kind=TimelineEvent.Kind.CLOCK).delete()
    OutboxMessage.objects.filter(Q(key__startswith="breach:") | Q(key__startswith="step:")).delete()
    ClockStep.objects.filter(clock__in=clocks).delete()
    send(MISSED, {"clocks": clocks, "at": now - timedelta(minutes=1), "action": Action.NOTIFY_MANAGER.value})
    send("VACUUM ANALYZE routing_clock, routing_clockstep", {})
