"""What was signed, sealed or begun under a SECRET_KEY holds while that key stands among SECRET_KEY_FALLBACKS."""

from __future__ import annotations

from datetime import UTC, datetime
from http.cookies import SimpleCookie

import pytest
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from leads import sealing
from leads.models import User
from leads.sealing import CannotOpen
from revops.forms import tickets
from revops.forms.tickets import ForgedTicket
from revops.sign_in import known_devices
from tests import factories
from tests.revops.test_sign_in import deliver, link_in

pytestmark = pytest.mark.django_db


def rotate(settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"


def forget_earlier_keys(settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = []


def shows_notifications(client: Client) -> bool:
    return client.get(reverse("notifications")).status_code == 200


def device_of(client: Client, user: User) -> str:
    """Where a guess from this browser is counted."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = "203.0.113.1"
    request.COOKIES = {name: one.value for name, one in client.cookies.items()}
    return known_devices.places(request, "password", user.email)[0].kind


@pytest.fixture
def owner(ana: User) -> User:
    """Ana, who has a password."""
    ana.set_password(factories.PASSWORD)
    ana.save()
    return ana


def test_who_is_signed_in_stays_so_and_is_known_by_the_new_key_from_then_on(
    owner: User, settings: Settings
) -> None:
    client, away = Client(), Client()
    for each in (client, away):
        each.post(reverse("account_login"), {"login": owner.email, "password": factories.PASSWORD})

    rotate(settings)
    assert shows_notifications(client)
    assert device_of(client, owner) == "device"

    forget_earlier_keys(settings)
    assert shows_notifications(client)
    assert not shows_notifications(away)
    assert device_of(client, owner) == "password"


def test_two_tabs_that_ask_at_once_after_a_rotation_both_stay_signed_in(
    owner: User, settings: Settings
) -> None:
    tab, other = Client(), Client()
    tab.post(reverse("account_login"), {"login": owner.email, "password": factories.PASSWORD})
    other.cookies = SimpleCookie(tab.cookies.output(header=""))

    rotate(settings)
    assert [shows_notifications(each) for each in (tab, other)] == [True, True]

    forget_earlier_keys(settings)
    assert [shows_notifications(each) for each in (tab, other)] == [True, True]


def test_link_to_a_new_password_opens(owner: User, settings: Settings) -> None:
    Client().post(reverse("account_reset_password"), {"email": owner.email})
    link = link_in(deliver(datetime.now(UTC)))

    rotate(settings)

    assert b"no longer works" not in Client().get(link, follow=True).content
    forget_earlier_keys(settings)
    assert b"no longer works" in Client().get(link, follow=True).content


def test_form_that_was_shown_before_can_be_sent(settings: Settings) -> None:
    shown = tickets.issue("demo", {}, referrer="", now=timezone.now()).signed()

    rotate(settings)

    assert tickets.read(shown, slug="demo").slug == "demo"
    forget_earlier_keys(settings)
    with pytest.raises(ForgedTicket):
        tickets.read(shown, slug="demo")


def test_what_was_sealed_opens_and_is_sealed_by_the_new_key_from_then_on(settings: Settings) -> None:
    before = sealing.seal("their secret")

    rotate(settings)
    after = sealing.seal("their secret")

    assert sealing.opened(before) == sealing.opened(after) == "their secret"
    forget_earlier_keys(settings)
    assert sealing.opened(after) == "their secret"
    with pytest.raises(CannotOpen):
        sealing.opened(before)
