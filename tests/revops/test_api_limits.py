"""Who may send and how much: keys, sources that are switched off, types, rates; and whatever a body may hold (P34)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from leads import api_keys, sources
from leads.models import ApiKey, AuditEntry, Lead, Signal, Source, User
from revops.api import rate_limits
from revops.api.rate_limits import TooMany
from tests import factories
from tests.api_callers import BATCH, ONE, PROBLEM, Caller, sender

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(ana: User) -> Caller:
    return sender()


def limit_to(signals: int) -> Source:
    """The website may send so many signals a minute, and has sent none yet."""
    Source.objects.filter(name="website").update(signals_per_minute=signals)
    source = Source.objects.get(name="website")
    rate_limits.forget(source)
    return source


def test_flood_is_answered_429_with_the_time_to_wait(caller: Caller) -> None:
    limit_to(3)

    answers = [caller.post(ONE, factories.signal("page_view")) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
    assert answers[-1]["Content-Type"] == PROBLEM
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert Signal.objects.count() == 3


def test_batch_counts_each_of_its_signals(caller: Caller) -> None:
    limit_to(10)
    signals = [factories.signal("page_view", signal_id=f"evt_{n}") for n in range(7)]

    first, second = caller.post(BATCH, signals), caller.post(BATCH, signals)

    assert (first.status_code, second.status_code) == (200, 429)


def test_batch_larger_than_a_minute_allows_is_possible_once(caller: Caller) -> None:
    source = limit_to(5)

    rate_limits.count(source, signals=1000)

    with pytest.raises(TooMany):
        rate_limits.count(source)


def test_a_large_rate_is_counted_in_lots_to_its_last_signal(caller: Caller) -> None:
    source = limit_to(5_000)
    rate_limits.count(source, signals=5_000 - 7)

    for _ in range(7):  # a lot of five, and when no lot is left one by one
        rate_limits.count(source)

    with pytest.raises(TooMany):
        rate_limits.count(source)


def test_what_was_counted_ahead_lapses(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    source = limit_to(2_000)
    rate_limits.count(source, signals=1_996)
    monkeypatch.setattr(rate_limits, "LASTING", 0.0)

    for _ in range(2):  # each asks for two
        rate_limits.count(source)

    with pytest.raises(TooMany):
        rate_limits.count(source)


def test_one_source_does_not_use_up_anothers_rate(caller: Caller) -> None:
    limit_to(1)
    caller.post(ONE, factories.signal("page_view"))

    assert caller.post(ONE, factories.signal("page_view")).status_code == 429
    assert sender("shop").post(ONE, factories.signal("page_view")).status_code == 201


def test_source_that_is_switched_off_stops_at_once(caller: Caller, olga: User, now: datetime) -> None:
    website = Source.objects.get(name="website")
    assert caller.post(ONE, factories.signal()).status_code == 201

    sources.switch(website, is_active=False, by=olga, now=now)
    off = caller.post(ONE, factories.signal())
    sources.switch(website, is_active=True, by=olga, now=now)

    assert (off.status_code, off["Content-Type"]) == (403, PROBLEM)
    assert off.json()["title"] == "This source is switched off."
    assert caller.post(ONE, factories.signal()).status_code == 201


def test_type_that_the_source_may_not_send_is_403_naming_the_field(caller: Caller) -> None:
    Source.objects.filter(name="website").update(allowed_types=["page_view"])

    answer = caller.post(ONE, factories.signal("demo_request"))

    assert answer.status_code == 403
    assert answer.json()["errors"][0]["field"] == "type"
    assert not Lead.objects.exists()


def test_key_tells_when_it_was_last_used_and_writes_it_once_a_minute(caller: Caller) -> None:
    before = timezone.now()

    caller.post(ONE, factories.signal("page_view"))
    used = ApiKey.objects.get().last_used_at
    caller.post(ONE, factories.signal("page_view"))

    assert used is not None
    assert before <= used
    assert ApiKey.objects.get().last_used_at == used


def test_revoking_is_for_good_and_in_the_audit(caller: Caller, olga: User, now: datetime) -> None:
    key = ApiKey.objects.select_related("source").get()

    api_keys.revoke(key, by=olga, now=now)
    api_keys.revoke(key, by=olga, now=now + timedelta(days=1))

    assert caller.post(ONE, factories.signal()).status_code == 401
    assert ApiKey.objects.get().revoked_at == now
    told = AuditEntry.objects.filter(action__startswith="source.").order_by("id")
    actions = list(told.values_list("action", flat=True))
    assert actions == ["source.key-issued", "source.key-revoked"]
    assert caller.key not in json.dumps(list(AuditEntry.objects.values()), default=str)


# Whatever a body may hold


HOSTILE = [
    (b'{"type": "page_view", "type": "demo_request"}', 422),
    (b'{"person": {"email": "a@b.example", "email": "c@d.example"}, "type": "page_view"}', 422),
    (b'{"type": "page_view", "visitor_id": "v", "properties": {"n": ' + b"9" * 5000 + b"}}", 422),
    (b'{"type": "page_view", "visitor_id": "v", "properties": {"n": 1e999}}', 422),
    (b'{"type": "page_view", "visitor_id": "v", "properties": {"n": NaN}}', 422),
    (b'{"type": "page_view", "visitor_id": "v", "properties": {"\\u0000": 1}}', 422),
    (b'{"type": "page_view", "visitor_id": "\\ud800"}', 422),
    (b'{"a":' * 100_000, 422),
    (b"[" * 900_000, 422),
    (b'{"type": "page_view", "visitor_id": "v", "occurred_at": "2026-11-20T10:15:00+20:10"}', 422),
    (b"", 422),
    (b"\x00", 422),
    (b"\xef\xbb\xbfnull", 422),
]


@pytest.mark.parametrize("url", [ONE, BATCH])
@pytest.mark.parametrize(("body", "status"), HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_body_is_refused_in_words(caller: Caller, url: str, body: bytes, status: int) -> None:
    answer = caller.post(url, body)

    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["errors"]
    assert not Signal.objects.exists()


def test_name_given_twice_is_named(caller: Caller) -> None:
    answer = caller.post(ONE, b'{"type": "page_view", "type": "demo_request"}')

    assert answer.json()["errors"] == [{"field": "", "message": "An object gives the name 'type' twice."}]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/xml", "x"])
def test_body_that_is_not_said_to_be_json_is_415(caller: Caller, kind: str) -> None:
    answer = caller.post(ONE, json.dumps(factories.signal()), content_type=kind)

    assert (answer.status_code, answer["Content-Type"]) == (415, PROBLEM)
    assert not Signal.objects.exists()


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/cloudevents+json", ""])
def test_json_by_whatever_name_is_taken(caller: Caller, kind: str) -> None:
    assert caller.post(ONE, factories.signal(), content_type=kind).status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/v1/signals", 405),
        ("PUT", "/api/v1/signals", 405),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/", 404),
        ("POST", "/api/v1/signals/", 404),
        ("DELETE", "/api/v1/leads/1", 405),
    ],
)
def test_whatever_goes_wrong_is_a_problem(caller: Caller, method: str, path: str, status: int) -> None:
    answer: Any = caller.client.generic(method, path)

    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    assert ("Allow" in answer) == (status == 405)


def test_wrong_host_is_a_problem_too(caller: Caller) -> None:
    answer: Any = caller.client.get("/api/v1/leads", headers={"Host": "evil.example"})

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_extra_fields_change_nothing_but_what_is_kept_as_it_came(caller: Caller, olga: User) -> None:
    intruding = {"owner": olga.pk, "score": 100, "team": 1, "is_staff": True, "id": 999, "stage": "CUSTOMER"}
    payload = {**factories.signal("page_view"), **intruding}
    payload["person"] = {**payload["person"], **intruding}

    answer = caller.post(ONE, payload)

    lead = Lead.objects.get(pk=answer.json()["lead"]["id"])
    assert (lead.owner, lead.team, lead.stage) == (None, None, "LEAD")
    assert lead.pk != 999
    assert not User.objects.filter(is_staff=True).exists()
    assert Signal.objects.get().raw == {**intruding, "person": intruding}


def test_a_signal_is_taken_past_what_only_pages_need(caller: Caller) -> None:
    answer = caller.post(ONE, factories.signal())

    assert answer.status_code == 201
    assert not hasattr(answer.wsgi_request, "session")
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_the_page_about_the_api_is_a_page_like_any_other(caller: Caller) -> None:
    answer = caller.client.get("/api/v1/docs")

    assert answer.status_code == 200
    assert hasattr(answer.wsgi_request, "session")
