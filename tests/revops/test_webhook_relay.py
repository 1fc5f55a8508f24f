"""Events and news reach endpoints outside, signed, at least once, whatever the receivers do (P5, P8, P36, P37)."""

from __future__ import annotations

import json
import logging
from datetime import date, datetime, timedelta
from decimal import Decimal
from time import monotonic

import pytest
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from leads import notices, webhook_deliveries, webhooks
from leads.concurrent_edits import edition
from leads.domain.events import CHOOSABLE, EventKind
from leads.domain.notices import Channel, Kind
from leads.models import AuditEntry, Notification, OutboxMessage, Team, User, WebhookDelivery, WebhookEndpoint
from leads.outbox import Message, history, tell
from leads.webhooks import Wanted
from revops import packages, relay, webhook_relay
from revops.outbound import proposals as outbound
from routing import escalations, handoffs, meetings
from routing.meetings import Meeting, Terms
from routing.models import OutboundProposal, RejectionReason
from routing.rejections import Rejection
from tests import factories, receivers
from tests.receivers import OK, Received, Receiver, receiving

A_DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _this_machine_may_be_called(settings: Settings) -> None:
    settings.OUTGOING_HTTP, settings.OUTGOING_NETWORKS = True, ["127.0.0.0/8"]
    settings.WEBHOOK_SECONDS = 0.5


def endpoint(
    receiver: Receiver, *, by: User, now: datetime, team: Team | None = None, kinds: object = CHOOSABLE
) -> WebhookEndpoint:
    """An endpoint of the organisation that listens to everything."""
    chosen = [str(kind) for kind in kinds]  # type: ignore[attr-defined]
    return webhooks.create(Wanted("Warehouse", receiver.url, "BATON", chosen, team), by=by, now=now)


def types(receiver: Receiver) -> list[str]:
    return [json.loads(got.body)["type"] for got in receiver.received]


def verify(got: Received, secret: str) -> None:
    Webhook(secret).verify(got.body, got.headers)


def events() -> list[str]:
    """What waits for endpoints, in order."""
    rows = OutboxMessage.objects.filter(endpoint__isnull=False).order_by("pk")
    return list(rows.values_list("kind", flat=True))


# What is told


def test_a_handoff_is_told_from_qualified_to_accepted(ana: User, olga: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        endpoint(receiver, by=olga, now=now)
        handoff = factories.handoff(now=now)
        handoffs.accept(handoff, by=ana, now=now)

        webhook_relay.deliver_due(now=now + timedelta(minutes=1))

    assert types(receiver) == [
        "lead.stage_changed",
        "lead.stage_changed",
        "handoff.assigned",
        "lead.stage_changed",
        "handoff.accepted",
    ]
    accepted = json.loads(receiver.received[-1].body)
    assert accepted["data"]["lead"]["name"] == "Eva Klein"
    assert accepted["data"]["handoff"]["decided_by"] == {"id": ana.pk, "name": "Ana"}
    assert accepted["data"]["url"].endswith(handoff.lead.get_absolute_url())
    assert "eva@" not in receiver.received[-1].body.decode()


def test_a_rejection_a_lapse_and_a_breach_are_told(ana: User, olga: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        kinds = [EventKind.REJECTED, EventKind.LAPSED, EventKind.BREACHED]
        endpoint(receiver, by=olga, now=now, kinds=kinds)
        rejected = factories.waiting("ada", now=now)
        factories.waiting("bea", now=now)
        reason = RejectionReason.objects.get(code="wrong-timing")
        handoffs.reject(rejected, Rejection(reason, note="In spring"), by=ana, now=now)
        escalations.sweep(now=now + timedelta(days=9))

        webhook_relay.deliver_due(now=now + timedelta(days=9))

    assert {"handoff.rejected", "handoff.lapsed", "clock.breached"} == set(types(receiver))


def test_a_meeting_that_an_executive_takes_on_is_told(
    ana: User, olga: User, dach: Team, now: datetime
) -> None:
    axel = factories.rep("axel", team=dach, role="AE").user
    lead = handoffs.accept(factories.handoff(now=now), by=ana, now=now).lead
    meeting = meetings.book(
        lead, Meeting(now + A_DAY, axel), packages.of(lead, now=now), by=ana, now=now + timedelta(minutes=1)
    )
    with receiving(receivers.answer(OK)) as receiver:
        endpoint(receiver, by=olga, now=now, kinds=[EventKind.ACCEPTED])

        meetings.accept(meeting, Terms(Decimal(45_000), date(2027, 2, 1)), by=axel, now=now + A_DAY)
        webhook_relay.deliver_due(now=now + A_DAY + timedelta(minutes=1))

    assert types(receiver) == ["handoff.accepted"]
    told = json.loads(receiver.received[0].body)["data"]
    assert (told["lead"]["stage"], told["handoff"]["decided_by"]["name"]) == ("OPPORTUNITY", "Axel")


def test_a_recall_is_told_as_the_move_that_it_is(
    ana: User, mia: User, olga: User, dach: Team, now: datetime
) -> None:
    factories.receive(factories.signal("intent_surge"), now=now)
    outbound.propose_surges(now=now)
    proposal = OutboundProposal.objects.get()
    outbound.approve(proposal, by=mia, now=now)
    with receiving(receivers.answer(OK)) as receiver:
        endpoint(receiver, by=olga, now=now, kinds=[EventKind.STAGE_CHANGED])

        outbound.undo(proposal, by=mia, now=now + A_DAY)
        webhook_relay.deliver_due(now=now + A_DAY)

    [told] = [json.loads(got.body)["data"] for got in receiver.received]
    assert (told["from"], told["to"], told["cause"]) == ("MQL", "LEAD", "undone")


def test_an_endpoint_hears_only_of_its_kinds_and_its_team(
    *, ana: User, charlie: User, olga: User, now: datetime
) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        endpoint(receiver, by=olga, now=now, team=charlie.team, kinds=[EventKind.ASSIGNED])
        factories.handoff(now=now)

        webhook_relay.deliver_due(now=now)

    assert receiver.received == []


def test_what_is_rolled_back_and_what_is_history_is_told_to_nobody(
    ana: User, olga: User, now: datetime
) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        endpoint(receiver, by=olga, now=now)
        with history():
            factories.waiting("ada", now=now)
        with transaction.atomic():
            factories.waiting("bea", now=now)
            transaction.set_rollback(True)
        relayed = webhook_relay.deliver_due(now=now)

    assert (relayed, receiver.received) == (0, [])


def test_an_undone_decision_is_withdrawn_or_said_to_be_taken_back(
    ana: User, olga: User, now: datetime
) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        endpoint(receiver, by=olga, now=now, kinds=[EventKind.ACCEPTED])
        early, late = factories.waiting("ada", now=now), factories.waiting("bea", now=now)
        handoffs.accept(early, by=ana, now=now)
        handoffs.undo(early, by=ana, now=now + timedelta(seconds=5))
        withdrawn = events()
        handoffs.accept(late, by=ana, now=now)
        webhook_relay.deliver_due(now=now + timedelta(seconds=60))
        handoffs.undo(late, by=ana, now=now + timedelta(seconds=9))
        webhook_relay.deliver_due(now=now + timedelta(seconds=60))

    assert withdrawn == []
    assert types(receiver) == ["handoff.accepted", "event.taken_back"]
    first, second = (json.loads(got.body) for got in receiver.received)
    assert second["data"]["id"] == receiver.received[0].headers["webhook-id"]
    assert second["data"]["lead"] == first["data"]["lead"]


def test_a_person_is_told_by_their_own_webhook_in_the_shape_of_slack(ana: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        webhooks.set_personal(ana, receiver.url, now=now)
        tell(
            [ana],
            Message("a", "<!channel> Eva & Co is yours", "By DACH", "/leads/1/", Kind.ASSIGNED),
            now=now,
        )
        notices.choose(ana, {Kind.BREACH: [Channel.IN_APP]}, quiet_from=None, quiet_until=None)
        tell([ana], Message("b", "Late", kind=Kind.BREACH), now=now)

        webhook_relay.deliver_due(now=now)

    [got] = receiver.received
    said = json.loads(got.body)
    assert said["text"] == "&lt;!channel&gt; Eva &amp; Co is yours"
    assert [block["type"] for block in said["blocks"]] == ["section", "section"]
    assert "/leads/1/|Open it in Baton>" in said["blocks"][1]["text"]["text"]


# Signatures


def test_each_message_is_signed_and_keeps_its_id_when_it_is_sent_again(olga: User) -> None:
    now = timezone.now()  # the library that verifies looks at the clock
    with receiving(receivers.answer(OK)) as receiver:
        made = endpoint(receiver, by=olga, now=now)
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
        made = endpoint(receiver, by=olga, now=now)
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


# Failing receivers


def test_what_is_not_taken_is_tried_ever_more_rarely_and_then_set_aside(olga: User, now: datetime) -> None:
    at, waits = now, []
    with receiving(receivers.status(500, b"out of order")) as receiver:
        made = endpoint(receiver, by=olga, now=now)
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
        made = endpoint(receiver, by=olga, now=now)
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
            made = endpoint(receiver, by=olga, now=now)
            webhooks.send_test(made, by=olga, now=now)
            webhook_relay.deliver_due(now=now)

    assert inside.connections == 0
    assert "redirects are not followed" in WebhookDelivery.objects.get().error


def test_an_endpoint_that_fails_long_is_paused_told_and_resumed_with_what_waited(
    olga: User, now: datetime
) -> None:
    with receiving(receivers.status(500)) as receiver:
        made = endpoint(receiver, by=olga, now=now)
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
        made = endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)

    made.refresh_from_db()
    assert made.paused_because == "It answered 410."


def test_who_is_busy_is_left_alone_for_as_long_as_it_asks(olga: User, now: datetime) -> None:
    with receiving(receivers.status(429, headers="Retry-After: 600\r\n")) as receiver:
        made = endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        webhook_relay.deliver_due(now=now)

    made.refresh_from_db()
    assert made.rest_until is not None
    assert timedelta(seconds=600) <= made.rest_until - now < timedelta(seconds=620)


def test_one_that_hangs_keeps_nobody_else_waiting(*, ana: User, olga: User, now: datetime) -> None:
    with receiving(receivers.hang) as slow, receiving(receivers.answer(OK)) as quick:
        hanging = endpoint(slow, by=olga, now=now)
        fine = endpoint(quick, by=olga, now=now)
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
        made = endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        claimed = webhook_deliveries.claim(made.pk, now=now)
        nobody_else = webhook_deliveries.claim(made.pk, now=now)

    assert claimed is not None
    assert nobody_else is None
    assert (claimed.attempt, OutboxMessage.objects.get().attempts) == (1, 1)


def test_a_killed_sender_is_followed_by_the_next_and_given_up_in_the_end(olga: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        made = endpoint(receiver, by=olga, now=now)
        webhooks.send_test(made, by=olga, now=now)
        at = now
        while webhook_deliveries.claim(made.pk, now=at):  # claimed, and never heard of again
            at += timedelta(days=1)

    message = OutboxMessage.objects.get()
    assert (message.attempts, message.error) == (5, webhook_deliveries.ENDED)
    assert message.dead_at is not None


def test_an_address_that_leads_inside_is_never_called(olga: User, now: datetime, settings: Settings) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        made = endpoint(receiver, by=olga, now=now)
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
