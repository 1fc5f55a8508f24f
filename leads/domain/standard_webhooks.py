"""Verifies that a message was signed by who knows a secret, and lately.

Source: the Standard Webhooks specification, 1.0.0: HMAC-SHA-256 over "id.timestamp.body", written "v1,BASE64"; several
signatures are parted by spaces, so that a sender can sign with two secrets while it changes them.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

TOLERANCE = timedelta(minutes=5)
MOST_SIGNATURES = 16
SHORTEST_SECRET, LONGEST_SECRET = 16, 128  # bytes
PREFIX = "whsec_"
SECONDS = re.compile(r"[0-9]{1,11}")
WRITTEN_ID = re.compile(r"[\x21-\x7e]{1,200}")


class NotVerified(ValueError):
    """The message is not shown to come from the sender now; the message says why."""


class BadSecret(ValueError):
    """The text is no secret of Standard Webhooks; the message says what to change."""


@dataclass(frozen=True)
class Verified:
    """Whose message it is: its id, when it was signed, and with which of the secrets (by its place)."""

    message_id: str
    signed_at: datetime
    secret: int


def key_of(secret: str) -> bytes:
    """The bytes of a secret, with "whsec_" before it or without; raises BadSecret."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret("A secret is base64 text, usually with whsec_ before it.") from None
    if not SHORTEST_SECRET <= len(key) <= LONGEST_SECRET:
        raise BadSecret(f"A secret holds {SHORTEST_SECRET} to {LONGEST_SECRET} bytes; this holds {len(key)}.")
    return key


def sign(secret: str, body: bytes, *, message_id: str, at: datetime) -> str:
    """The signature that a sender gives the message at the moment."""
    signed = f"{message_id}.{int(at.timestamp())}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()


def verify(secrets: Sequence[str], headers: Mapping[str, str], body: bytes, *, now: datetime) -> Verified:
    """Who signed the message and when; raises NotVerified. `headers` are named in lower case."""
    message_id = headers.get("webhook-id", "")
    if not WRITTEN_ID.fullmatch(message_id):
        raise NotVerified("Give the message's id in webhook-id.")
    signed_at = _signed_at(headers.get("webhook-timestamp", ""), now=now)
    given = [
        signature.encode("utf-8", "surrogatepass")
        for signature in headers.get("webhook-signature", "").split(" ")[:MOST_SIGNATURES]
    ]
    for place, secret in enumerate(secrets):
        expected = sign(secret, body, message_id=message_id, at=signed_at).encode()
        if any([hmac.compare_digest(expected, signature) for signature in given]):  # noqa: C419 - each is compared
            return Verified(message_id, signed_at, place)
    raise NotVerified("The signature in webhook-signature does not fit the message.")


def _signed_at(written: str, *, now: datetime) -> datetime:
    if not SECONDS.fullmatch(written):
        raise NotVerified("Give the seconds since 1970 in webhook-timestamp.")
    signed_at = datetime.fromtimestamp(int(written), UTC)
    if abs(now - signed_at) > TOLERANCE:
        raise NotVerified("The webhook-timestamp is more than five minutes from now.")
    return signed_at
