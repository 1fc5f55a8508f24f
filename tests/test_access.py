"""Who may open what (P31): every address × method × role; an address without a row turns the tests red."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from routing.models import Handoff
from tests.access_ground import Ground
from tests.addresses import EXPECTED, ROLES, addresses, ask

# A step of the sign-in itself: whoever has not begun begins, and goes on to wherever they wanted.
STEPS = {"mfa_authenticate"}


def test_every_address_has_its_rows() -> None:
    named = {name for name, _ in addresses(get_resolver())}

    assert {(name, method) for name in named for method in ("GET", "POST")} == set(EXPECTED)


@pytest.mark.parametrize("role", ROLES)
def test_role_is_answered_as_the_table_says(ground: Ground, role: str) -> None:
    parameters = dict(addresses(get_resolver()))
    client = ground.client(role)
    differing = []

    for (name, method), statuses in EXPECTED.items():
        status, _ = ask(client, method, ground.path(name, parameters[name]))
        if status != statuses[role]:
            differing.append(f"{name} {method}: {status}, expected {statuses[role]}")

    assert differing == []


def test_who_is_not_signed_in_is_led_to_the_sign_in(ground: Ground) -> None:
    client = ground.client("nobody")
    elsewhere = []

    for name, parameters in addresses(get_resolver()):
        path = ground.path(name, parameters)
        status, location = ask(client, "GET", path)
        if status == 302 and name not in STEPS and location != f"{reverse('account_login')}?next={path}":
            elsewhere.append((name, location))

    assert elsewhere == []


def test_every_post_needs_the_token(ground: Ground) -> None:
    client = Client(enforce_csrf_checks=True)
    ops = ground.people["ops"]
    assert ops is not None
    client.force_login(ops)
    taken = []

    for name, parameters in addresses(get_resolver()):
        if EXPECTED[name, "POST"]["ops"] in (200, 302, 422):
            answer = client.post(ground.path(name, parameters), {})
            if answer.status_code != 403:
                taken.append(name)

    assert taken == []
    assert Handoff.objects.get().is_open
