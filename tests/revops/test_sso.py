"""Single sign-on against a real provider process: who it names enters, and nothing that was tampered with does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from leads import people
from leads.models import AuditEntry, ProviderIdentity, Role, User
from tests import receivers
from tests.receivers import receiving
from tests.revops import oidc_provider
from tests.revops.oidc_provider import CLIENT, SECRET, Provider


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    with oidc_provider.serving() as serving:
        settings.SSO_ISSUER = serving.issuer
        settings.SSO_CLIENT_ID, settings.SSO_CLIENT_SECRET = CLIENT, SECRET
        settings.SSO_DOMAINS = ["baton.example"]
        settings.SITE_URL = "http://testserver"
        yield serving


def asked(client: Client, then: str = "") -> dict[str, str]:
    """What the browser carries to the provider."""
    answer = client.get(reverse("sso"), {"next": then} if then else {})
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def sign_in(provider: Provider, client: Client | None = None, then: str = "") -> tuple[Client, str]:
    """Go to the provider and back; the browser, and where it ends up."""
    client = client or Client()
    back = provider.authorize(asked(client, then))
    return client, client.get(back.removeprefix("http://testserver")).headers["Location"]


def signed_in(client: Client) -> bool:
    return client.get(reverse("notifications")).status_code == 200


def test_whoever_the_provider_names_enters_where_they_wanted_to_go(provider: Provider, ana: User) -> None:
    client, place = sign_in(provider, then="/leads/?q=eva")

    assert place == "/leads/?q=eva"
    assert signed_in(client)
    assert ProviderIdentity.objects.get(user=ana).subject == "u-1"
    assert AuditEntry.objects.get(action="person-linked").subject == f"person:{ana.pk}"


def test_a_provider_whose_name_ends_with_a_slash_is_the_one_that_was_named(
    provider: Provider, ana: User
) -> None:
    provider.issuer += "/"  # as some providers call themselves, while the setting is read without

    client, _ = sign_in(provider)

    assert signed_in(client)


def test_a_provider_that_publishes_no_key_lets_nobody_in(provider: Provider, ana: User) -> None:
    provider.says = {"/keys": {"keys": "none"}}

    client, place = sign_in(provider)

    assert place == reverse("account_login")
    assert not signed_in(client)


@pytest.mark.parametrize("missing", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_provider_that_says_half_is_said_kindly(provider: Provider, missing: str) -> None:
    known = provider.documents()["/.well-known/openid-configuration"]
    provider.says = {"/.well-known/openid-configuration": {**known, missing: None}}

    answer = Client().get(reverse("sso"), follow=True)

    assert b"The sign-in did not work" in answer.content


def test_what_is_no_provider_at_all_is_said_kindly(settings: Settings, model: object) -> None:
    with receiving(receivers.answer(b"no HTTP at all\r\n\r\n")) as receiver:
        settings.SSO_ISSUER = receiver.url.removesuffix("/hook")

        answer = Client().get(reverse("sso"), follow=True)

    assert b"The sign-in did not work" in answer.content


def test_the_link_holds_when_the_address_changes_there(provider: Provider, ana: User) -> None:
    sign_in(provider)
    provider.claims = {**provider.claims, "email": "ana.married@elsewhere.example"}

    client, _ = sign_in(provider)

    assert signed_in(client)


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "ana@evil.example"},
        {"email": "ana@baton.example.evil.example"},
        {"email": "nobody@baton.example"},
        {"email": ""},
    ],
)
def test_only_a_verified_address_of_the_company_opens_an_account(
    provider: Provider, ana: User, claims: dict[str, Any]
) -> None:
    provider.claims = {**provider.claims, **claims}

    client, place = sign_in(provider)

    assert place == reverse("account_login")
    assert not signed_in(client)
    assert not ProviderIdentity.objects.exists()


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another-application"},
        {"aud": ["another-application"]},
        {"azp": "another-application"},
        {"exp": 1_700_000_000},
        {"iat": 4_000_000_000},
        {"nonce": "of another sign-in"},
        {"nonce": None},
    ],
)
def test_a_token_for_somebody_or_something_else_is_refused(
    provider: Provider, ana: User, claims: dict[str, Any]
) -> None:
    provider.tamper = claims

    client, place = sign_in(provider)

    assert place == reverse("account_login")
    assert not signed_in(client)


def test_a_token_that_the_provider_did_not_sign_is_refused(provider: Provider, ana: User) -> None:
    provider.signing_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    client, _ = sign_in(provider)

    assert not signed_in(client)


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(provider: Provider, ana: User) -> None:
    asking, other = Client(), Client()
    back = provider.authorize(asked(asking)).removeprefix("http://testserver")

    other.get(back)
    asking.get(back.replace("state=", "state=x"))
    asking.get(back)

    assert not signed_in(other)
    assert not signed_in(asking)


def test_whoever_left_does_not_come_in_by_the_provider(provider: Provider, ana: User, olga: User) -> None:
    sign_in(provider)
    people.close(ana, by=olga, now=ana.joined_at)

    client, place = sign_in(provider)

    assert place == reverse("account_login")
    assert not signed_in(client)


def test_new_people_come_in_as_readers_where_the_setting_lets_them(
    provider: Provider, settings: Settings, model: object
) -> None:
    settings.SSO_NEW_PEOPLE = True
    provider.claims = {**provider.claims, "email": "new@baton.example", "name": "Nina New"}

    client, _ = sign_in(provider)

    newcomer = User.objects.get(email="new@baton.example")
    assert signed_in(client)
    assert (newcomer.name, newcomer.role, newcomer.has_usable_password()) == ("Nina New", Role.VIEWER, False)


@pytest.mark.parametrize("place", ["//evil.example", "https://evil.example", "\\\\evil.example", "/\r\nX: y"])
def test_nobody_is_led_off_site(provider: Provider, ana: User, place: str) -> None:
    _, led_to = sign_in(provider, then=place)

    assert "evil" not in led_to
    assert "\n" not in led_to


def test_a_provider_that_is_away_is_said_kindly(settings: Settings, model: object) -> None:
    settings.SSO_ISSUER = "http://127.0.0.1:1"

    answer = Client().get(reverse("sso"), follow=True)

    assert b"The sign-in did not work" in answer.content
