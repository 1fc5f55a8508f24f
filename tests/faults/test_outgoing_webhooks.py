"""A thousand messages to a receiver that fails, hangs, resets and drips: all arrive, and no worker is held (P8)."""

from __future__ import annotations

import random
import socket
from collections import Counter
from datetime import datetime, timedelta
from time import monotonic

import pytest
from pytest_django import Settings

from leads import webhooks
from leads.models import OutboxMessage, User, WebhookEndpoint
from leads.webhooks import Wanted
from revops import webhook_relay
from tests import receivers
from tests.figures import say
from tests.receivers import OK, Behaviour, Receiver, receiving

ILL: tuple[Behaviour, ...] = (
    receivers.status(500),
    receivers.hang,
    receivers.reset,
    receivers.status(302, headers="Location: http://127.0.0.1:1/\r\n"),
    receivers.drip(b"HTTP/1.1 200"),
)
MOST_RUNS = 2000


class Moody:
    """Answers ill to a share of the tries, and never twice to the same message."""

    def __init__(self, share: float) -> None:
        self.chance, self.share = random.Random(8), share
        self.refused: set[str] = set()
        self.arrived: Counter[str] = Counter()

    def __call__(self, line: socket.socket, receiver: Receiver) -> None:
        message = receiver.received[-1].headers["webhook-id"]
        if message not in self.refused and self.chance.random() < self.share:
            self.refused.add(message)
            self.chance.choice(ILL)(line, receiver)
            return
        self.arrived[message] += 1
        line.sendall(OK)


def deliver_all(now: datetime) -> tuple[float, int]:
    """Run the relay as the beat does until nothing waits; the longest that a run took, and how many there were."""
    longest, runs, at = 0.0, 0, now
    while OutboxMessage.objects.waiting().filter(endpoint__isnull=False).exists() and runs < MOST_RUNS:
        began = monotonic()
        webhook_relay.deliver_due(now=at)
        longest, runs, at = max(longest, monotonic() - began), runs + 1, at + timedelta(minutes=1)
    return longest, runs


@pytest.mark.parametrize(
    ("messages", "endpoints", "share"),
    [(30, 3, 0.3), pytest.param(1000, 5, 0.1, marks=pytest.mark.faults)],
)
def test_all_arrive_and_no_run_holds_a_worker(
    *, messages: int, endpoints: int, share: float, olga: User, now: datetime, settings: Settings
) -> None:
    settings.OUTGOING_HTTP, settings.OUTGOING_NETWORKS = True, ["127.0.0.0/8"]
    settings.WEBHOOK_SECONDS = 0.5
    moody = Moody(share)

    with receiving(moody) as receiver:
        wanted = [Wanted(f"Receiver {number}", receiver.url, "BATON", []) for number in range(endpoints)]
        made = [webhooks.create(one, by=olga, now=now) for one in wanted]
        for number in range(messages):
            at = now - timedelta(milliseconds=number)
            webhooks.send_test(made[number % endpoints], by=olga, now=at)
        longest, _ = deliver_all(now)

    ids = {f"msg_{pk}" for pk in OutboxMessage.objects.values_list("pk", flat=True)}
    assert set(moody.arrived) == ids
    assert len(ids) == messages
    assert OutboxMessage.objects.filter(sent_at__isnull=False).count() == messages
    assert not WebhookEndpoint.objects.filter(paused_at__isnull=False).exists()
    assert longest <= webhook_relay.HELD_AT_MOST
    say(
        f"P8, {messages:,} webhooks to receivers that fail, hang, reset, redirect and drip",
        measured=f"delivered {len(moody.arrived):,}, {len(moody.refused)} later, the longest run {longest:.1f} s",
        target=f"{messages:,}, 10 s",
    )
