"""P1: a worker killed at any moment loses nothing and does nothing twice."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone

from leads import outbox
from leads.domain.stages import Stage
from leads.models import FailedSignal, Lead, Notification, OutboxMessage, Signal, TimelineEvent, User
from leads.outbox import Message
from routing.models import Breach, Clock, Handoff
from tests import factories
from tests.figures import say
from tests.kept_signals import keep, time_passes
from tests.processes import Processes, kill, until

SWEEP, RELAY, RETRY = (
    "routing.tasks.sweep_service_levels",
    "revops.tasks.relay_outbox",
    "revops.tasks.retry_failed_signals",
)


@dataclass(frozen=True)
class Work:
    """How much waits, and how often the worker is killed while it does it."""

    handoffs: int
    signals: int
    messages: int
    kills: int


def lay_out(work: Work, *, reader: User) -> None:
    """Clocks that are due, kept signals whose time has come, and messages in the outbox."""
    three_days_ago = timezone.now() - timedelta(days=3)
    monday = three_days_ago - timedelta(days=three_days_ago.weekday())
    for number in range(work.handoffs):
        factories.handoff(now=monday, email=f"late-{number}@acme.example")
    for number in range(work.signals):
        keep(factories.signal(email=f"kept-{number}@acme.example", signal_id=f"kept-{number}"), at=monday)
    for number in range(work.messages):
        outbox.tell([reader], Message(key=f"news:{number}", title=f"News {number}"), now=monday)


def is_done() -> bool:
    """Whether nothing waits any more."""
    return not (
        Clock.objects.due_by(timezone.now()).exists()
        or FailedSignal.objects.filter(dead_at__isnull=True).exists()
        or OutboxMessage.objects.filter(sent_at__isnull=True).exists()
    )


def kill_at_random(processes: Processes, *, kills: int, seed: int) -> None:
    """Kill the child and the whole worker in turn while the jobs are due all the time."""
    chance = random.Random(seed)
    worker = processes.start_worker()
    for number in range(kills):
        processes.tick(SWEEP, RELAY, RETRY)
        time.sleep(chance.uniform(0.05, 0.6))
        whole = number % 2 == 1
        kill(worker, whole=whole)
        if whole:
            worker = processes.start_worker()


def catch_up(processes: Processes, *, within: float) -> float:
    """Let the jobs be due until nothing waits; how many seconds that took."""

    def nothing_waits() -> bool:
        processes.tick(SWEEP, RELAY, RETRY)
        return is_done()

    return until(nothing_waits, what="nothing waits any more", within=within, every=0.5)


def assert_nothing_lost_and_nothing_doubled(processes: Processes, work: Work, *, reader: User) -> None:
    assert list(FailedSignal.objects.values_list("signal_id", "attempts", "error")) == []
    names = [f"kept-{number}" for number in range(work.signals)]
    assert sorted(Signal.objects.filter(signal_id__in=names).values_list("signal_id", flat=True)) == sorted(
        names
    )
    assert Lead.objects.filter(stage=Stage.MQL).count() == work.handoffs + work.signals
    assert Handoff.objects.count() == work.handoffs + work.signals
    late = Clock.objects.filter(breached_at__isnull=False)
    assert late.count() >= 2 * work.handoffs
    assert Breach.objects.count() == late.count()
    told = TimelineEvent.objects.filter(kind=TimelineEvent.Kind.CLOCK)
    assert told.filter(text__contains="was missed").count() == late.count()
    assert told.values("lead", "at", "text").distinct().count() == told.count()
    in_app = OutboxMessage.objects.filter(channel=OutboxMessage.Channel.IN_APP)
    assert Notification.objects.count() == in_app.count()
    assert Notification.objects.filter(user=reader, title__startswith="News ").count() == work.messages
    mails = OutboxMessage.objects.filter(channel=OutboxMessage.Channel.EMAIL)
    assert set(processes.sent_mails()) == {f"outbox-{mail.pk}" for mail in mails}


def repeated_mails(processes: Processes) -> int:
    """Mails that left again because the worker was killed before it could write down that they had left."""
    return processes.sent_mails().total() - len(processes.sent_mails())


def test_killed_worker_loses_nothing_and_doubles_nothing(processes: Processes, ana: User, mia: User) -> None:
    work = Work(handoffs=15, signals=10, messages=40, kills=4)
    lay_out(work, reader=mia)

    kill_at_random(processes, kills=work.kills, seed=1)
    time_passes()
    catch_up(processes, within=60)

    assert_nothing_lost_and_nothing_doubled(processes, work, reader=mia)
    assert repeated_mails(processes) <= work.kills


@pytest.mark.faults
def test_worker_killed_fifty_times_among_a_thousand_signals(
    processes: Processes, ana: User, mia: User
) -> None:
    work = Work(handoffs=200, signals=1000, messages=1000, kills=50)
    lay_out(work, reader=mia)

    kill_at_random(processes, kills=work.kills, seed=2)
    took = catch_up(processes, within=300)

    assert_nothing_lost_and_nothing_doubled(processes, work, reader=mia)
    say(
        "P1, worker or its child killed 50 times among 1,000 signals, 200 late hand-offs, 1,000 messages",
        measured=f"lost 0, doubled 0, mails repeated with the same id {repeated_mails(processes)}, "
        f"all caught up {took:.0f} s after the last kill",
        target="lost 0, doubled 0",
    )
