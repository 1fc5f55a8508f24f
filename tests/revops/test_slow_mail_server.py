"""A mail server that hangs holds one process for its time-out, and nothing else: not the app's news, not webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

import pytest
from django.core import mail
from django.db import connections
from pytest_django import Settings

from leads import webhooks
from leads.models import Notification, OutboxMessage, User
from leads.outbox import Message, tell
from leads.webhooks import Wanted
from revops import relay, webhook_relay
from tests.processes import until
from tests.receivers import Receiver, hang, receiving, status

Channel = OutboxMessage.Channel


def told(person: User, key: str, *, now: datetime) -> None:
    tell([person], Message(key, "Eva Klein is yours", "By territory DACH.", "/leads/1/"), now=now)


@pytest.fixture
def server(settings: Settings) -> Iterator[Receiver]:
    """A mail server that takes every connection and says nothing."""
    with receiving(hang) as hanging:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", hanging.port, 4
        settings.OUTGOING_HTTP, settings.OUTGOING_NETWORKS = True, ["127.0.0.0/8"]
        yield hanging


@contextmanager
def another_relay(*, now: datetime) -> Iterator[Future[int]]:
    """A relay on a connection of its own, beside the block, and ended with it."""

    def run() -> int:
        try:
            return relay.deliver_due(now=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(run)


@pytest.mark.django_db(transaction=True)
def test_while_it_hangs_news_and_webhooks_go_out_and_nobody_else_waits_for_it(
    *, server: Receiver, ana: User, olga: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "HELD_AT_MOST", 0.0)
    told(ana, "first", now=now)
    told(ana, "second", now=now)
    with receiving(status(200)) as warehouse, another_relay(now=now) as held:
        until(lambda: server.connections, what="the mail server holds a relay")
        told(ana, "third", now=now)
        endpoint = webhooks.create(Wanted("Warehouse", warehouse.url, "BATON", []), by=olga, now=now)
        webhooks.send_test(endpoint, by=olga, now=now)

        went_out = relay.deliver_due(now=now)
        sent = webhook_relay.deliver_due(now=now)

        assert (went_out, sent, len(warehouse.received)) == (1, 1, 1)
        assert not held.done()
        assert Notification.objects.filter(user=ana).count() == 3
    waiting = OutboxMessage.objects.filter(channel=Channel.EMAIL, sent_at=None)
    assert sorted(waiting.values_list("attempts", flat=True)) == [0, 0, 1]


@pytest.mark.django_db(transaction=True)
def test_a_run_ends_when_its_time_is_over_and_the_next_goes_on(
    ana: User, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        told(ana, f"news:{number}", now=now)
    monkeypatch.setattr(relay, "HELD_AT_MOST", 0.0)

    runs = [relay.deliver_due(now=now) for _ in range(4)]

    assert runs == [4, 1, 1, 0]
    assert len(mail.outbox) == 3
