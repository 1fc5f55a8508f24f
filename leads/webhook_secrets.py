"""What sources sign their webhooks with, sealed; and which messages were taken: none is replayed (IN-4, P7)."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction

from leads import audit, sealing
from leads.actors import Actor
from leads.domain import standard_webhooks
from leads.domain.standard_webhooks import TOLERANCE, NotVerified, Verified
from leads.models import Source, WebhookSecret
from leads.sealing import CannotOpen

FORGET = """
DELETE FROM leads_webhookseen WHERE id IN (
    SELECT id FROM leads_webhookseen WHERE signed_at < %s ORDER BY signed_at LIMIT 20 FOR UPDATE SKIP LOCKED
)
"""
CLAIM = (
    "INSERT INTO leads_webhookseen (source_id, message_id, signed_at) VALUES (%s, %s, %s) "
    "ON CONFLICT DO NOTHING RETURNING id"
)


class Replayed(Exception):
    """The very message, as it was signed, was taken before."""


def add(source: Source, secret: str = "", *, by: Actor, now: datetime) -> str:
    """Give the source one more secret: the sender's own, or a new one; returns it. Raises BadSecret."""
    secret = secret.strip() or _new()
    standard_webhooks.key_of(secret)
    with transaction.atomic():
        WebhookSecret.objects.create(source=source, sealed=sealing.seal(secret), created_at=now)
        _tell("source.secret-added", source, f"Source “{source}” given a webhook secret", by=by, now=now)
    return secret


def revoke(secret: WebhookSecret, *, by: Actor, now: datetime) -> None:
    """End the secret for good."""
    with transaction.atomic():
        rows = WebhookSecret.objects.filter(pk=secret.pk, revoked_at__isnull=True)
        if rows.update(revoked_at=now):
            told = f"A webhook secret of source “{secret.source}” revoked"
            _tell("source.secret-revoked", secret.source, told, by=by, now=now)


def verify(source: Source, headers: Mapping[str, str], body: bytes, *, now: datetime) -> Verified:
    """Whose message it is, by any of the source's secrets; raises NotVerified."""
    rows = list(source.secrets.filter(revoked_at__isnull=True).order_by("-id"))
    usable = [(row, text) for row in rows if (text := _opened(row))]
    verified = standard_webhooks.verify([text for _, text in usable], headers, body, now=now)
    used = usable[verified.secret][0]
    if used.last_used_at is None or (now - used.last_used_at).total_seconds() >= 60:  # noqa: PLR2004 - a minute
        WebhookSecret.objects.filter(pk=used.pk).update(last_used_at=now)
    return verified


def take(source: Source, message: Verified, *, now: datetime) -> None:
    """Remember the message in the caller's transaction; raises Replayed for one that was taken as it is.

    What is too old to be accepted is forgotten on the way, so that the table stays small.
    """
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [source.pk, message.message_id, message.signed_at])
        if cursor.fetchone() is None:
            raise Replayed
        cursor.execute(FORGET, [now - 3 * TOLERANCE])


def _new() -> str:
    return standard_webhooks.PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _opened(row: WebhookSecret) -> str:
    try:
        return sealing.opened(row.sealed)
    except CannotOpen:
        return ""


def _tell(action: str, source: Source, text: str, *, by: Actor, now: datetime) -> None:
    audit.record(action, subject=f"source:{source.pk}", text=text, by=by, at=now)


__all__ = ["NotVerified", "Replayed", "add", "revoke", "take", "verify"]
