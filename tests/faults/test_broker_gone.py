"""P2: with Redis gone, restarted or wiped, intake answers, and all that waits is delivered later."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from http.client import HTTPConnection

import pytest
import redis
from django.utils import timezone
from pytest_django.live_server_helper import LiveServer

from leads import api_keys
from leads.models import Notification, OutboxMessage, Signal, User
from routing.models import Handoff
from tests import factories
from tests.figures import say
from tests.processes import Processes, until
from tests.races import shared_out


def post(signal_id: str, *, server: LiveServer, key: str) -> int:
    """Send a demo request over HTTP; the status of the answer."""
    body = factories.signal(email=f"{signal_id}@acme.example", signal_id=signal_id)
    connection = HTTPConnection(server.thread.host, server.thread.port, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        connection.request("POST", "/api/v1/signals", json.dumps(body), headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def posts(count: int, *, name: str, server: LiveServer) -> list[Callable[[], int]]:
    key = api_keys.issue("website", now=timezone.now())
    return [partial(post, f"{name}-{number}", server=server, key=key) for number in range(count)]


def all_is_delivered() -> bool:
    """Whether every message of the outbox went out."""
    return not OutboxMessage.objects.filter(sent_at__isnull=True).exists()


def assert_each_rep_was_told_once(signals: int) -> None:
    assert Signal.objects.count() == signals
    assert Handoff.objects.count() == signals
    assert Notification.objects.count() == signals


def test_signals_are_taken_without_a_broker_and_told_when_it_is_back(
    processes: Processes, live_server: LiveServer, ana: User
) -> None:
    processes.start_worker()
    processes.start_beat()
    processes.kill_broker()

    answers = shared_out(posts(40, name="dark", server=live_server), threads=4)
    told_meanwhile = Notification.objects.count()
    processes.start_broker()

    assert answers == [201] * 40
    assert told_meanwhile == 0
    until(all_is_delivered, what="every message was delivered", within=60)
    assert_each_rep_was_told_once(40)
    assert set(processes.sent_mails().values()) == {1}


@pytest.mark.faults
def test_broker_killed_restarted_and_wiped_under_load(
    processes: Processes, live_server: LiveServer, ana: User
) -> None:
    processes.start_worker()
    processes.start_beat()
    answers: list[object] = []
    for round_ in range(5):
        load = partial(posts, 100, server=live_server)
        answers += shared_out(load(name=f"before-{round_}"), threads=4)
        processes.kill_broker()
        answers += shared_out(load(name=f"dark-{round_}"), threads=4)
        processes.start_broker()
        with redis.Redis.from_url(processes.valkey.url) as broker:
            broker.flushall()

    took = until(all_is_delivered, what="every message was delivered", within=120)

    errors = [answer for answer in answers if answer != 201]
    assert errors == []
    assert_each_rep_was_told_once(1000)
    say(
        "P2, broker killed, restarted and wiped five times under 1,000 signals",
        measured=f"intake errors {len(errors)}, never told 0, caught up in {took:.0f} s",
        target="0, 0, 120 s",
    )
