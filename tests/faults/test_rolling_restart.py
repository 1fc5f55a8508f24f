"""P12: the site and its worker are restarted under load, one after the other; nobody is refused, nothing is lost."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection, HTTPException
from itertools import count
from threading import Event, Lock

import pytest
import redis
from django.utils import timezone

from leads import api_keys
from leads.models import FailedSignal, Lead, OutboxMessage, Signal, User
from routing.models import Handoff
from tests import factories
from tests.figures import say
from tests.processes import Processes, until

SENDERS = 3
REST = 0.05
"""Seconds between two signals of a sender: restarts are what is tried, not how much piles up for one rep."""


class Load:
    """Senders that post one signal after the other, each once, until they are told to stop."""

    def __init__(self, port: int, key: str) -> None:
        self.port, self.key = port, key
        self.answers: Counter[str] = Counter()
        self.taken: list[str] = []
        self.enough = Event()
        self._numbers, self._lock = count(), Lock()

    def send_until_enough(self) -> None:
        while not self.enough.is_set():
            name = f"rolling-{next(self._numbers)}"
            answer = self._send(name)
            with self._lock:
                self.answers[answer] += 1
                if answer == "201":
                    self.taken.append(name)
            self.enough.wait(REST)

    def has_answered(self, more_than: int) -> bool:
        """Whether so many were answered and one more."""
        return self.answers.total() > more_than

    def _send(self, name: str) -> str:
        """The status, or the name of the error; nothing is tried again."""
        payload = factories.signal(
            email=f"{name}@acme.example", signal_id=name, occurred_at=timezone.now().isoformat()
        )
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
            connection.request("POST", "/api/v1/signals", json.dumps(payload), headers)
            return str(connection.getresponse().status)
        except (OSError, HTTPException) as error:
            return type(error).__name__
        finally:
            connection.close()


def restart(processes: Processes, load: Load, *, times: int) -> None:
    """Reload the site and replace the worker, again and again, each time once the site has answered some more."""
    worker = processes.start_worker()
    for _ in range(times):
        goes_on = partial(load.has_answered, load.answers.total() + SENDERS)
        processes.reload_web()
        worker.ask_to_stop(signal.SIGTERM)
        worker.see_end(within=60)
        worker = processes.start_worker()
        processes.tick("revops.tasks.relay_outbox", "routing.tasks.sweep_service_levels")
        until(goes_on, what="signals are answered", within=120)
    time.sleep(1)
    load.enough.set()


def under_load(processes: Processes, *, restarts: int) -> Load:
    load = Load(processes.start_web(), api_keys.issue("website", now=timezone.now()))
    with ThreadPoolExecutor(SENDERS + 1) as pool:
        senders = [pool.submit(load.send_until_enough) for _ in range(SENDERS)]
        try:
            restart(processes, load, times=restarts)
        finally:
            load.enough.set()
        for sender in senders:
            sender.result()
    return load


def assert_nothing_lost_and_nothing_doubled(processes: Processes, load: Load) -> None:
    assert set(load.answers) == {"201"}
    assert sorted(Signal.objects.values_list("signal_id", flat=True)) == sorted(load.taken)
    assert Lead.objects.count() == Handoff.objects.count() == len(load.taken)
    assert not FailedSignal.objects.exists()
    mails = OutboxMessage.objects.filter(channel="EMAIL", sent_at__isnull=False)
    # the worker may be at it still: a mail leaves a moment before that is written down
    until(lambda: mails.count() == len(processes.sent_mails()), what="what left is written down")
    assert max(processes.sent_mails().values(), default=1) == 1


def test_a_restart_under_load_refuses_nobody_and_loses_nothing(processes: Processes, ana: User) -> None:
    load = under_load(processes, restarts=2)

    assert_nothing_lost_and_nothing_doubled(processes, load)


@pytest.mark.faults
def test_twenty_restarts_under_load(processes: Processes, ana: User) -> None:
    load = under_load(processes, restarts=20)

    assert_nothing_lost_and_nothing_doubled(processes, load)
    say(
        "P12, site and worker restarted 20 times under load",
        measured=f"{load.answers.total():,} signals answered: lost 0, doubled 0, refused 0",
        target="lost, doubled, 5xx: 0",
    )


def test_a_beat_that_is_asked_to_stop_ends_at_once_and_without_an_error(processes: Processes) -> None:
    beat = processes.start_beat()
    with redis.Redis.from_url(processes.valkey.url) as broker:
        until(lambda: broker.llen("celery"), what="the beat has sent something")

    beat.ask_to_stop(signal.SIGTERM)
    beat.see_end(within=10)

    assert beat.process.returncode == 0
    assert "Traceback" not in beat.log.read_text()
