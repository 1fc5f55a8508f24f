"""API keys: issued once in clear, kept as a hash, checked on every call (IN-4)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from leads.models import ApiKey, Source

PREFIX = "baton_"


def issue(source_name: str, *, now: datetime) -> str:
    """Create a key for the source, which is made when it is new; the key is shown this once."""
    source, _ = Source.objects.get_or_create(name=source_name)
    key = PREFIX + secrets.token_urlsafe(32)
    ApiKey.objects.create(source=source, prefix=key[:12], hashed=_hash(key), created_at=now)
    return key


def source_of(key: str) -> Source | None:
    """The source that a key belongs to; None when it is unknown or revoked."""
    found = ApiKey.objects.filter(hashed=_hash(key), revoked_at__isnull=True).select_related("source").first()
    return found.source if found else None


def _hash(key: str) -> str:
    """Keys are long random texts, so a plain hash cannot be guessed back and stays quick."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
