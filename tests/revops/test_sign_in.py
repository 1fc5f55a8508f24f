"""Signing in (P33): a new session each time, ten thousand guesses in vain, an owner who is never kept out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leads import people
from leads.models import OutboxMessage, User
from revops import relay
from tests import factories

LATER = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
SIGN_IN = "/sign-in/"
ANOTHER = "quite another password"


@pytest.fixture
def owner(ana: User) -> User:
    """Ana, who has a password."""
    ana.set_password(factories.PASSWORD)
    ana.save()
    return ana


def sign_in(client: Client, user: User, password: str = factories.PASSWORD) -> bool:
    """Whether the password opened the door."""
    answer = client.post(SIGN_IN, {"login": user.email, "password": password})
    return answer.status_code == 302


def signed_in(client: Client) -> bool:
    return client.get(reverse("notifications")).status_code == 200


def deliver(at: datetime) -> EmailMultiAlternatives:
    """The mail that leaves now."""
    relay.deliver_due(now=at)
    sent = mail.outbox[-1]
    assert isinstance(sent, EmailMultiAlternatives)
    return sent


def link_in(sent: EmailMultiAlternatives) -> str:
    found = re.search(re.escape(settings.SITE_URL) + r"(/sign-in/new-password/\S+)", str(sent.body))
    assert found is not None
    return found[1]


def set_password(client: Client, link: str, password: str = ANOTHER) -> HttpResponse:
    place = client.get(link).headers["Location"]
    return client.post(place, {"password1": password, "password2": password})  # type: ignore[return-value]


# Sessions


def test_the_session_before_the_sign_in_is_worth_nothing_after_it(owner: User) -> None:
    client = Client()
    client.session["planted"] = "1"
    client.session.save()
    client.get(SIGN_IN)
    planted = client.session
    planted["x"] = "y"
    planted.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key or ""

    assert sign_in(client, owner)

    attacker = Client()
    attacker.cookies[settings.SESSION_COOKIE_NAME] = planted.session_key or ""
    assert client.session.session_key != planted.session_key
    assert not signed_in(attacker)
    assert signed_in(client)


def test_a_cookie_is_worth_nothing_after_the_sign_out(owner: User) -> None:
    client, kept = Client(), Client()
    sign_in(client, owner)
    kept.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    client.post(reverse("logout"))

    assert not signed_in(kept)


def test_a_new_password_ends_every_other_session_and_tells_the_owner(owner: User) -> None:
    here, elsewhere = Client(), Client()
    assert sign_in(here, owner)
    assert sign_in(elsewhere, owner)

    answer = here.post(
        reverse("account_change_password"),
        {"oldpassword": factories.PASSWORD, "password1": ANOTHER, "password2": ANOTHER},
    )

    assert answer.status_code == 302
    assert signed_in(here)
    assert not signed_in(elsewhere)
    assert OutboxMessage.objects.get(recipient=owner).title == "Your password was changed"


def test_whoever_leaves_is_out_at_once_and_stays_out_when_they_come_back(owner: User, olga: User) -> None:
    client = Client()
    sign_in(client, owner)

    people.close(owner, by=olga, now=LATER)

    assert not signed_in(client)
    assert not sign_in(Client(), owner)
    people.reopen(owner, by=olga, now=LATER)
    assert not signed_in(client)
    assert sign_in(Client(), owner)


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(owner: User) -> None:
    client = Client()
    sign_in(client, owner)

    for name in (settings.SESSION_COOKIE_NAME, "known_device"):
        assert client.cookies[name]["httponly"]
        assert client.cookies[name]["samesite"] == "Lax"


# Guessing


@pytest.mark.parametrize("parallel_addresses", [1, 500])
def test_of_guesses_for_an_hour_at_most_twenty_are_looked_at_in_any_quarter_of_it(
    owner: User, parallel_addresses: int
) -> None:
    looked_at: list[float] = []
    client = Client()
    began = LATER

    with time_machine.travel(began, tick=False) as clock:
        for number in range(400):
            address = f"10.0.{number % parallel_addresses // 250}.{number % parallel_addresses % 250}"
            answer = client.post(
                SIGN_IN, {"login": owner.email, "password": f"guess {number}"}, REMOTE_ADDR=address
            )
            if b"password is wrong" in answer.content:
                looked_at.append(number * 9)
            clock.shift(timedelta(seconds=9))

    assert len(looked_at) >= 5
    for begun in looked_at:
        assert sum(begun <= each < begun + 900 for each in looked_at) <= 20


def test_the_owner_enters_from_a_known_device_while_somebody_guesses(owner: User) -> None:
    at_home, stranger, new = Client(), Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    sign_in(at_home, owner)
    at_home.post(reverse("logout"))

    for number in range(30):
        sign_in(stranger, owner, f"guess {number}")

    assert not sign_in(new, owner)
    assert sign_in(at_home, owner)


def test_the_owner_enters_by_a_link_while_somebody_guesses(owner: User) -> None:
    stranger, new = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    for number in range(30):
        sign_in(stranger, owner, f"guess {number}")

    new.post(reverse("account_reset_password"), {"email": owner.email})
    set_password(new, link_in(deliver(datetime.now(UTC))))

    assert signed_in(new)
    new.post(reverse("logout"))
    assert sign_in(new, owner, ANOTHER)


def test_one_address_cannot_try_one_password_on_everybody(owner: User) -> None:
    client = Client(REMOTE_ADDR="203.0.113.9")

    answers = [
        client.post(SIGN_IN, {"login": f"person{number}@baton.example", "password": "Summer2026!"})
        for number in range(60)
    ]

    assert sum(b"password is wrong" in answer.content for answer in answers) == 30
    assert b"Wait 1 minute," in answers[-1].content


# Resetting


def test_nobody_learns_who_has_an_account(owner: User) -> None:
    known, unknown = (
        Client(REMOTE_ADDR=f"203.0.113.{number}").post(reverse("account_reset_password"), {"email": email})
        for number, email in enumerate((owner.email, "nobody@baton.example"))
    )
    with time_machine.travel(LATER, tick=False):
        wrong, no_one = (
            re.sub(rb'value="[^"]*"', b"", Client().post(SIGN_IN, {"login": email, "password": "x"}).content)
            for email in (owner.email, "nobody@baton.example")
        )

    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert wrong == no_one


def test_a_link_works_once_and_not_for_ever(owner: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": owner.email.upper()})
    link = link_in(deliver(datetime.now(UTC)))

    set_password(Client(), link)

    assert b"no longer works" in Client().get(link).content
    Client().post(reverse("account_reset_password"), {"email": owner.email})
    fresh = link_in(deliver(datetime.now(UTC)))
    with time_machine.travel(datetime.now(UTC) + timedelta(days=1, minutes=1)):
        assert b"no longer works" in Client().get(fresh).content


def test_no_secret_link_lies_in_the_database(owner: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": owner.email})

    message = OutboxMessage.objects.get(recipient=owner)
    assert "new-password" not in f"{message.title}{message.text}{message.path}"


def test_asking_again_and_again_fills_nobodys_mailbox(owner: User) -> None:
    for _ in range(20):
        Client().post(reverse("account_reset_password"), {"email": owner.email})

    assert OutboxMessage.objects.filter(recipient=owner).count() == 5


def test_whoever_left_gets_no_link_and_is_told_what_a_stranger_is_told(owner: User, olga: User) -> None:
    people.close(owner, by=olga, now=LATER)

    Client().post(reverse("account_reset_password"), {"email": owner.email})
    answer = Client().post(SIGN_IN, {"login": owner.email, "password": factories.PASSWORD})

    assert b"password is wrong" in answer.content
    assert not OutboxMessage.objects.filter(recipient=owner).exists()


def test_form_without_its_token_is_refused_by_a_page_of_our_own_that_says_what_to_do(ana: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ana)

    for path, browser in ((reverse("set-theme"), strict), (SIGN_IN, Client(enforce_csrf_checks=True))):
        refused = browser.post(path, {"theme": "DARK"})

        assert refused.status_code == 403
        assert "Go back, reload the page, and send it again." in refused.content.decode()
