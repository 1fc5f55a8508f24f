"""The lead page tells what somebody said about being contacted, and when it was taken back (IN-10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from leads import suppressions
from leads.models import Lead, Suppression, User
from revops.lead_page import consent_told
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.django_db

LATER = timedelta(days=1)


def agree(now: datetime, **consent: str) -> Lead:
    factories.receive(factories.signal(consent={"basis": "opt_in", **consent}), now=now)
    return Lead.objects.get()


@pytest.fixture
def desk(ana: User, as_user: SignIn) -> Client:
    return as_user(ana)


def test_yes_stands_with_its_basis_words_time_and_source(desk: Client, now: datetime) -> None:
    lead = agree(now, text="You may call me.")

    page = desk.get(lead.get_absolute_url()).content.decode()

    (said,) = consent_told.panel(lead)
    assert (said.is_yes, said.basis, said.text, said.source) == (
        True,
        "opt-in",
        "You may call me.",
        "website",
    )
    assert said.withdrawn_at is None
    assert "You may call me." in page
    assert "Agreed on 17 Nov 2026" in page


def test_yes_that_was_taken_back_says_when(ana: User, now: datetime) -> None:
    agree(now)
    factories.receive(factories.signal("unsubscribe"), now=now + LATER)

    no, yes = consent_told.panel(Lead.objects.get())

    assert (no.is_yes, no.withdrawn_at) == (False, None)
    assert (yes.is_yes, yes.withdrawn_at) == (True, no.at)


def test_yes_after_a_no_holds(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("unsubscribe"), now=now)
    agree(now + LATER)

    yes, no = consent_told.panel(Lead.objects.get())

    assert (yes.is_yes, yes.withdrawn_at, no.is_yes) == (True, None, False)


def test_list_of_refusals_takes_a_yes_back(ana: User, olga: User, now: datetime) -> None:
    lead = agree(now)

    suppressions.add([lead.email], origin=Suppression.Origin.HAND, by=olga, now=now + LATER)

    lead.refresh_from_db()
    assert [one.withdrawn_at for one in consent_told.panel(lead)] == [now + LATER]


def test_who_said_nothing_is_told_nothing_of(desk: Client, now: datetime) -> None:
    factories.receive(factories.signal(consent={}), now=now)

    page = desk.get(Lead.objects.get().get_absolute_url()).content.decode()

    assert 'id="consent"' not in page
