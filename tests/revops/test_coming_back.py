"""Whoever comes back by themselves is scored by an operating model that is read once, as signals are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import intake, merging
from leads.actors import Job
from leads.models import Lead, User
from leads.remembering import remembering_edition
from revops import coming_back
from routing import handoffs
from routing.handoffs import Rejection
from routing.models import Handoff, RejectionReason
from tests import factories

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
HOLD = timedelta(days=180)


def rejected(handoff: Handoff, *, at: datetime) -> Lead:
    """The lead, as its rep rejected it."""
    assert handoff.assignee is not None
    wrong_timing = Rejection(RejectionReason.objects.get(code="wrong-timing"))
    handoffs.reject(handoff, wrong_timing, by=handoff.assignee, now=at)
    return Lead.objects.get(pk=handoff.lead_id)


def tried_again(name: str, *, at: datetime) -> Callable[[], int]:
    payload = factories.signal(email=f"{name}@{name}.example", signal_id=name, occurred_at=at.isoformat())
    source = factories.source()
    signal = intake.read(payload, source=source, now=at)
    intake.keep_failed(signal, payload, source=source, error=RuntimeError(), now=at)
    return lambda: coming_back.retry_failed(now=at + 2 * MINUTE)


def released(name: str, *, at: datetime) -> Callable[[], int]:
    rejected(factories.waiting(name, now=at), at=at)
    return lambda: coming_back.release_recycled(now=at + HOLD)


def merged(name: str, *, at: datetime) -> Callable[[], int]:
    survivor = factories.waiting(f"{name}1", now=at).lead
    duplicate = rejected(factories.waiting(f"{name}2", now=at), at=at)
    merging.merge(duplicate, into=survivor, by=Job("test"), now=at + MINUTE)
    return lambda: coming_back.follow_merges(now=at + 2 * MINUTE)


@pytest.mark.parametrize("job", [tried_again, released, merged])
def test_each_who_comes_back_asks_for_the_edition_and_reads_no_model(
    job: Callable[..., Callable[[], int]], ana: User, now: datetime
) -> None:
    assert job("ada", at=now)() == 1

    alone = _statements(job("bea", at=now + DAY))
    with remembering_edition():
        remembered = _statements(job("cleo", at=now + 2 * DAY))

    assert alone - remembered == 1


def _statements(act: Callable[[], int]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert act() == 1
    return len(asked)
