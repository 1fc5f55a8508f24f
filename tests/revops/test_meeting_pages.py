"""Booking a meeting on the lead's page, and accepting it in the queue with an amount and a close date (QU-7, LC-4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from time_machine import Traveller

from leads.models import Lead, Opportunity, Team, User
from revops import packages
from routing import handoffs, meetings
from routing.models import Handoff
from tests import factories
from tests.conftest import SignIn

DAY = timedelta(days=1)


@pytest.fixture
def axel(dach: Team) -> User:
    """An account executive of the team."""
    return factories.rep("axel", team=dach, role="AE").user


@pytest.fixture
def accepted(ana: User, now: datetime, time_machine: Traveller) -> Lead:
    """Ana's lead, accepted an hour ago."""
    time_machine.move_to(now)
    handoff = factories.handoff(now=now - timedelta(hours=2))
    return handoffs.accept(handoff, by=ana, now=now - timedelta(hours=1)).lead


@pytest.fixture
def handed_on(accepted: Lead, ana: User, axel: User, now: datetime) -> Handoff:
    """Axel's meeting, booked by Ana."""
    meeting = meetings.Meeting(now + DAY, axel)
    return meetings.book(accepted, meeting, packages.of(accepted, now=now), by=ana, now=now)


def test_owner_books_the_meeting_on_the_leads_page(
    *, accepted: Lead, ana: User, axel: User, as_user: SignIn
) -> None:
    desk = as_user(ana)
    offered = desk.get(accepted.get_absolute_url()).context["meeting_form"]

    desk.post(
        reverse("book-meeting", args=[accepted.pk]),
        {"at": "2026-11-19T14:30", "executive": axel.pk, "note": "Wants the API."},
    )

    handoff = Handoff.objects.get(kind="MEETING")
    assert [user.pk for user in offered.fields["executive"].queryset] == [axel.pk]
    assert (handoff.assignee, handoff.meeting_at) == (axel, datetime(2026, 11, 19, 13, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"at": "soon"}, "Give a day and a time."),
        ({"at": "2031-01-01T10:00"}, "Choose a time between a month ago and a year from now."),
        ({"executive": "99999"}, "Choose one of the account executives."),
    ],
)
def test_what_cannot_be_booked_is_said_beside_the_form(
    *, accepted: Lead, ana: User, axel: User, as_user: SignIn, typed: dict[str, str], sentence: str
) -> None:
    sent = {"at": "2026-11-19T14:30", "executive": str(axel.pk), "note": "Wants the API.", **typed}

    page = as_user(ana).post(reverse("book-meeting", args=[accepted.pk]), sent)

    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert "Wants the API." in page.content.decode()
    assert not Handoff.objects.filter(kind="MEETING").exists()


def test_meeting_of_a_lead_that_is_somebody_elses_is_not_offered_and_not_taken(
    *, accepted: Lead, bob: User, axel: User, as_user: SignIn
) -> None:
    desk = as_user(bob)

    page = desk.get(accepted.get_absolute_url())
    sent = {"at": "2026-11-19T14:30", "executive": axel.pk}
    told = desk.post(reverse("book-meeting", args=[accepted.pk]), sent, follow=True)

    assert page.context["meeting_form"] is None
    assert "This lead is with Ana, who books its meeting." in told.content.decode()
    assert not Handoff.objects.filter(kind="MEETING").exists()


def test_executive_accepts_with_an_amount_and_a_close_date(
    handed_on: Handoff, axel: User, as_user: SignIn
) -> None:
    desk = as_user(axel)

    told = desk.post(
        reverse("accept", args=[handed_on.pk]), {"amount": "45000", "close_on": "2027-02-01"}, follow=True
    )

    deal = Opportunity.objects.get()
    assert (f"{deal.amount}", f"{deal.close_on}", deal.owner) == ("45000.00", "2027-02-01", axel)
    assert "Eva Klein is yours." in told.content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Give an amount above 0."),
        ({"amount": "0", "close_on": "2027-02-01"}, "Give an amount above 0."),
        ({"amount": "much", "close_on": "2027-02-01"}, "Give an amount, such as 45000."),
        ({"amount": "45000", "close_on": "2026-11-01"}, "Choose a close date that is not in the past."),
        ({"amount": "45000"}, "Choose the day on which it should close."),
    ],
)
def test_terms_that_no_deal_can_have_are_said_at_their_field_and_what_was_typed_stays(
    *, handed_on: Handoff, axel: User, as_user: SignIn, typed: dict[str, str], sentence: str
) -> None:
    page = as_user(axel).post(reverse("accept", args=[handed_on.pk]), typed)

    shown = page.content.decode()
    assert page.status_code == 422
    assert sentence in shown
    assert page.context["terms_form"]["amount"].value() == typed.get("amount")
    handed_on.refresh_from_db()
    assert handed_on.is_open


def test_who_comes_too_late_is_told_who_was_first_whatever_they_typed(
    *, handed_on: Handoff, axel: User, mia: User, now: datetime, as_user: SignIn
) -> None:
    terms = meetings.Terms(Decimal(45_000), (now + 60 * DAY).date())
    meetings.accept(handed_on, terms, by=axel, now=now)

    told = as_user(mia).post(reverse("accept", args=[handed_on.pk]), {}, follow=True)

    assert "Axel accepted this lead" in told.content.decode()


def test_meeting_shows_in_the_executives_queue_with_its_time(
    handed_on: Handoff, axel: User, as_user: SignIn
) -> None:
    page = as_user(axel).get(reverse("queue"))

    [row] = page.context["rows"]
    assert row.is_meeting
    assert "meeting Wed 18 Nov, 10:00" in row.flags
    assert "Accept as an opportunity" in page.content.decode()
