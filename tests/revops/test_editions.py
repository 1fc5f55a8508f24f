"""What a process remembers of the operating model: never longer than until anybody changes it, by whatever way."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from leads import api_keys, remembering
from leads.models import ApiKey, OperatingModelEdit, SignalType, Source, Team, User
from leads.remembering import remembered, remembering_edition
from revops import pipeline
from routing import promises
from routing.models import Cadence, ClockKind, ServiceLevel
from scoring.models import Scorecard

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
TELLING = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'is_told'"


@pytest.fixture
def arguments(ana: User, dach: Team) -> dict[str, tuple[Any, ...]]:
    """What each remembered question is asked about here; without arguments where it is not named."""
    cadence = Cadence.objects.current().filter(tier="T1").first()
    return {
        "_of_tier": ("T1",),
        "_steps": (cadence.pk if cadence else 0,),
        "_promise_for": (ClockKind.REVIEW, "T1", "P1"),
        "_columns": (cadence.pk if cadence else 0,),
        "_course": (cadence.pk if cadence else 0,),
        "managers_of": (dach,),
        "_calendar_of": (ana.pk, dach.pk, 2026),
        "_row_of": (dach.pk,),
        "_zone_of": (ana.pk,),
        "_is_known": ("demo_request",),
        "_campaign": ("autumn",),
        "order_of": ("industry",),
        "_wishes_of": (frozenset({ana.pk}),),
    }


def test_edits_of_everything_that_is_remembered_are_told(arguments: dict[str, tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(TELLING)
        told = {name for (name,) in cursor.fetchall()}

    read = {question.__name__: _tables_of(question, arguments) for question in remembering.REMEMBERED}

    assert all(read.values())
    assert {name: tables - told for name, tables in read.items() if tables - told} == {}


def test_an_edit_is_seen_by_the_next_request(model: Scorecard) -> None:
    with remembering_edition():
        before = promises.in_force()
    with remembering_edition():
        same = promises.in_force()

    ServiceLevel.objects.update(target=timedelta(minutes=7))

    with remembering_edition():
        after = promises.in_force()
    assert same is before
    assert {promise.target for promise in after} == {timedelta(minutes=7)}


def test_an_edit_that_was_rolled_back_leaves_nothing_in_memory(model: Scorecard) -> None:
    with remembering_edition():
        before = promises.in_force()

    with transaction.atomic():
        ServiceLevel.objects.update(target=timedelta(minutes=7))
        with remembering_edition():
            during = promises.in_force()
        transaction.set_rollback(True)

    with remembering_edition():
        after = promises.in_force()
    assert {promise.target for promise in during} == {timedelta(minutes=7)}
    assert after == before


@pytest.mark.django_db
def test_forgetting_old_edits_keeps_the_newest_and_the_next_is_told() -> None:
    Source.objects.create(name="one")
    Source.objects.create(name="two")

    newest = OperatingModelEdit.objects.order_by("-pk").first()

    remembering.forget_old_edits()
    kept = OperatingModelEdit.objects.get()
    Team.objects.create(name="Nordics")

    assert kept == newest
    assert OperatingModelEdit.objects.count() == 2


@pytest.mark.django_db
def test_using_a_key_is_no_edit_and_revoking_it_holds_at_once() -> None:
    key = api_keys.issue("website", now=NOW)
    edits = OperatingModelEdit.objects.count()

    with remembering_edition():
        known = api_keys.source_of(key, now=NOW)
    used = OperatingModelEdit.objects.count()
    api_keys.revoke(ApiKey.objects.get(), by=pipeline.PIPELINE, now=NOW)
    with remembering_edition():
        refused = api_keys.source_of(key, now=NOW)

    assert known is not None
    assert used == edits
    assert refused is None


@pytest.mark.django_db
def test_what_senders_write_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST", 3)
    asked: list[str] = []

    @remembered
    def question(word: str) -> str:
        asked.append(word)
        return word

    try:
        with remembering.remembering():
            for word in "abcdeae":
                question(word)
    finally:
        remembering.REMEMBERED.pop()

    assert "".join(asked) == "abcdea"


@pytest.mark.django_db
def test_a_signal_type_that_was_just_added_is_taken(model: Scorecard) -> None:
    with remembering_edition():
        pass

    SignalType.objects.create(code="quiz", label="Quiz")

    source = Source.objects.create(name="quizzes")
    payload = {"type": "quiz", "person": {"email": "eva@acme.example"}}
    with remembering_edition():
        assert isinstance(pipeline.receive(payload, source=source, now=NOW), pipeline.Received)


def _tables_of(question: Callable[..., Any], arguments: dict[str, tuple[Any, ...]]) -> set[str]:
    with CaptureQueriesContext(connection) as captured:
        question(*arguments.get(question.__name__, ()))
    statements = " ".join(query["sql"] for query in captured.captured_queries)
    return set(re.findall(r'(?:FROM|JOIN) "(\w+)"', statements))
