"""Events and news reach endpoints outside, signed, at least once, whatever the receivers do (P5, P8, P36, P37)."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from time import monotonic

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from leads import webhook_deliveries, webhooks
from leads.concurrent_edits import edition
from leads.models import AuditEntry, Notification, OutboxMessage, User, WebhookDelivery, WebhookEndpoint
from leads.outbox import Message, tell
from leads.webhooks import Wanted
from revops import relay, webhook_relay
from tests import receivers
from tests.receivers import OK, Received, receiving

pytestmark = pytest.mark.usefixtures("_this_machine_may_be_called")
A_DAY = timedelta(days=1)


def verify(got: Received, secret: str) -> None:
    Webhook(secret).verify(got.body, got.headers)


# Signatures


def test_each_message_is_signed_and_keeps_its_id_when_it_is_sent_again(olga: User) -> None:
    now = timezone.now()  # the library that verifies looks at the clock
    with receiving(receivers.answer(OK)) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)
        webhooks.replay(list(OutboxMessage.objects.filter(endpoint=made)), by=olga, now=now)
        webhook_relay.deliver_due(now=now)

    first, again = receiver.received
    verify(first, webhooks.secret_of(made))
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    with pytest.raises(WebhookVerificationError):
        Webhook(webhooks.secret_of(made)).verify(first.body + b" ", first.headers)


def test_for_a_day_after_a_rotation_both_secrets_hold(olga: User) -> None:
    now = timezone.now()
    with receiving(receivers.answer(OK)) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        old = webhooks.secret_of(made)
        new = webhooks.rotate(made, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)

    [got] = receiver.received
    assert old != new
    verify(got, old)
    verify(got, new)
    made.refresh_from_db()
    assert webhooks.secrets_of(made, now=now + A_DAY) == (new,)


def test_earlier_secret_holds_while_the_secret_key_that_it_comes_from_is_a_fallback(
    olga: User, settings: Settings
) -> None:
    now = timezone.now()
    with receiving(receivers.answer(OK)) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        old = webhooks.secret_of(made)
        settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)

    [got] = receiver.received
    verify(got, old)
    verify(got, webhooks.secret_of(made))
    settings.SECRET_KEY_FALLBACKS = []
    assert webhooks.secrets_of(made, now=now) == (webhooks.secret_of(made),)


# Failing receivers


def test_what_is_not_taken_is_tried_ever_more_rarely_and_then_set_aside(olga: User, now: datetime) -> None:
    at, waits = now, []
    with receiving(receivers.status(500, b"out of order")) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        while (message := OutboxMessage.objects.get(endpoint=made)).dead_at is None:
            made.refresh_from_db()
            due = max(message.due_at, made.rest_until or at)
            waits.append(due - at)
            at = due
            webhook_relay.deliver_due(now=at)

    assert (message.attempts, message.error, len(receiver.received)) == (5, "It answered 500.", 5)
    assert waits == sorted(waits)
    assert timedelta(minutes=30) < sum(waits, timedelta()) < timedelta(hours=2)
    log = WebhookDelivery.objects.order_by("attempt")
    assert [(one.attempt, one.status, one.excerpt) for one in log] == [
        (attempt, 500, "out of order") for attempt in (1, 2, 3, 4, 5)
    ]


@pytest.mark.parametrize("behave", [receivers.hang, receivers.reset, receivers.drip(b"HTTP/1.1 200")])
def test_a_receiver_that_hangs_resets_or_drips_is_a_failure_in_the_log(
    behave: receivers.Behaviour, olga: User, now: datetime
) -> None:
    with receiving(behave) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)

        began = monotonic()
        taken = webhook_relay.deliver_due(now=now)

    assert taken == 0
    assert monotonic() - began < webhook_relay.HELD_AT_MOST
    assert WebhookDelivery.objects.get().error


def test_a_redirect_is_a_failure_and_is_not_followed(olga: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as inside:
        to_it = receivers.status(307, headers=f"Location: {inside.url}\r\n")
        with receiving(to_it) as receiver:
            made = receivers.endpoint(receiver, by=olga, now=now)
            webhooks.send_test(made, by=olga, now=now)
            webhook_relay.deliver_due(now=now)

    assert inside.connections == 0
    assert "redirects are not followed" in WebhookDelivery.objects.get().error


def test_an_endpoint_that_fails_long_is_paused_told_and_resumed_with_what_waited(
    olga: User, now: datetime
) -> None:
    with receiving(receivers.status(500)) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)
        later = now + timedelta(hours=25)
        webhooks.send_test(made, by=olga, now=later)
        webhook_relay.deliver_due(now=later)
        relay.deliver_due(now=later + timedelta(minutes=1))
        tried = len(receiver.received)
        webhook_relay.deliver_due(now=later + A_DAY)

    made.refresh_from_db()
    assert made.paused_at is not None
    assert len(receiver.received) == tried
    assert Notification.objects.get(user=olga).title == "The webhook “Warehouse” is paused"
    with receiving(receivers.answer(OK)) as receiver:
        WebhookEndpoint.objects.update(url=receiver.url)
        webhooks.resume(made, by=olga, now=later)
        assert webhook_relay.deliver_due(now=later + A_DAY) == 2


def test_who_says_that_it_is_gone_is_paused_at_once(olga: User, now: datetime) -> None:
    with receiving(receivers.status(410)) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)

    made.refresh_from_db()
    assert made.paused_because == "It answered 410."


@pytest.mark.parametrize("name", ["Retry-After", "retry-after"])
def test_who_is_busy_is_left_alone_for_as_long_as_it_asks(olga: User, now: datetime, name: str) -> None:
    with receiving(receivers.status(429, headers=f"{name}: 600\r\n")) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)

    made.refresh_from_db()
    assert made.rest_until is not None
    assert timedelta(seconds=600) <= made.rest_until - now < timedelta(seconds=620)


def test_one_that_hangs_keeps_nobody_else_waiting(*, ana: User, olga: User, now: datetime) -> None:
    with receiving(receivers.hang) as slow, receiving(receivers.answer(OK)) as quick:
        hanging = receivers.endpoint(slow, by=olga, now=now)
        fine = receivers.endpoint(quick, by=olga, now=now)
        for number in range(5):
            at = now + timedelta(seconds=number)
            webhooks.send_test(hanging, by=olga, now=at)
            webhooks.send_test(fine, by=olga, now=at)
        tell([ana], Message("a", "Yours"), now=now)

        began = monotonic()
        webhook_relay.deliver_due(now=now + timedelta(seconds=9))

        assert monotonic() - began < webhook_relay.HELD_AT_MOST
        assert len(quick.received) == 5
        assert relay.deliver_due(now=now) == 2


def test_while_one_sends_nobody_else_does_and_the_try_is_counted(olga: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        claimed = webhook_deliveries.claim(made.pk, now=now)
        nobody_else = webhook_deliveries.claim(made.pk, now=now)

    assert claimed is not None
    assert nobody_else is None
    assert (claimed.attempt, OutboxMessage.objects.get().attempts) == (1, 1)


def test_a_killed_sender_is_followed_by_the_next_and_given_up_in_the_end(olga: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        at = now
        while webhook_deliveries.claim(made.pk, now=at):  # claimed, and never heard of again
            at += timedelta(days=1)

    message = OutboxMessage.objects.get()
    assert (message.attempts, message.error) == (5, webhook_deliveries.ENDED)
    assert message.dead_at is not None


def test_an_address_that_leads_inside_is_never_called(olga: User, now: datetime, settings: Settings) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        made = receivers.endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        settings.OUTGOING_NETWORKS = []

        webhook_relay.deliver_due(now=now)

    assert receiver.connections == 0
    assert "only public ones may be called" in WebhookDelivery.objects.get().error


# Secrets (P37)


def test_no_secret_is_in_the_database_the_log_or_the_audit(
    olga: User, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with receiving(receivers.status(500)) as receiver:
        wanted = Wanted("Warehouse", f"{receiver.url}/T000/canary-address", "SLACK", [])
        made = webhooks.create(wanted, by=olga, now=now)
        secret = webhooks.rotate(made, by=olga, now=now)
        seen = edition(webhooks.shown(made))
        webhooks.change(made, wanted, seen=seen, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)

    told = json.dumps([list(AuditEntry.objects.values("text", "before", "after"))], default=str)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, '') FROM leads_webhookendpoint e")
        [stored] = cursor.fetchone()
    assert len(receiver.received) == 1
    for canary in (secret, secret.removeprefix("whsec_")):
        assert canary not in caplog.text + told + stored
    assert "canary-address" not in caplog.text + told
