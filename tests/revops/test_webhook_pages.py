"""The pages of webhooks: set up, secret shown once, log, sent again, switched, resumed; and a person's own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from leads import audit, webhooks
from leads.models import AuditEntry, OutboxMessage, Team, User, WebhookDelivery, WebhookEndpoint
from leads.webhooks import Wanted
from revops import webhook_relay
from tests import receivers
from tests.conftest import SignIn
from tests.receivers import OK, receiving

ADDRESS = "https://hooks.example.com/T000/canary-address"
FILLED = {"name": "Warehouse", "url": ADDRESS, "format": "BATON", "kinds": ["handoff.assigned"]}


@pytest.fixture
def ops(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


@pytest.fixture
def warehouse(olga: User, now: datetime) -> WebhookEndpoint:
    wanted = Wanted("Warehouse", ADDRESS, "BATON", ["handoff.assigned"])
    return webhooks.create(wanted, by=olga, now=now)


def given_up(endpoint: WebhookEndpoint, number: int, *, now: datetime) -> OutboxMessage:
    """A message that was tried in vain, with its try in the log."""
    message = OutboxMessage.objects.create(
        channel="WEBHOOK",
        endpoint=endpoint,
        kind="handoff.assigned",
        key=f"lost:{number}",
        title=f"Lead {number} is with Ana",
        payload={"type": "handoff.assigned", "timestamp": "", "data": {}},
        created_at=now,
        due_at=now,
        attempts=5,
        dead_at=now,
        error="It answered 500.",
    )
    WebhookDelivery.objects.create(
        endpoint=endpoint,
        message=message,
        attempt=5,
        at=now,
        status=500,
        milliseconds=12,
        excerpt="<b>no</b>",
    )
    return message


def shown(client: Client, endpoint: WebhookEndpoint) -> str:
    return client.get(reverse("webhook", args=[endpoint.pk])).content.decode()


def test_an_endpoint_is_set_up_and_its_secret_shown_this_once(ops: Client, olga: User) -> None:
    answer = ops.post(reverse("webhook-add"), FILLED)

    made = WebhookEndpoint.objects.get()
    secret = webhooks.secret_of(made)
    assert secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in shown(ops, made)
    assert audit.of(f"webhook:{made.pk}").get().text == "Webhook “Warehouse” set up"


def test_no_page_repeats_the_address_but_for_its_host(ops: Client, warehouse: WebhookEndpoint) -> None:
    pages = [
        ops.get(reverse("webhooks")).content.decode(),
        shown(ops, warehouse),
        ops.get(reverse("webhook-edit", args=[warehouse.pk])).content.decode(),
        ops.get(reverse("audit")).content.decode(),
    ]

    assert "hooks.example.com" in pages[0]
    assert all("canary-address" not in page for page in pages)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"url": "http://example.com/"}, "The address must begin with https://."),
        ({"url": "https://127.0.0.1/"}, "only public ones may be called"),
        ({"url": "https://0x7f.1/"}, "Write the number of a host in four parts"),
        ({"url": "https://example.com:22/"}, "Port 22 may not be called"),
        ({"url": ""}, "This field is required."),
        ({"kinds": []}, "Choose at least one event."),
        ({"kinds": ["everything"]}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_in_words(ops: Client, wrong: dict[str, object], sentence: str) -> None:
    answer = ops.post(reverse("webhook-add"), {**FILLED, **wrong})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_it_is_changed_and_keeps_its_address_where_none_is_given(
    ops: Client, warehouse: WebhookEndpoint, dach: Team
) -> None:
    page = reverse("webhook-edit", args=[warehouse.pk])
    seen = ops.get(page).context["form"].initial["seen"]

    ops.post(page, {**FILLED, "name": "Lake", "url": "", "team": dach.pk, "seen": seen})

    warehouse.refresh_from_db()
    assert (warehouse.name, warehouse.url, warehouse.team) == ("Lake", ADDRESS, dach)
    changed = AuditEntry.objects.get(action="webhook.changed")
    assert (changed.before or {})["name"] == "Warehouse"


def test_two_editors_overwrite_nothing_silently(ops: Client, warehouse: WebhookEndpoint) -> None:
    page = reverse("webhook-edit", args=[warehouse.pk])
    seen = ops.get(page).context["form"].initial["seen"]
    ops.post(page, {**FILLED, "name": "First", "seen": seen})

    answer = ops.post(page, {**FILLED, "name": "Second", "seen": seen})

    warehouse.refresh_from_db()
    assert (answer.status_code, warehouse.name) == (409, "First")
    assert "Second" in answer.content.decode()


def test_a_new_secret_is_shown_once_and_said_to_hold_beside_the_old(
    ops: Client, warehouse: WebhookEndpoint
) -> None:
    old = webhooks.secret_of(warehouse)

    answer = ops.post(reverse("webhook-rotate", args=[warehouse.pk])).content.decode()

    warehouse.refresh_from_db()
    assert old not in answer
    assert webhooks.secret_of(warehouse) in answer
    assert "Two hold until" in shown(ops, warehouse)


def test_the_log_tells_what_was_answered_and_escapes_it(
    ops: Client, warehouse: WebhookEndpoint, now: datetime
) -> None:
    given_up(warehouse, 1, now=now)

    page = shown(ops, warehouse)

    assert "Lead 1 is with Ana" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "<b>no</b>" not in page


def test_one_message_or_all_of_a_kind_are_sent_again(
    ops: Client, warehouse: WebhookEndpoint, now: datetime, settings: Settings
) -> None:
    settings.OUTGOING_HTTP, settings.OUTGOING_NETWORKS = True, ["127.0.0.0/8"]
    first = given_up(warehouse, 1, now=now)
    for number in (2, 3):
        given_up(warehouse, number, now=now)
    page = reverse("webhook-replay", args=[warehouse.pk])

    with receiving(receivers.answer(OK)) as receiver:
        WebhookEndpoint.objects.update(url=receiver.url)
        ops.post(page, {"message": first.pk})
        webhook_relay.deliver_due(now=first.due_at + timedelta(days=365))
        after_one = len(receiver.received)
        told = ops.post(page, {"kind": "handoff.assigned"}, follow=True).content.decode()
        webhook_relay.deliver_due(now=first.due_at + timedelta(days=365))

    assert (after_one, len(receiver.received)) == (1, 3)
    assert "2 messages are sent again." in told
    assert not OutboxMessage.objects.filter(dead_at__isnull=False).exists()


@pytest.mark.parametrize(
    "asked", [{}, {"kind": "nothing"}, {"message": "x"}, {"message": "9" * 30}, {"kind": "\x00"}]
)
def test_what_is_not_there_is_not_sent_again(
    ops: Client, warehouse: WebhookEndpoint, asked: dict[str, str]
) -> None:
    told = ops.post(reverse("webhook-replay", args=[warehouse.pk]), asked, follow=True).content.decode()

    assert "There was nothing to send again." in told


def test_it_is_switched_off_and_on_and_resumed(
    ops: Client, warehouse: WebhookEndpoint, now: datetime
) -> None:
    switch = reverse("webhook-switch", args=[warehouse.pk])
    ops.post(switch, {"on": "no"})
    off = shown(ops, warehouse)
    ops.post(switch, {"on": "yes"})
    WebhookEndpoint.objects.update(paused_at=now, paused_because="It answered 500.")
    paused = shown(ops, warehouse)
    ops.post(reverse("webhook-resume", args=[warehouse.pk]))

    assert "Switched off" in off
    assert "It answered 500. What comes waits." in paused
    assert "Sends" in shown(ops, warehouse)


def test_lists_ask_no_question_for_each_row(
    ops: Client, warehouse: WebhookEndpoint, olga: User, now: datetime
) -> None:
    counts = []
    for number in range(1, 9):
        given_up(warehouse, number, now=now)
        webhooks.create(Wanted(f"W{number}", ADDRESS, "SLACK", []), by=olga, now=now)
        with CaptureQueriesContext(connection) as asked:
            ops.get(reverse("webhooks"))
            shown(ops, warehouse)
        counts.append(len(asked))

    assert len(set(counts)) == 1


def test_a_log_of_many_tries_has_pages(ops: Client, warehouse: WebhookEndpoint, now: datetime) -> None:
    for number in range(55):
        given_up(warehouse, number, now=now)

    first = ops.get(reverse("webhook", args=[warehouse.pk]))
    second = ops.get(first.context["older_url"])

    assert (len(first.context["lines"]), len(second.context["lines"])) == (50, 5)


# A person's own


def test_a_person_adds_tries_and_removes_their_own(ana: User, as_user: SignIn) -> None:
    client = as_user(ana)
    client.post(reverse("own-webhook"), {"url": ADDRESS})
    page = client.get(reverse("notification-settings")).content.decode()
    client.post(reverse("own-webhook-test"))
    waiting = OutboxMessage.objects.filter(endpoint__person=ana).count()
    client.post(reverse("own-webhook-remove"))

    own = WebhookEndpoint.objects.get(person=ana)
    assert "News goes to hooks.example.com too." in page
    assert "canary-address" not in page
    assert "ASSIGNED-WEBHOOK" in page
    assert (waiting, OutboxMessage.objects.filter(endpoint__person=ana).count()) == (1, 0)
    assert (own.is_on, own.url) == (False, "")


def test_an_own_address_that_leads_inside_is_refused(ana: User, as_user: SignIn) -> None:
    answer = as_user(ana).post(reverse("own-webhook"), {"url": "https://169.254.169.254/latest/"})

    assert answer.status_code == 422
    assert "only public ones may be called" in answer.content.decode()
    assert not WebhookEndpoint.objects.exists()


def test_nobody_elses_own_webhook_is_on_the_pages_of_operations(
    ops: Client, ana: User, now: datetime
) -> None:
    webhooks.set_personal(ana, ADDRESS, now=now)
    own = WebhookEndpoint.objects.get(person=ana)

    assert "hooks.example.com" not in ops.get(reverse("webhooks")).content.decode()
    assert ops.get(reverse("webhook", args=[own.pk])).status_code == 404
