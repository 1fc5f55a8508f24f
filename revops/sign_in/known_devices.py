"""Knows browsers in which somebody has signed in before, so that a stranger's guesses never keep the owner out (PF-2).

A known device has its own count of guesses; all others share one for the account and one for their address on the
network. The cookie is signed, holds no name, and says only "has been here": it opens nothing.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.core.internal.ratelimit import truncate_ip
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from leads.guesses import FREE_FROM_ADDRESS, Place
from leads.models import User

COOKIE = "known_device"
SALT = "revops.known_devices"
KEPT_FOR = timedelta(days=365)
MOST_PEOPLE = 8


def places(request: HttpRequest, kind: str, email: str) -> list[Place]:
    """Where a guess at a secret of the account `email` is counted."""
    device, people = _read(request)
    who = _mark(email)
    if who in people:
        return [Place("device", f"{kind}:{device}:{who}")]
    return [Place(kind, who), address(request)]


def address(request: HttpRequest) -> Place:
    """The address on the network; of IPv6 the network, since one machine has ever so many addresses."""
    return Place("address", truncate_ip(get_adapter().get_client_ip(request)), free=FREE_FROM_ADDRESS)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """The person has signed in here."""
    device, people = _read(request)
    who = _mark(user.email)
    kept = [who, *(each for each in people if each != who)][:MOST_PEOPLE]
    response.set_cookie(
        COOKIE,
        signing.dumps([device, kept], salt=SALT),
        max_age=KEPT_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    """The device's number and the marks of who has signed in on it; a forged cookie is a new device."""
    try:
        device, people = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEPT_FOR)
    except signing.BadSignature:
        return secrets.token_hex(8), []
    return device, people


def _mark(email: str) -> str:
    return hashlib.sha256(email.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()[:32]
