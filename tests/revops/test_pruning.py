"""Old touches are let go by whole months: their sums stay, everybody's scores look the same, and every check holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from leads import partitions, retention
from leads.models import FailedSignal, OutboxMessage, PrunedMonth, Signal, SignalReceipt, User
from leads.outbox import Message, tell
from revops import pruning
from scoring import rescoring, verification
from scoring.models import Score, Scorecard
from tests import factories
from tests.reads import lists_left_out

LONG_AGO = datetime(2020, 2, 10, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


@pytest.fixture
def months_of_2020(transactional_db: None) -> Iterator[None]:
    """No month of 2020 exists after the test."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname ~ '^leads_signal_(apart_)?2020_.._?$'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")
    partitions._known.cache_clear()


def touched(kind: str, *, at: datetime, email: str = "eva@acme.example") -> None:
    factories.receive(factories.signal(kind, email=email, occurred_at=at.isoformat()), now=at)


def shown() -> list[tuple[object, ...]]:
    state = Score.objects.order_by("lead").values_list("lead__tier", "fit", "urgency", "engagement_sum")
    return [(tier, fit, urgency, round(engagement, 2)) for tier, fit, urgency, engagement in state]


def test_a_month_is_kept_as_its_sums_and_nobodys_scores_move(model: Scorecard, months_of_2020: None) -> None:
    touched("page_view", at=LONG_AGO)
    touched("content_download", at=LONG_AGO + timedelta(days=1), email="jonas@beta.example")
    touched("page_view", at=NOW)
    rescoring.refresh_urgency(now=NOW)
    before, receipts = shown(), SignalReceipt.objects.count()

    gone = [pruning.prune(months=24, now=NOW)]
    between: list[str] = []
    listed = lists_left_out("_apart_", lambda: between.extend(verification.differences()))
    gone += [pruning.prune(months=24, now=LATER) for _ in range(2)]

    assert gone == [0, 1, 0]
    assert not listed
    assert Signal.objects.count() == 1
    assert SignalReceipt.objects.count() == receipts
    assert shown() == before
    assert [*between, *verification.differences()] == []
    pruned = PrunedMonth.objects.get()
    assert (f"{pruned.month}", pruned.signals) == ("2020-02-01", 2)
    assert {one["type"]: one["signals"] for one in pruned.sums} == {"content_download": 1, "page_view": 1}


def test_a_late_touch_of_a_month_that_is_gone_is_taken_in_and_counted(
    model: Scorecard, months_of_2020: None
) -> None:
    touched("page_view", at=LONG_AGO)
    for now in (NOW, LATER):
        pruning.prune(months=24, now=now)

    touched("case_study", at=LONG_AGO)
    for now in (LATER, LATER + timedelta(days=1)):
        pruning.prune(months=24, now=now)

    assert PrunedMonth.objects.get().signals == 2
    assert not Signal.objects.exists()


def test_without_the_setting_nothing_is_let_go(model: Scorecard, months_of_2020: None) -> None:
    touched("page_view", at=LONG_AGO)

    assert [pruning.prune(months=0, now=now) for now in (NOW, LATER)] == [0, 0]

    assert Signal.objects.exists()


def test_a_month_that_still_counts_is_kept_whatever_is_set(model: Scorecard, months_of_2020: None) -> None:
    touched("page_view", at=LONG_AGO)
    soon = LONG_AGO + timedelta(days=100)

    assert [pruning.prune(months=1, now=soon + timedelta(days=day)) for day in range(2)] == [0, 0]

    assert Signal.objects.exists()


@pytest.mark.django_db
def test_messages_that_left_long_ago_are_forgotten_and_no_others(ana: User) -> None:
    now = timezone.now()
    for days in (100, 91, 1):
        tell([ana], Message(key=f"news-{days}", title="News"), now=now - timedelta(days=days))
    OutboxMessage.objects.filter(key__in=["news-100", "news-91"]).update(sent_at=now - timedelta(days=100))
    OutboxMessage.objects.filter(key="news-91").update(sent_at=now - timedelta(days=91))

    retention.forget_sent(now=now)

    kept = set(OutboxMessage.objects.values_list("key", flat=True))
    assert kept == {"news-91", "news-1"}


@pytest.mark.django_db
def test_messages_are_read_no_further_than_to_where_all_are_new(
    ana: User, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    now = timezone.now()
    waits, old, new = timedelta(days=200), timedelta(days=100), timedelta(days=1)
    for number, age in enumerate([waits, old, waits, old, *[waits] * 3, old, *[new] * 40]):
        tell([ana], Message(key=f"news-{number}", title="News"), now=now - age)
        OutboxMessage.objects.filter(key=f"news-{number}").exclude(created_at=now - waits).update(
            sent_at=now - age
        )
    monkeypatch.setattr(retention, "AT_ONCE", 4)

    with django_assert_num_queries(5):  # four old ones at a time, and four new ones once
        retention.forget_sent(now=now)

    assert OutboxMessage.objects.count() == 2 * 45  # in the app, and by mail
    assert not OutboxMessage.objects.filter(created_at=now - old).exists()


@pytest.mark.django_db
def test_only_dead_letters_that_were_set_aside_are_forgotten() -> None:
    long_ago = timezone.now() - timedelta(days=100)
    source = factories.source("website")
    for name, aside in (("dead", {}), ("aside", {"set_aside_at": long_ago, "set_aside_because": "A test"})):
        FailedSignal.objects.create(
            source=source, signal_id=name, payload={}, received_at=long_ago, dead_at=long_ago, **aside
        )

    assert retention.forget_set_aside(now=timezone.now()) == 1

    assert FailedSignal.objects.get().signal_id == "dead"
