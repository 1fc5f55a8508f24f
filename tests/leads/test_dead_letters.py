"""Dead letters: operations reads why a signal failed and tries it again; what was sent is text, never markup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import FailedSignal, Source, User
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def ops(as_user: SignIn, olga: User) -> Client:
    return as_user(olga)


def failed(source: Source, *, now: datetime, dead: bool = True, **fields: Any) -> FailedSignal:
    number = FailedSignal.objects.count()
    values: dict[str, Any] = {
        "signal_id": f"evt_{number}",
        "payload": factories.signal(),
        "error": "KeyError('webinar')",
        "attempts": 5 if dead else 2,
        "received_at": now - timedelta(hours=number),
        "dead_at": now if dead else None,
        "retry_at": None if dead else now + timedelta(minutes=4),
    }
    return FailedSignal.objects.create(source=source, **values | fields)


def test_operations_reads_why_a_signal_failed_and_what_was_sent(
    ops: Client, website: Source, now: datetime
) -> None:
    failed(website, now=now)

    page = ops.get(reverse("dead-letters")).content.decode()

    assert "KeyError(&#x27;webinar&#x27;)" in page
    assert "eva@acme.example" in page
    assert "tried 5 times" in page


@pytest.mark.parametrize("role", ["SDR", "AE", "CSM", "MANAGER", "MARKETER", "VIEWER"])
def test_nobody_else_reads_or_retries(
    *, role: str, as_user: SignIn, website: Source, now: datetime, model: object
) -> None:
    kept = failed(website, now=now)
    client = as_user(factories.person("reader", role=role))

    answers = [
        client.get(reverse("dead-letters")),
        client.post(reverse("dead-letter-retry", args=[kept.pk])),
        client.post(reverse("dead-letters-retry")),
    ]

    assert [answer.status_code for answer in answers] == [403] * 3
    assert FailedSignal.objects.get().dead_at is not None


def test_what_was_sent_is_text_and_never_markup(ops: Client, website: Source, now: datetime) -> None:
    failed(
        website, now=now, payload={"type": "<b>x</b>", "url": "<script>alert(1)</script>"}, error="<i>no</i>"
    )

    page = ops.get(reverse("dead-letters")).content.decode()

    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "&lt;i&gt;no&lt;/i&gt;" in page


def test_a_long_payload_is_cut_and_says_so(ops: Client, website: Source, now: datetime) -> None:
    failed(website, now=now, payload={"type": "form_submit", "answers": {"essay": "a" * 30_000}})

    page = ops.get(reverse("dead-letters")).content.decode()

    assert "Cut after 20,000 characters." in page
    assert "a" * 20_001 not in page


def test_a_dead_letter_is_tried_again(ops: Client, website: Source, now: datetime) -> None:
    kept, other = failed(website, now=now), failed(website, now=now)

    answer = ops.post(reverse("dead-letter-retry", args=[kept.pk]), follow=True)

    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.dead_at, kept.attempts) == (None, 0)
    assert kept.retry_at is not None
    assert other.dead_at is not None
    assert "Signal evt_0 is tried again within a minute." in answer.content.decode()


def test_all_dead_letters_are_tried_again_and_those_waiting_keep_their_time(
    ops: Client, website: Source, now: datetime
) -> None:
    failed(website, now=now)
    failed(website, now=now)
    waiting = failed(website, now=now, dead=False)

    answer = ops.post(reverse("dead-letters-retry"), follow=True)

    assert not FailedSignal.objects.filter(dead_at__isnull=False).exists()
    assert FailedSignal.objects.get(pk=waiting.pk).retry_at == waiting.retry_at
    assert "2 signals are tried again within a minute." in answer.content.decode()


def test_a_signal_that_was_processed_meanwhile_is_not_found(ops: Client) -> None:
    assert ops.post(reverse("dead-letter-retry", args=[4711])).status_code == 404


def test_an_empty_page_says_so(ops: Client) -> None:
    assert "Everything was processed" in ops.get(reverse("dead-letters")).content.decode()


def test_a_page_shows_fifty_and_leads_to_the_older_ones(
    *, ops: Client, website: Source, now: datetime, django_assert_max_num_queries: Any
) -> None:
    for _ in range(53):
        failed(website, now=now)

    with django_assert_max_num_queries(8):
        first = ops.get(reverse("dead-letters"))
    second = ops.get(first.context["older_url"])

    assert len(first.context["letters"]) == 50
    assert len(second.context["letters"]) == 3
    assert second.context["older_url"] == ""


@pytest.mark.parametrize("before", ["x", "-1", "1 OR 1=1", "٣", "9" * 30])
def test_a_page_that_begins_nowhere_is_refused(before: str, ops: Client) -> None:
    assert ops.get(reverse("dead-letters"), {"before": before}).status_code == 400
