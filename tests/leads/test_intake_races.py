"""Signals that come at the same moment: one person is one lead, one company one account, one failure one attempt."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from leads import intake
from leads.models import Account, FailedSignal, Lead, Signal, Source, User, Visitor
from revops import coming_back, pipeline
from revops.pipeline import Kept, Received
from routing.models import BusinessCalendar, Handoff
from tests import factories
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6


def send(*payloads: dict[str, Any], source: Source, now: datetime) -> list[Any]:
    return at_once(*[partial(pipeline.receive, payload, source=source, now=now) for payload in payloads])


def test_two_first_signals_of_one_person_are_one_lead(ana: User, website: Source, now: datetime) -> None:
    for number in range(ROUNDS):
        email = f"new-{number}@acme.example"
        kinds = ("webinar_attended", "demo_request", "pricing_page")

        answers = send(*(factories.signal(kind, email=email) for kind in kinds), source=website, now=now)

        assert all(isinstance(answer, Received) for answer in answers), answers
        lead = factories.lead_of(email)
        assert {answer.answer["lead"]["id"] for answer in answers} == {lead.pk}
        assert sum(answer.answer["lead"]["created"] for answer in answers) == 1
        assert Signal.objects.filter(lead=lead).count() == 3
        assert Handoff.objects.filter(lead=lead).count() == 1
        assert lead.visits.filter(stage="SUBSCRIBER").count() == 1
    assert Account.objects.count() == 1


def test_people_of_a_new_company_at_once_are_of_one_account(
    ana: User, website: Source, now: datetime
) -> None:
    for number in range(ROUNDS):
        people = [f"{name}@firm-{number}.example" for name in ("eva", "tom", "kim")]
        company = {**factories.COMPANY, "name": f"Firm {number}"}
        payloads = [factories.signal(email=email, company=company) for email in people]

        answers = send(*payloads, source=website, now=now)

        assert all(isinstance(answer, Received) for answer in answers), answers
        assert Account.objects.filter(domain=f"firm-{number}.example").count() == 1
        assert Lead.objects.filter(email__in=people, account__domain=f"firm-{number}.example").count() == 3


def test_company_known_by_name_alone_is_one_account_too(ana: User, website: Source, now: datetime) -> None:
    for number in range(ROUNDS):
        company = {"name": f"Nameless {number} GmbH", "country": "DE"}
        people = [f"{name}.{number}@gmail.com" for name in ("eva", "tom", "kim")]
        payloads = [factories.signal(email=email, company=company) for email in people]

        answers = send(*payloads, source=website, now=now)

        assert all(isinstance(answer, Received) for answer in answers), answers
        account = Account.objects.get(name=company["name"])
        assert account.people.count() == 3


def test_visitor_who_is_identified_while_still_clicking_keeps_every_touch(
    ana: User, website: Source, now: datetime
) -> None:
    for number in range(ROUNDS):
        visitor = f"visitor-{number}"
        clicks = [
            {"type": "page_view", "visitor_id": visitor, "signal_id": f"{number}-{n}"} for n in range(2)
        ]
        form = factories.signal("form_submit", email=f"known-{number}@acme.example", visitor_id=visitor)

        answers = send(*clicks, form, source=website, now=now)
        later = factories.receive({"type": "page_view", "visitor_id": visitor}, now=now, sender=website)

        assert all(isinstance(answer, Received) for answer in answers), answers
        lead = Visitor.objects.get(visitor_id=visitor).lead
        assert later["lead"]["id"] == lead.pk


def test_copies_that_fail_at_once_wait_for_one_retry(ana: User, website: Source, now: datetime) -> None:
    BusinessCalendar.objects.all().delete()
    payload = factories.signal(signal_id="poison", occurred_at=now.isoformat())

    answers = send(*[payload] * 5, source=website, now=now)

    assert answers == [Kept("poison")] * 5
    kept = FailedSignal.objects.get()
    assert (kept.attempts, kept.retry_at, kept.dead_at) == (1, now + timedelta(minutes=1), None)
    assert not Signal.objects.exists()


def test_retry_beside_the_sender_who_tries_again_is_one_signal(
    ana: User, website: Source, now: datetime
) -> None:
    calendar = BusinessCalendar.objects.get(team=None)
    later = now + timedelta(minutes=2)
    for number in range(ROUNDS):
        BusinessCalendar.objects.all().delete()
        payload = factories.signal(
            email=f"kept-{number}@acme.example", signal_id=f"kept-{number}", occurred_at=now.isoformat()
        )
        assert pipeline.receive(payload, source=website, now=now) == Kept(f"kept-{number}")
        calendar.save(force_insert=True)

        outcomes = at_once(
            partial(coming_back.retry_failed, now=later),
            partial(coming_back.retry_failed, now=later),
            partial(pipeline.receive, payload, source=website, now=later),
        )

        assert [outcome for outcome in outcomes if isinstance(outcome, Exception)] == []
        assert Signal.objects.filter(signal_id=f"kept-{number}").count() == 1
        assert not FailedSignal.objects.exists()


def test_signal_that_ends_its_worker_is_a_dead_letter_after_five_attempts(
    ana: User, website: Source, now: datetime
) -> None:
    """A claim without an end is what a killed worker leaves."""
    BusinessCalendar.objects.all().delete()
    pipeline.receive(factories.signal(signal_id="deadly"), source=website, now=now)
    for minute in range(2, 6):
        claimed = intake.claim_for_retry(now=now + timedelta(minutes=minute))
        assert claimed is not None

    assert intake.claim_for_retry(now=now + timedelta(minutes=6)) is None

    dead = FailedSignal.objects.get()
    assert dead.dead_at == now + timedelta(minutes=6)
    assert dead.error.startswith("The last attempt ended its worker.")
