"""Two senders at once: each message arrives once, and an endpoint has one sender at a time."""

from __future__ import annotations

import socket
from collections import Counter
from datetime import datetime, timedelta
from threading import Barrier, Lock, Thread

import pytest
from django.db import connections
from pytest_django import Settings

from leads import webhooks
from leads.models import OutboxMessage
from leads.webhooks import Wanted
from revops import webhook_relay
from scoring.models import Scorecard
from tests import factories
from tests.receivers import OK, Receiver, receiving

MESSAGES = 30


class Counting:
    """Counts what arrives, and how many come in at the same time."""

    def __init__(self) -> None:
        self.arrived: Counter[str] = Counter()
        self.inside, self.most, self.lock = 0, 0, Lock()

    def __call__(self, line: socket.socket, receiver: Receiver) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.arrived[receiver.received[-1].headers["webhook-id"]] += 1
        receiver.ended.wait(0.02)
        with self.lock:
            self.inside -= 1
        line.sendall(OK)


@pytest.mark.django_db(transaction=True)
def test_two_senders_deliver_each_message_once_and_never_crowd_an_endpoint(
    model: Scorecard, now: datetime, settings: Settings
) -> None:
    settings.OUTGOING_HTTP, settings.OUTGOING_NETWORKS = True, ["127.0.0.0/8"]
    olga = factories.person("olga", role="OPS")
    counting, barrier = Counting(), Barrier(2)

    def send() -> None:
        barrier.wait()
        while (
            OutboxMessage.objects.waiting().filter(due_at__lte=now).exists()
        ):  # a run ends where the other has the endpoint
            webhook_relay.deliver_due(now=now)
        connections.close_all()

    with receiving(counting) as receiver:
        made = webhooks.create(Wanted("One", receiver.url, "BATON", []), by=olga, now=now)
        for number in range(MESSAGES):
            webhooks.send_test(made, by=olga, now=now - timedelta(seconds=number))
        senders = [Thread(target=send) for _ in range(2)]
        for one in senders:
            one.start()
        for one in senders:
            one.join()

    assert set(counting.arrived.values()) == {1}
    assert len(counting.arrived) == MESSAGES
    assert counting.most == 1
    assert not OutboxMessage.objects.waiting().exists()
