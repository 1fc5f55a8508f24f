"""What each kind of key opens (P31): every operation of the API × method × key; one without a row turns tests red."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from leads import api_keys, people, read_keys, sources
from leads.models import ApiKey, Lead, ReadKey, Signal, User
from tests import factories
from tests.access_ground import Ground
from tests.addresses import addresses
from tests.api_callers import PROBLEM

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
NOT_ALLOWED = 405

# A method of an operation without a row is answered 405. A webhook is opened by its signature, never by a key.
HEAD, *LINES = (Path(__file__).parent / "access_by_key.txt").read_text().splitlines()
KEYS = tuple(HEAD.split())
EXPECTED = {
    (name, method): dict(zip(KEYS, map(int, statuses), strict=True))
    for name, method, *statuses in map(str.split, LINES)
}
OPERATIONS = {name: given for name, given in addresses(get_resolver()) if name.startswith("api-1:")}
ROWS = [(name, method) for name in OPERATIONS for method in METHODS]


def expected(row: tuple[str, str], kind: str) -> int:
    return EXPECTED[row][kind] if row in EXPECTED else NOT_ALLOWED


def of_source(*, now: datetime) -> dict[str, str]:
    """A key of a source; one that was revoked; one of a source that is switched off."""
    revoked = api_keys.issue("website", now=now, name="revoked")
    api_keys.revoke(ApiKey.objects.get(name="revoked"), by=api_keys.COMMAND, now=now)
    off = api_keys.issue("closed", now=now)
    sources.switch(factories.source("closed"), is_active=False, by=api_keys.COMMAND, now=now)
    return {
        "source": api_keys.issue("website", now=now),
        "source-revoked": revoked,
        "source-off": off,
    }


def of_reader(ground: Ground, *, now: datetime) -> dict[str, str]:
    """Keys that read: of the record's team, of another, with one scope, revoked, and of somebody who has left."""
    sdr, other, ops = (ground.people[role] for role in ("sdr", "other sdr", "ops"))
    assert sdr is not None
    assert other is not None
    assert ops is not None
    every = list(ReadKey.Scope.values)

    def issued(person: User, name: str, scopes: list[str] = every) -> str:
        return read_keys.issue(person, name=name, scopes=scopes, by=ops, now=now)

    gone = factories.person("gone", team=sdr.team)
    keys = {
        "reader": issued(sdr, "own"),
        "reader-other": issued(other, "other"),
        "reader-leads": issued(sdr, "one", ["leads:read"]),
        "reader-revoked": issued(sdr, "revoked"),
        "reader-left": issued(gone, "left"),
    }
    read_keys.revoke(ReadKey.objects.get(name="revoked"), by=ops, now=now)
    people.close(gone, by=ops, now=now)
    return keys


@pytest.fixture
def keys(ground: Ground) -> dict[str, str]:
    """What follows `Authorization:`, by kind of key."""
    now = timezone.now()
    good = {**of_source(now=now), **of_reader(ground, now=now)}
    headers = {kind: f"Bearer {key}" for kind, key in good.items()}
    return {**headers, "none": "", "wrong": "Bearer baton_no-such-key", "basic": f"Basic {good['source']}"}


@pytest.fixture
def ask(ground: Ground, keys: dict[str, str]) -> Callable[..., tuple[int, bytes]]:
    """The status and the body of an operation asked with a kind of key; whatever it changed is taken back."""
    client = Client(raise_request_exception=False)

    def asked(name: str, method: str, kind: str) -> tuple[int, bytes]:
        given = {"Authorization": keys[kind]} if keys[kind] else {}
        with transaction.atomic():
            answer = client.generic(
                method, ground.path(name, OPERATIONS[name]), "{}", "application/json", headers=given
            )
            transaction.set_rollback(True)
        if answer.status_code >= 400 and method != "HEAD":
            assert answer["Content-Type"] == PROBLEM, (name, method, kind)
        return answer.status_code, answer.content

    return asked


def test_every_operation_has_a_row() -> None:
    assert {name for name, _ in EXPECTED} == set(OPERATIONS)


@pytest.mark.parametrize("kind", KEYS)
def test_key_is_answered_as_the_table_says(ask: Callable[..., tuple[int, bytes]], kind: str) -> None:
    answered = {row: ask(*row, kind)[0] for row in ROWS}

    differing = {row: status for row, status in answered.items() if status != expected(row, kind)}
    assert differing == {}


@pytest.mark.parametrize("kind", KEYS)
def test_no_answer_names_what_the_key_may_not_see(ask: Callable[..., tuple[int, bytes]], kind: str) -> None:
    told = {row for row in ROWS if b"eva@acme.example" in ask(*row, kind)[1]}

    its_own = {"reader": {"api-1:get_lead", "api-1:list_leads", "api-1:list_handoffs"}}
    assert {name for name, _ in told} <= its_own.get(kind.removesuffix("-leads"), set())


@pytest.mark.parametrize("kind", [kind for kind in KEYS if kind != "source"])
def test_only_a_sources_own_key_stores_anything(ground: Ground, keys: dict[str, str], kind: str) -> None:
    before = (Lead.objects.count(), Signal.objects.count())
    given = {"Authorization": keys[kind]} if keys[kind] else {}
    signal = factories.signal(email="new@acme.example", signal_id="by-key")

    for path, body in (("/api/v1/signals", signal), ("/api/v1/signals/batch", [signal])):
        Client().post(path, json.dumps(body), "application/json", headers=given)

    assert (Lead.objects.count(), Signal.objects.count()) == before
