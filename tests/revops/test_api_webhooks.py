"""Webhooks in: signed, read by the source's mapping, and harmless when forged, stale, replayed or reordered (P7)."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from leads import sealing, sources, webhook_secrets
from leads.models import Lead, Signal, Source, User, WebhookSecret, WebhookSeen
from leads.sources import Wanted
from routing.models import BusinessCalendar, Handoff
from scoring.models import Score
from tests import factories
from tests.api_callers import PROBLEM, Signed, deliver, signed
from tests.races import at_once

pytestmark = pytest.mark.django_db
MAPPING = {
    "fields": {
        "type": "webinar_{event}",
        "occurred_at": "{created}",
        "person.email": "{data.contact.email}",
        "person.first_name": "{data.contact.name.0}",
        "company.name": "{data.company}",
    },
    "key": "{id}",
}


@pytest.fixture
def webinars(ana: User, olga: User) -> Source:
    return sources.create("webinars", Wanted(mapping=MAPPING), by=olga, now=timezone.now())


@pytest.fixture
def secret(webinars: Source, olga: User) -> str:
    return webhook_secrets.add(webinars, by=olga, now=timezone.now())


def told(number: int = 1, event: str = "attended", **fields: Any) -> dict[str, Any]:
    """A webhook in somebody else's words."""
    contact = {"email": f"eva{number % 3}@acme.example", "name": ["Eva", "Klein"], "vip": True}
    created = f"2026-11-{1 + number % 20:02}T10:00:00Z"
    body = {
        "id": f"w-{number}",
        "event": event,
        "created": created,
        "data": {"contact": contact, "company": "Acme"},
    }
    return {**body, **fields}


def test_signed_webhook_becomes_a_signal_by_the_mapping(secret: str) -> None:
    answer = deliver(signed(secret, told(), message_id="msg_1"), to="webinars")

    assert answer.status_code == 201, answer.content
    signal, lead = Signal.objects.get(), Lead.objects.get()
    assert (signal.signal_id, signal.type_id, signal.source.name) == ("w-1", "webinar_attended", "webinars")
    assert (lead.email, lead.first_name) == ("eva1@acme.example", "Eva")
    assert signal.raw["webhook"] == told()


def test_without_a_mapping_the_body_is_a_signal_and_the_message_names_it(ana: User, olga: User) -> None:
    plain = sources.create("plain", Wanted(), by=olga, now=timezone.now())
    secret = webhook_secrets.add(plain, by=olga, now=timezone.now())

    answer = deliver(signed(secret, factories.signal(), message_id="msg_1"), to="plain")

    assert answer.status_code == 201
    assert answer.json()["handoff"]["assignee"] == "ana@baton.example"
    assert Signal.objects.get().signal_id == "msg_1"


def test_replay_is_refused_and_a_second_try_of_the_sender_gets_the_first_answer(secret: str) -> None:
    message = signed(secret, told(), message_id="msg_1")
    again = signed(secret, told(), message_id="msg_1", at=message.at + timedelta(seconds=30))

    first, replayed, retried = (deliver(one, to="webinars") for one in (message, message, again))

    assert [answer.status_code for answer in (first, replayed, retried)] == [201, 409, 200]
    assert replayed["Content-Type"] == PROBLEM
    assert retried.json() == first.json()
    assert Signal.objects.count() == 1


def test_what_of_the_body_cannot_be_read_is_named_by_its_field(secret: str) -> None:
    answer = deliver(signed(secret, told(created="22.11.2026"), message_id="msg_1"), to="webinars")

    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["field"] == "occurred_at"
    assert "“22.11.2026” is not a date or time" in error["message"]


def test_what_was_refused_or_failed_is_not_remembered_as_taken(secret: str) -> None:
    bad = signed(secret, told(data={}), message_id="msg_1")
    assert [deliver(bad, to="webinars").status_code for _ in range(2)] == [422, 422]

    assert not WebhookSeen.objects.exists()
    assert deliver(signed(secret, told(), message_id="msg_1"), to="webinars").status_code == 201


def test_signal_that_fails_is_kept_for_a_retry(secret: str, webinars: Source) -> None:
    Source.objects.filter(pk=webinars.pk).update(mapping=None)
    BusinessCalendar.objects.all().delete()

    answer = deliver(signed(secret, factories.signal(), message_id="msg_1"), to="webinars")

    assert answer.status_code == 202
    assert not Signal.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"webhook_id": ""},
        {"webhook_id": "msg_2"},
        {"webhook_timestamp": ""},
        {"webhook_timestamp": "soon"},
        {"webhook_timestamp": "9" * 30},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,AAAA"},
        {"webhook_signature": "v1," + "é" * 44},
    ],
)
def test_forged_webhook_is_401_and_changes_nothing(secret: str, changes: dict[str, str]) -> None:
    answer = deliver(signed(secret, told(), message_id="msg_1"), to="webinars", **changes)

    assert (answer.status_code, answer["Content-Type"]) == (401, PROBLEM)
    assert not Signal.objects.exists()


def test_any_bit_that_flips_on_the_way_is_noticed(secret: str) -> None:
    message = signed(secret, told(), message_id="msg_1")
    for bit in random.Random(7).sample(range(len(message.body) * 8), 60):
        flipped = bytearray(message.body)
        flipped[bit // 8] ^= 1 << bit % 8

        answer = deliver(Signed(bytes(flipped), "msg_1", message.at, message.signature), to="webinars")

        assert answer.status_code == 401
    assert not Signal.objects.exists()


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24 * 365])
def test_stale_and_future_webhooks_are_refused(secret: str, minutes: int) -> None:
    at = timezone.now() + timedelta(minutes=minutes)

    assert deliver(signed(secret, told(), message_id="m", at=at), to="webinars").status_code == 401


def test_both_secrets_hold_while_they_are_changed_and_a_revoked_one_no_more(
    secret: str, webinars: Source, olga: User
) -> None:
    new = webhook_secrets.add(webinars, "whsec_" + "A" * 32, by=olga, now=timezone.now())
    while_both = [
        deliver(signed(each, told(n), message_id=f"m{n}"), to="webinars").status_code
        for n, each in enumerate((secret, new))
    ]

    old = WebhookSecret.objects.select_related("source").order_by("id")[0]
    webhook_secrets.revoke(old, by=olga, now=timezone.now())

    assert while_both == [201, 201]
    assert deliver(signed(secret, told(5), message_id="m5"), to="webinars").status_code == 401
    assert deliver(signed(new, told(6), message_id="m6"), to="webinars").status_code == 201


def test_secrets_are_kept_sealed(secret: str) -> None:
    kept = WebhookSecret.objects.get().sealed

    assert secret not in kept
    assert secret.removeprefix("whsec_") not in kept
    assert sealing.opened(kept) == secret


def test_unknown_source_and_one_switched_off_are_refused_alike(
    secret: str, webinars: Source, olga: User
) -> None:
    message = signed(secret, told(), message_id="msg_1")
    unknown = deliver(message, to="nobody")
    sources.switch(webinars, is_active=False, by=olga, now=timezone.now())
    off = deliver(message, to="webinars")

    assert (unknown.status_code, off.status_code) == (401, 401)
    assert unknown.content == off.content


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"a": 1, "a": 2}', b"[" * 100_000, b'{"id": "\\u0000"}']
)
def test_signed_body_that_is_no_event_is_422(secret: str, body: bytes) -> None:
    answer = deliver(signed(secret, body, message_id="msg_1"), to="webinars")

    assert (answer.status_code, answer["Content-Type"]) == (422, PROBLEM)


def state() -> Any:
    """Where everybody stands, whatever the order in which it was told."""
    leads = Lead.objects.order_by("email")
    scores = Score.objects.order_by("lead__email").values_list(
        "fit", "urgency", "engagement_sum", "last_week"
    )
    return json.loads(
        json.dumps(
            {
                "leads": list(leads.values_list("email", "first_name", "stage", "tier", "account__name")),
                "scores": [(fit, urgency, round(total, 9), week) for fit, urgency, total, week in scores],
                "signals": list(Signal.objects.order_by("signal_id").values_list("signal_id", "lead__email")),
                "handoffs": Handoff.objects.count(),
            }
        )
    )


def shuffled(order: random.Random, secret: str, source: Source) -> Any:
    """The state after twelve events in some order, some of them delivered again; nothing of it stays."""
    events = [signed(secret, told(number), message_id=f"m{number}") for number in range(12)]
    events += order.sample(events, 4)
    order.shuffle(events)
    with transaction.atomic():
        statuses = {deliver(event, to=source.name).status_code for event in events}
        found = state()
        transaction.set_rollback(True)
    assert statuses == {201, 409}
    return found


def test_reordered_and_replayed_events_lead_to_one_state(secret: str, webinars: Source) -> None:
    found = [shuffled(random.Random(seed), secret, webinars) for seed in range(4)]

    assert len(found[0]["signals"]) == 12
    assert all(one == found[0] for one in found)


@pytest.mark.django_db(transaction=True)
def test_copies_at_the_same_moment_are_taken_once(secret: str) -> None:
    message = signed(secret, told(), message_id="msg_1")

    answers = at_once(*[partial(deliver, message, to="webinars")] * 5)

    statuses = sorted(answer.status_code for answer in answers)  # type: ignore[union-attr]
    assert statuses == [201, 409, 409, 409, 409]
    assert Signal.objects.count() == 1


def test_seen_messages_are_forgotten_when_they_are_too_old_to_be_replayed(
    secret: str, webinars: Source
) -> None:
    old = timezone.now() - timedelta(hours=1)
    for number in range(3):
        WebhookSeen.objects.create(source=webinars, message_id=f"old{number}", signed_at=old)

    deliver(signed(secret, told(), message_id="msg_1"), to="webinars")

    assert list(WebhookSeen.objects.values_list("message_id", flat=True)) == ["msg_1"]
