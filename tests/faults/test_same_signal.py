"""P6: the same signal several times at once is one lead, one touch and one answer."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.db.models import Count

from leads.models import Account, Lead, Signal, SignalReceipt, Source, User
from revops import pipeline
from revops.pipeline import Received
from routing.models import Handoff
from tests import factories
from tests.api_callers import ONE, Caller, sender
from tests.figures import say
from tests.races import Race, racers

COPIES = 5


def send_copies(race: Race, number: int, *, source: Source, now: datetime) -> list[Any]:
    """Five copies of one signal at the same moment; what each of them got."""
    payload = factories.signal(
        email=f"same-{number}@acme.example", signal_id=f"same-{number}", occurred_at=now.isoformat()
    )
    return race(*[partial(pipeline.receive, payload, source=source, now=now)] * COPIES)


def differing(answers: list[Any]) -> list[Any]:
    """What is not the one answer that all copies must get, of which one is the first."""
    wrong = [answer for answer in answers if not isinstance(answer, Received)]
    if wrong:
        return wrong
    bodies = {json.dumps(answer.answer, sort_keys=True) for answer in answers}
    firsts = sum(answer.first for answer in answers)
    return [] if len(bodies) == 1 and firsts == 1 else answers


def assert_one_of_each(ids: int) -> None:
    assert Lead.objects.count() == ids
    assert Signal.objects.count() == ids
    assert SignalReceipt.objects.count() == ids
    assert Handoff.objects.count() == ids
    assert Account.objects.count() == 1
    assert not Lead.objects.annotate(begun=Count("visits")).exclude(begun=3).exists()


@pytest.mark.django_db(transaction=True)
def test_five_copies_at_once_are_one_lead_and_get_one_answer(
    ana: User, website: Source, now: datetime
) -> None:
    with racers(COPIES) as race:
        wrong = [n for n in range(12) if differing(send_copies(race, n, source=website, now=now))]

    assert wrong == []

    assert_one_of_each(12)


def post_copies(race: Race, number: int, *, caller: Caller, now: datetime) -> list[tuple[int, bytes]]:
    """Five copies of one request at the same moment; the status and body that each got."""
    payload = factories.signal(
        email=f"same-{number}@acme.example", signal_id=f"same-{number}", occurred_at=now.isoformat()
    )
    copies = [partial(Caller(caller.key).post, ONE, payload) for _ in range(COPIES)]
    answers: list[Any] = race(*copies)
    return [(answer.status_code, answer.content) for answer in answers]


def one_outcome(got: list[tuple[int, bytes]]) -> bool:
    """Whether one copy was the first, and all got its answer."""
    return sorted(status for status, _ in got) == [200] * (COPIES - 1) + [201] and len(set(got)) == 2


@pytest.mark.django_db(transaction=True)
def test_five_requests_at_once_are_one_lead_and_another_body_is_refused(ana: User, now: datetime) -> None:
    caller = sender()

    with racers(COPIES) as race:
        wrong = [n for n in range(4) if not one_outcome(post_copies(race, n, caller=caller, now=now))]

    assert wrong == []
    assert caller.post(ONE, factories.signal(signal_id="same-0")).status_code == 422
    assert_one_of_each(4)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_five_requests_of_a_thousand(ana: User, now: datetime) -> None:
    caller = sender()

    with racers(COPIES) as race:
        wrong = [n for n in range(1000) if not one_outcome(post_copies(race, n, caller=caller, now=now))]

    assert wrong == []
    assert_one_of_each(1000)
    say("P6, 1,000 ids × 5 requests at once", measured=f"leads {Lead.objects.count()}", target="1,000")
