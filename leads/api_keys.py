"""Keys of sources: issued once in clear, kept as a hash, checked on every call, revocable; audited (IN-4)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from leads import audit
from leads.actors import Actor, Job
from leads.models import ApiKey, ReadKey, Source
from leads.remembering import remembered_by_edition

PREFIX = "baton_"
USE_IS_TOLD_EVERY = timedelta(minutes=1)
COMMAND = Job("create_api_key")


class SwitchedOff(Exception):
    """The key is good, but its source was switched off."""


def issue(source_name: str, *, now: datetime, name: str = "", by: Actor = COMMAND) -> str:
    """Create a key for the source, which is made when it is new; the key is shown this once."""
    key, prefix, hashed = fresh()
    with transaction.atomic():
        source, _ = Source.objects.get_or_create(name=source_name)
        ApiKey.objects.create(source=source, name=name, prefix=prefix, hashed=hashed, created_at=now)
        tell("source.key-issued", source, f"Key {prefix}… of source “{source}” issued", by=by, now=now)
    return key


def revoke(key: ApiKey, *, by: Actor, now: datetime) -> None:
    """End the key for good; what is signed in with it from now on is refused."""
    with transaction.atomic():
        if ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now):
            told = f"Key {key.prefix}… of source “{key.source}” revoked"
            tell("source.key-revoked", key.source, told, by=by, now=now)


def source_of(key: str, *, now: datetime) -> Source | None:
    """The source that a key belongs to; None when it is unknown or revoked. Raises SwitchedOff."""
    found = _good().get(hash_of(key))
    if found is None:
        return None
    if not found.source.is_active:
        raise SwitchedOff
    tell_use(found, now=now)
    return found.source


def is_one(key: str) -> bool:
    """Whether the key is a source's that was not revoked."""
    return hash_of(key) in _good()


def belonged_to(key: str) -> int | None:
    """The id of the source that the key is or was of, whatever became of either; None for a key of nobody."""
    hashed = hash_of(key)
    if found := _good().get(hashed):
        return found.source_id
    return ApiKey.objects.filter(hashed=hashed).values_list("source_id", flat=True).first()


@remembered_by_edition
def _good() -> dict[str, ApiKey]:
    """By hash, the few keys that were not revoked."""
    good = ApiKey.objects.filter(revoked_at__isnull=True).select_related("source")
    return {key.hashed: key for key in good}


def fresh() -> tuple[str, str, str]:
    """A new key, the beginning by which people recognise it, and its hash."""
    key = PREFIX + secrets.token_urlsafe(32)
    return key, key[:12], hash_of(key)


def hash_of(key: str) -> str:
    """Keys are long random texts, so a plain hash cannot be guessed back and stays quick."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def tell_use(key: ApiKey | ReadKey, *, now: datetime) -> None:
    """Keep when the key was last used, to the minute, so that few calls write."""
    if key.last_used_at is None or now - key.last_used_at >= USE_IS_TOLD_EVERY:
        type(key)._default_manager.filter(pk=key.pk).update(last_used_at=now)  # noqa: SLF001 - Django's own name
        key.last_used_at = now


def tell(action: str, source: Source, text: str, *, by: Actor, now: datetime) -> None:
    """Write into the audit what was done to a source's keys; never a key."""
    audit.record(action, subject=f"source:{source.pk}", text=text, by=by, at=now)
