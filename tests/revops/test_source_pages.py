"""The pages of senders: operations makes sources, keys and secrets; each key is shown once and can be ended."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads import api_keys
from leads.models import ApiKey, AuditEntry, ReadKey, Source, User, WebhookSecret
from tests import factories
from tests.api_callers import ONE, Caller, deliver, signed

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
MAPPING = '{"fields": {"type": "form_submit", "person.email": "{data.email}"}, "key": "{id}"}'


@pytest.fixture
def ops(as_user: SignIn, olga: User, ana: User) -> Client:
    return as_user(olga)


def asked(**changes: Any) -> dict[str, Any]:
    return {"name": "shop", "signals_per_minute": "60", "mapping": "", **changes}


def shown(answer: Any) -> str:
    found = re.search(r'<pre class="secret" tabindex="0"><code>(.+?)</code>', answer.content.decode())
    assert found
    return found[1]


def test_source_is_made_gets_a_key_that_is_shown_once_and_sends(ops: Client) -> None:
    page = ops.post(reverse("source-add"), asked(allowed_types=["page_view"]), follow=True)
    source = Source.objects.get(name="shop")
    key = shown(ops.post(reverse("source-key", args=[source.pk]), {"name": "web server"}))

    assert "60 signals a minute" in page.content.decode()
    assert Caller(key).post(ONE, factories.signal("page_view")).status_code == 201
    assert Caller(key).post(ONE, factories.signal("demo_request")).status_code == 403
    after = ops.get(reverse("source", args=[source.pk])).content.decode()
    assert key not in after
    assert key[:12] in after
    assert "web server" in after


def test_revoked_key_and_source_switched_off_are_refused_at_once(ops: Client) -> None:
    key = api_keys.issue("shop", now=timezone.now())
    row = ApiKey.objects.get()

    ops.post(reverse("source-switch", args=[row.source_id]), {"on": "no"})
    off = Caller(key).post(ONE, factories.signal()).status_code
    ops.post(reverse("source-switch", args=[row.source_id]), {"on": "yes"})
    on = Caller(key).post(ONE, factories.signal()).status_code
    ops.post(reverse("source-key-revoke", args=[row.pk]))

    assert (off, on, Caller(key).post(ONE, factories.signal()).status_code) == (403, 201, 401)
    told = AuditEntry.objects.filter(subject=f"source:{row.source_id}").order_by("id")
    assert [entry.action for entry in told] == [
        *("source.key-issued", "source.switched", "source.switched", "source.key-revoked")
    ]


def test_webhook_of_somebody_else_is_taken_by_mapping_and_secret(ops: Client) -> None:
    ops.post(reverse("source-add"), asked(mapping=MAPPING))
    source = Source.objects.get(name="shop")
    secret = shown(ops.post(reverse("source-secret", args=[source.pk])))

    answer = deliver(signed(secret, {"id": 7, "data": {"email": "a@b.example"}}, message_id="m"), to="shop")
    ops.post(reverse("source-secret-revoke", args=[WebhookSecret.objects.get().pk]))
    ended = deliver(signed(secret, {"id": 8, "data": {"email": "a@b.example"}}, message_id="n"), to="shop")

    assert (answer.status_code, ended.status_code) == (201, 401)
    assert answer.json()["signal_id"] == "7"


def test_secret_of_the_sender_is_taken_and_never_shown(ops: Client) -> None:
    source = factories.source("shop")
    secret = "whsec_" + "A" * 32

    page = ops.post(reverse("source-secret", args=[source.pk]), {"secret": secret}, follow=True)

    assert secret not in page.content.decode()
    assert "The secret is kept, sealed." in page.content.decode()
    assert deliver(signed(secret, factories.signal(), message_id="m"), to="shop").status_code == 201


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": "website"}, "There is a source of this name already."),
        ({"name": "a/b"}, "the name stands in an address"),
        ({"signals_per_minute": "0"}, "Give a whole number from 1 to 1000000."),
        ({"mapping": "{"}, "This is not JSON: expecting property name"),
        (
            {"mapping": '{"fields": {"type": "danced", "person.email": "{mail}"}}'},
            "There is no signal type danced.",
        ),
        ({"mapping": "[]"}, "A mapping is an object with"),
        ({"mapping": '{"fields": {"owner": "x"}}'}, "A signal has no field owner."),
        ({"mapping": '{"fields": {"type": "chat"}}'}, "whose signals they are"),
        ({"allowed_types": ["nonsense"]}, "nonsense"),
    ],
)
def test_what_cannot_be_is_said(ops: Client, changes: dict[str, Any], sentence: str) -> None:
    factories.source("website")

    answer = ops.post(reverse("source-add"), asked(**changes))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_bad_secret_is_said_beside_the_field(ops: Client) -> None:
    answer = ops.post(reverse("source-secret", args=[factories.source("shop").pk]), {"secret": "whsec_x"})

    assert answer.status_code == 422
    assert "A secret" in answer.content.decode()
    assert not WebhookSecret.objects.exists()


def test_of_two_editors_the_second_sees_both_versions(ops: Client) -> None:
    source = factories.source("shop")
    url = reverse("source-edit", args=[source.pk])
    seen = ops.get(url).context["form"].initial["seen"]

    first = ops.post(url, asked(seen=seen, signals_per_minute="10"))
    second = ops.post(url, asked(seen=seen, signals_per_minute="20", mapping=MAPPING))
    source.refresh_from_db()

    assert (first.status_code, second.status_code) == (302, 409)
    assert (source.signals_per_minute, source.mapping) == (10, None)


def test_mapping_is_kept_as_values_and_shown_for_another_edit(ops: Client) -> None:
    ops.post(reverse("source-add"), asked(mapping=MAPPING))
    source = Source.objects.get(name="shop")

    page = ops.get(reverse("source-edit", args=[source.pk]))

    assert source.mapping == json.loads(MAPPING)
    assert json.loads(page.context["form"].initial["mapping"]) == source.mapping


def test_reading_key_is_shown_once_sees_what_its_person_sees_and_ends(ops: Client, ana: User) -> None:
    asked_for = {"name": "Warehouse", "person": ana.pk, "scopes": ["leads:read"]}

    key = shown(ops.post(reverse("read-keys"), asked_for))
    before = Caller(key).get("/api/v1/leads").status_code
    page = ops.get(reverse("read-keys")).content.decode()
    ops.post(reverse("read-key-revoke", args=[ReadKey.objects.get().pk]))

    assert (before, Caller(key).get("/api/v1/leads").status_code) == (200, 401)
    assert "Warehouse" in page
    assert "Ana sees" in page
    assert key not in page
    assert ops.post(reverse("read-keys"), {**asked_for, "scopes": []}).status_code == 422


def test_list_asks_no_more_for_more_sources(ops: Client) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as made:
            assert ops.get(reverse("sources")).status_code == 200
        return len(made)

    factories.source("one")
    few = statements()
    for number in range(6):
        api_keys.issue(f"source-{number}", now=timezone.now())

    assert statements() == few


def test_any_name_of_a_file_has_a_page(ops: Client) -> None:
    source = factories.source("fair 2026/Köln <b>")

    page = ops.get(reverse("source", args=[source.pk])).content.decode()

    assert "fair%202026%2FK%C3%B6ln" in page
    assert "<b>" not in page.split("<main")[1]
