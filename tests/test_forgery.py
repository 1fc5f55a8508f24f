"""Redirects, hosts and frames: nobody is led off-site, and no other site shows or speaks for ours (P35)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from leads.models import User
from tests import factories

SignIn = Callable[[User], Client]

ELSEWHERE = [
    "//evil.example/",
    "\\\\evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "https:evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "/\r\nLocation: https://evil.example",
]


@pytest.mark.parametrize("place", ELSEWHERE)
def test_nobody_is_led_off_site(ana: User, place: str, as_user: SignIn) -> None:
    ana.set_password(factories.PASSWORD)
    ana.save()

    after_theme = as_user(ana).post(reverse("set-theme"), {"theme": "dark", "next": place})
    after_sign_in = Client().post(
        reverse("account_login"), {"login": ana.email, "password": factories.PASSWORD, "next": place}
    )

    assert (after_theme.status_code, after_sign_in.status_code) == (302, 302)
    for location in (after_theme.headers["Location"], after_sign_in.headers["Location"]):
        assert re.fullmatch(r"/([\w%.:-][\w%.:/-]*)?", location)


def test_own_pages_are_where_one_comes_back_to(ana: User, as_user: SignIn) -> None:
    answer = as_user(ana).post(reverse("set-theme"), {"theme": "dark", "next": "/leads/?q=eva"})

    assert answer.headers["Location"] == "/leads/?q=eva"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80@127.0.0.1", ""])
def test_wrong_host_is_refused(ana: User, host: str, as_user: SignIn) -> None:
    client = as_user(ana)

    for path in (reverse("account_login"), reverse("leads"), reverse("queue")):
        assert client.get(path, headers={"Host": host}).status_code == 400


def test_pages_may_not_be_framed_and_run_only_our_own_scripts(ana: User, as_user: SignIn) -> None:
    headers = as_user(ana).get(reverse("leads")).headers

    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
