"""The signed ticket in a hosted form: where its sender came from, when it was shown, and the id that its signal gets.

It takes the place of a cookie, which browsers keep from a frame on another site; forged ones are refused. Nothing is
done in anybody's name with it: the form is public and asks for no session.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

from django.core import signing

SALT = "revops.form_tickets"
HOLDS_FOR = timedelta(hours=24)
LONGEST_TEXT, LONGEST_ADDRESS = 300, 2000
MOST_PARAMETERS = 100
UTM = ("source", "medium", "campaign", "content", "term")


class ForgedTicket(Exception):
    """The ticket is none of ours, or another form's."""


@dataclass(frozen=True)
class Ticket:
    """What a form remembers from being shown until it is sent."""

    slug: str
    signal_id: str
    shown_at: datetime
    visitor_id: str = ""
    url: str = ""
    referrer: str = ""
    utm: Mapping[str, str] = field(default_factory=dict)

    def signed(self) -> str:
        """The ticket as the form carries it."""
        values = {**vars(self), "shown_at": self.shown_at.timestamp(), "utm": dict(self.utm)}
        return signing.dumps(values, salt=SALT, compress=True)

    def age(self, now: datetime) -> timedelta:
        """How long ago the form was shown."""
        return now - self.shown_at

    def renewed(self, now: datetime) -> Self:
        """The same for a form that is shown anew."""
        return replace(self, shown_at=now)


def issue(slug: str, asked: Mapping[str, str], *, referrer: str, now: datetime) -> Ticket:
    """A ticket for the form `slug` that was `asked` for with these parameters, from a page at `referrer`.

    Parameters that hold too much are cut; what has no meaning here is left out. Where they name no campaign, that of
    the page counts on which the form stands.
    """
    url = _text(asked.get("url", "") or referrer, LONGEST_ADDRESS)
    utm = _utm(asked) or _utm(_parameters_of(url))
    return Ticket(
        slug=slug,
        signal_id=f"form-{uuid.uuid4().hex}",
        shown_at=now,
        visitor_id=_text(asked.get("visitor_id", ""), 128),
        url=url,
        referrer=_text(asked.get("referrer", ""), LONGEST_ADDRESS),
        utm=utm,
    )


def read(signed: str, *, slug: str) -> Ticket:
    """The ticket that was signed for the form `slug`; raises ForgedTicket."""
    try:
        values: dict[str, Any] = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        raise ForgedTicket from None
    ticket = Ticket(**{**values, "shown_at": datetime.fromtimestamp(values["shown_at"], UTC)})
    if ticket.slug != slug:
        raise ForgedTicket
    return ticket


def _utm(asked: Mapping[str, str]) -> dict[str, str]:
    named = {name: _text(asked.get(f"utm_{name}", "")) for name in UTM}
    return {name: value for name, value in named.items() if value}


def _parameters_of(address: str) -> dict[str, str]:
    """The parameters of an address; none of what is no address."""
    try:
        return dict(parse_qsl(urlsplit(address).query, max_num_fields=MOST_PARAMETERS))
    except ValueError:
        return {}


def _text(given: str, longest: int = LONGEST_TEXT) -> str:
    return given.replace("\x00", "")[:longest]
