"""The second factor: set up by a code, asked for at sign-in, used once, demanded by a setting."""

from __future__ import annotations

import html
import re
import time
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from leads.models import OutboxMessage, User
from tests import factories


@pytest.fixture
def owner(ana: User) -> User:
    """Ana, who has a password."""
    ana.set_password(factories.PASSWORD)
    ana.save()
    return ana


def code_of(secret: str) -> str:
    """What the app shows now (RFC 6238)."""
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code


def give_password(client: Client, user: User) -> str:
    """Where the right password leads."""
    answer = client.post(reverse("account_login"), {"login": user.email, "password": factories.PASSWORD})
    return answer.headers["Location"]


def set_up(client: Client, user: User) -> tuple[str, list[str]]:
    """Sign in and add an app; its secret, and the recovery codes."""
    give_password(client, user)
    page = client.get(reverse("mfa_activate_totp")).content.decode()
    found = re.search(r'class="secret">([A-Z2-7]+)<', page)
    assert found is not None
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(found[1])}, follow=True)
    return found[1], re.findall(r"<li><code>([^<]+)</code>", html.unescape(answer.content.decode()))


def signed_in(client: Client) -> bool:
    return client.get(reverse("notifications")).status_code == 200


def test_after_the_password_a_code_is_asked_for_and_counts_once(owner: User) -> None:
    with time_machine.travel("2026-11-17T09:00:00Z", tick=False) as clock:
        secret, _ = set_up(Client(), owner)
        first, second = Client(), Client()
        clock.shift(120)
        code = code_of(secret)

        assert give_password(first, owner) == reverse("mfa_authenticate")
        assert not signed_in(first)
        first.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(first)

        give_password(second, owner)
        second.post(reverse("mfa_authenticate"), {"code": code})
        assert not signed_in(second)


@pytest.mark.parametrize("seconds", [0, 29, 31, 59])
def test_a_code_that_was_used_is_refused_for_as_long_as_it_would_be_right(owner: User, seconds: int) -> None:
    with time_machine.travel("2026-11-17T09:00:00Z", tick=False) as clock:
        secret, _ = set_up(Client(), owner)
        first, second = Client(), Client()
        clock.shift(120)
        code = code_of(secret)
        give_password(first, owner)
        first.post(reverse("mfa_authenticate"), {"code": code})

        clock.shift(seconds)
        give_password(second, owner)
        second.post(reverse("mfa_authenticate"), {"code": code})

        assert (signed_in(first), signed_in(second)) == (True, False)


def test_a_recovery_code_opens_once(owner: User) -> None:
    _, codes = set_up(Client(), owner)

    opened = []
    for _ in range(2):
        client = Client()
        give_password(client, owner)
        client.post(reverse("mfa_authenticate"), {"code": codes[0]})
        opened.append(signed_in(client))

    assert len(codes) == 10
    assert opened == [True, False]


@pytest.mark.parametrize(
    "change", [{"password": "anything else"}, {"session_generation": 7}, {"is_active": False}]
)
def test_who_gave_a_password_that_counts_no_more_is_asked_for_no_code(
    owner: User, change: dict[str, Any]
) -> None:
    _, codes = set_up(Client(), owner)
    client = Client()
    give_password(client, owner)
    User.objects.filter(pk=owner.pk).update(**change)

    answer = client.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert answer.headers["Location"] == reverse("account_login")
    assert "_auth_user_id" not in client.session
    User.objects.filter(pk=owner.pk).update(is_active=True, password=owner.password)
    give_password(client, owner)
    client.post(reverse("mfa_authenticate"), {"code": codes[0]})
    assert signed_in(client)


def test_the_code_page_stays_open_when_the_secret_key_is_rotated(owner: User, settings: Settings) -> None:
    _, codes = set_up(Client(), owner)
    client = Client()
    give_password(client, owner)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"

    client.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert signed_in(client)


def test_codes_cannot_be_guessed_for_ever(owner: User) -> None:
    set_up(Client(), owner)
    client = Client()
    give_password(client, owner)

    answers = [client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}) for number in range(20)]

    assert sum(b"There were too many tries" in answer.content for answer in answers) == 15


def test_the_secret_is_kept_encrypted_and_the_owner_is_told(
    owner: User, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret, codes = set_up(Client(), owner)

    kept = str(list(Authenticator.objects.filter(user=owner).values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)
    titles = set(OutboxMessage.objects.filter(recipient=owner).values_list("title", flat=True))
    assert "An authenticator app was added to your account" in titles


def test_who_must_have_one_opens_nothing_before_and_keeps_it_after(owner: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["SDR"]
    client = Client()
    give_password(client, owner)

    led_to = client.get(reverse("queue"))
    set_up(client, owner)
    client.post(reverse("mfa_deactivate_totp"))

    assert led_to.headers["Location"] == reverse("mfa_activate_totp")
    assert signed_in(client)
    assert Authenticator.objects.filter(user=owner, type="totp").exists()


def test_others_are_not_asked_for_one(owner: User, settings: Settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["OPS"]
    client = Client()

    give_password(client, owner)

    assert signed_in(client)


def test_without_the_key_that_closed_the_secret_nobody_gets_in_and_is_told_whom_to_ask(
    owner: User, settings: Settings
) -> None:
    secret, codes = set_up(Client(), owner)
    settings.SECRET_KEY = "another"
    client = Client()
    give_password(client, owner)

    answers = [
        client.post(reverse("mfa_authenticate"), {"code": code}) for code in (code_of(secret), codes[0])
    ]

    assert all(b"Ask operations to reset your second factor" in answer.content for answer in answers)
    assert not signed_in(client)
