"""Counts each guess at a password or a code before it is looked at, and says when to try again (PF-2)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads import guesses
from leads.guesses import TooManyGuesses
from revops.sign_in import known_devices


def guess(request: HttpRequest, kind: str, email: str, *, now: datetime) -> Callable[[], None]:
    """Count a guess; call what comes back when it was right. Raises ValidationError while nothing is heard."""
    places = known_devices.places(request, kind, email)
    try:
        guesses.count(places, now=now)
    except TooManyGuesses as refused:
        raise ValidationError(_wait(refused.free_at, now=now), code="too_many_guesses") from None
    return lambda: guesses.was_right(places, now=now)


def forget(request: HttpRequest, email: str) -> None:
    """Whoever has signed in completely begins anew, but for the address on the network, which others share."""
    kinds = ("password", "code", "link")
    places = [place for kind in kinds for place in known_devices.places(request, kind, email)]
    guesses.forget(place for place in places if place.kind != "address")


def _wait(free_at: datetime, *, now: datetime) -> str:
    minutes = max(1, -int((now - free_at).total_seconds() // 60))
    how_long = ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return _(
        "There were too many tries. Wait %(how_long)s, or ask for a link by mail and set a new password."
    ) % {"how_long": how_long}
