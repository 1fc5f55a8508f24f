"""What was refused of senders: counted by day and reason without a word of what was sent, and seen by operations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads import api_keys, refused_calls, sources, webhook_secrets
from leads.models import ApiKey, OutboxMessage, RefusedCalls, Source, User
from leads.refused_calls import Refusal
from revops.api import rate_limits
from revops.sources import refused
from tests import factories
from tests.api_callers import BATCH, ONE, Caller, deliver, sender, signed

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
WRONG = Refusal("fields-are-wrong", ("person.email",))
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _nothing_waits() -> Iterator[None]:
    refused_calls.begin_anew()
    yield
    refused_calls.begin_anew()


@pytest.fixture
def caller(ana: User) -> Caller:
    return sender()


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


def kept() -> list[tuple[Any, ...]]:
    """Source, kind, field, times and refused of each row."""
    rows = RefusedCalls.objects.order_by("source__name", "kind", "field")
    return list(rows.values_list("source__name", "kind", "field", "times", "refused"))


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_refused_signal_counts_once_for_each_wrong_field_and_once_altogether(caller: Caller) -> None:
    wrong = factories.signal(person={"email": "nobody"}, occurred_at="yesterday")

    answers = [caller.post(ONE, wrong).status_code for _ in range(3)]

    assert answers == [422, 422, 422]
    assert sorted(row[2:4] for row in kept()) == [("occurred_at", 3), ("person.email", 3)]
    assert sum(row[4] for row in kept()) == 3


def test_a_good_signal_writes_nothing_of_refusals(caller: Caller) -> None:
    assert caller.post(ONE, factories.signal()).status_code == 201
    assert caller.post(BATCH, [factories.signal(signal_id="evt_2")]).status_code == 200

    assert kept() == []


def test_each_refused_item_of_a_batch_counts(caller: Caller) -> None:
    bad = [factories.signal(signal_id=f"evt_{n}", person={"email": "nobody"}) for n in range(40)]

    caller.post(BATCH, [*bad, factories.signal(signal_id="good"), factories.signal("no_such", signal_id="x")])

    assert kept() == [
        ("website", "fields-are-wrong", "person.email", 40, 40),
        ("website", "fields-are-wrong", "type", 1, 1),
    ]


def test_what_is_refused_before_a_signal_is_read_counts_against_its_source(caller: Caller) -> None:
    source = Source.objects.get(name="website")
    caller.post(ONE, "{", content_type="text/plain")
    caller.post(ONE, "{")
    caller.post(ONE, b"[" + b" " * 1024 * 1024)
    Source.objects.filter(pk=source.pk).update(signals_per_minute=1)
    rate_limits.forget(Source.objects.get(pk=source.pk))
    caller.post(ONE, factories.signal())
    caller.post(ONE, factories.signal(signal_id="evt_2"))
    sources.switch(source, is_active=False, by=factories.person("oz", role="OPS"), now=timezone.now())
    caller.post(ONE, factories.signal(signal_id="evt_3"))

    assert [row[1] for row in kept()] == [
        *("fields-are-wrong", "not-json", "switched-off", "too-large", "too-many")
    ]
    assert {row[0] for row in kept()} == {"website"}


def test_a_revoked_key_still_says_whose_it_was_and_an_unknown_one_is_nobodys(caller: Caller) -> None:
    api_keys.revoke(ApiKey.objects.get(), by=factories.person("oz", role="OPS"), now=timezone.now())

    answers = [each.post(ONE, {}).status_code for each in (caller, Caller("baton_guess"), Caller())]

    assert answers == [401, 401, 401]
    assert kept() == [("website", "key-is-missing", "", 1, 1), (None, "key-is-missing", "", 2, 2)]


def test_a_forged_webhook_counts_and_one_that_was_taken_before_does_not(ana: User, olga: User) -> None:
    source = factories.source("shop")
    secret = webhook_secrets.add(source, by=olga, now=timezone.now())
    message = signed(secret, factories.signal(), message_id="m-1")

    answers = [deliver(message, to="shop"), deliver(message, to="shop")]
    answers += [deliver(message, to="shop", webhook_id="m-2"), deliver(message, to="nobody")]

    assert [answer.status_code for answer in answers] == [201, 409, 401, 401]
    assert kept() == [("shop", "not-verified", "", 1, 1), (None, "not-verified", "", 1, 1)]


def test_nothing_of_what_was_sent_is_kept(caller: Caller) -> None:
    canary = "eva.canary@example.com"
    caller.post(ONE, factories.signal(answers={canary: "\x00"}))
    caller.post(ONE, {**factories.signal(), canary: {canary: "\x00"}})
    caller.post(ONE, factories.signal(canary))

    assert {row[2] for row in kept()} == {"answers", "…", "type"}
    assert canary not in serializers.serialize("json", RefusedCalls.objects.all())


def test_reading_that_is_refused_is_no_call_of_a_sender(caller: Caller) -> None:
    assert caller.get("/api/v1/leads").status_code == 401

    assert kept() == []


def test_a_flood_is_added_up_in_few_writes(
    website: Source, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 100.0)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        for _ in range(500):
            refused_calls.note([WRONG], source=website.pk, now=now)
    few = kept()[0][3]

    monkeypatch.setattr("time.monotonic", lambda: 101.5)
    refused_calls.note([WRONG], source=website.pk, now=now)

    assert sum("INSERT" in each["sql"] for each in asked) == few == refused_calls.MOST_WRITES
    assert kept()[0][3:] == (501, 501)


def test_a_refusal_is_answered_where_it_cannot_be_counted(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        refused_calls, "WRITE", "INSERT INTO no_such_table SELECT %s, %s, %s, %s, %s, %s, %s, %s"
    )

    answer = caller.post(ONE, factories.signal(person={"email": "nobody"}))

    assert answer.status_code == 422
    assert json.loads(answer.content)["errors"][0]["field"] == "person.email"


def test_operations_see_what_was_refused_one_click_from_the_number(ops: Client, website: Source) -> None:
    now = timezone.now()
    refused_calls.note([WRONG] * 1200, source=website.pk, now=now - DAY)
    refused_calls.note([Refusal("key-is-missing")] * 7, source=None, now=now)

    page = text_of(ops.get(reverse("sources")))
    url = reverse("source", args=[website.pk])
    source = text_of(ops.get(url))

    assert f'<a href="{url}#refused">1,200' in page
    assert "No key, or none of a source." in page
    assert 'id="refused"' in source
    assert "<code>person.email</code>" in source
    assert "1,200 were refused" in source
    assert f"{reverse('api-docs')}#fields-are-wrong" in source
    assert "No key, or none of a source." not in source


def test_what_was_refused_more_than_a_week_ago_is_shown_no_more_and_after_a_month_forgotten(
    ops: Client, website: Source
) -> None:
    now = timezone.now()
    refused_calls.note([WRONG], source=website.pk, now=now - 8 * DAY)
    refused_calls.note([WRONG], source=website.pk, now=now - 31 * DAY)

    assert "Nothing in the last 7 days" in text_of(ops.get(reverse("source", args=[website.pk])))
    assert [refused_calls.forget_old(now=now), refused_calls.forget_old(now=now)] == [1, 0]
    assert len(kept()) == 1


def test_operations_are_told_once_a_day_of_a_sender_whose_calls_fail(
    olga: User, website: Source, now: datetime
) -> None:
    few, many = factories.source("few"), website
    refused_calls.note([WRONG] * (refused.MANY - 1), source=few.pk, now=now)
    refused_calls.note([WRONG] * refused.MANY, source=many.pk, now=now)
    refused_calls.note([Refusal("key-is-missing")] * 500, source=None, now=now)

    told = [refused.watch(now=now), refused.watch(now=now)]

    assert told == [1, 1]
    messages = OutboxMessage.objects.filter(recipient=olga)
    assert {message.path for message in messages} == {f"{reverse('source', args=[many.pk])}#refused"}
    assert messages.values("channel").distinct().count() == messages.count()
