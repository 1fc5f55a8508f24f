"""Dead letters: operations reads why a signal failed and tries it again; what was sent is text, never markup."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import AuditEntry, FailedSignal, Lead, Source, User
from revops import coming_back, pipeline
from routing.models import BusinessCalendar
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


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ("OperationalError('canceling statement due to lock timeout')", "is likely to go through"),
        ("TimeoutError()", "It took too long"),
        ("The last attempt ended its worker. Before: MemoryError()", "ended the worker"),
        ("DataError('value too long')", "fails the same way"),
    ],
)
def test_each_says_whether_another_try_helps(
    error: str, told: str, ops: Client, website: Source, now: datetime
) -> None:
    failed(website, now=now, error=error)

    assert told in ops.get(reverse("dead-letters")).content.decode()


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


def test_all_of_a_kind_are_tried_again_and_the_others_stay(
    ops: Client, website: Source, now: datetime
) -> None:
    for error in ("KeyError('webinar')", "KeyError('chat')", "TimeoutError()", "The last attempt: broken"):
        failed(website, now=now, error=error)

    page = ops.get(reverse("dead-letters"))
    ops.post(reverse("dead-letters-retry"), {"kind": "KeyError"})

    kinds = [(kind.name, kind.count) for kind, _told in page.context["kinds"]]
    assert kinds == [("KeyError", 2), ("The last attempt", 1), ("TimeoutError", 1)]
    still = FailedSignal.objects.filter(dead_at__isnull=False).order_by("id")
    assert [kept.error for kept in still] == ["TimeoutError()", "The last attempt: broken"]
    assert AuditEntry.objects.get(action="dead-letter.retried").text.startswith("2 signals")


def test_dead_letter_is_set_aside_with_a_reason_and_kept(
    *, ops: Client, olga: User, website: Source, now: datetime
) -> None:
    kept, other = failed(website, now=now), failed(website, now=now)

    answer = ops.post(reverse("dead-letter-set-aside", args=[kept.pk]), {"because": "A test of ours"})
    page, aside = ops.get(reverse("dead-letters")), ops.get(reverse("dead-letters"), {"show": "aside"})
    kept.refresh_from_db()

    assert answer.status_code == 302
    assert (kept.set_aside_by, kept.set_aside_because) == (olga, "A test of ours")
    assert [letter.row.pk for letter in page.context["letters"]] == [other.pk]
    assert [letter.row.pk for letter in aside.context["letters"]] == [kept.pk]
    assert "A test of ours" in aside.content.decode()
    assert AuditEntry.objects.get(action="dead-letter.set-aside").actor == olga


def test_trying_all_again_leaves_what_was_set_aside_and_trying_it_alone_does_not(
    ops: Client, website: Source, now: datetime
) -> None:
    kept = failed(website, now=now)
    ops.post(reverse("dead-letter-set-aside", args=[kept.pk]), {"because": "A test of ours"})

    ops.post(reverse("dead-letters-retry"))
    after_all = FailedSignal.objects.get().dead_at
    ops.post(reverse("dead-letter-retry", args=[kept.pk]))
    after_one = FailedSignal.objects.get()

    assert after_all is not None
    assert (after_one.dead_at, after_one.set_aside_at, after_one.set_aside_because) == (None, None, "")


@pytest.mark.parametrize("because", ["", "  ", "\x00"])
def test_nothing_is_set_aside_without_a_reason(
    ops: Client, website: Source, now: datetime, because: str
) -> None:
    kept = failed(website, now=now)

    answer = ops.post(reverse("dead-letter-set-aside", args=[kept.pk]), {"because": because})

    assert answer.status_code == 422
    assert "Say why signal evt_0 is set aside." in answer.content.decode()
    assert FailedSignal.objects.get().set_aside_at is None


def test_what_still_waits_for_its_next_try_cannot_be_set_aside(
    ops: Client, website: Source, now: datetime
) -> None:
    waiting = failed(website, now=now, dead=False)

    answer = ops.post(reverse("dead-letter-set-aside", args=[waiting.pk]), {"because": "A test"}, follow=True)

    assert "is tried again just now" in answer.content.decode()
    assert FailedSignal.objects.get().set_aside_at is None


def test_retry_knows_who_qualified_the_person_elsewhere_and_that_they_were_bought(
    ana: User, website: Source, now: datetime
) -> None:
    calendar = BusinessCalendar.objects.get(team=None)
    BusinessCalendar.objects.all().delete()
    payload = factories.signal("page_view", signal_id="history", occurred_at=now.isoformat())
    pipeline.receive(payload, source=website, now=now, qualified_elsewhere="the old system", bought=True)
    calendar.save(force_insert=True)

    through = coming_back.retry_failed(now=now + timedelta(minutes=2))

    lead = Lead.objects.get()
    assert through == 1
    assert (lead.stage, lead.acquired) == ("MQL", "PURCHASED")
    assert lead.visits.get(stage="MQL").cause == "the old system"
