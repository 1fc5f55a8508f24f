"""Keys with which programs read: each sees what one person may see, as long as that person works here (PF-8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads import api_keys, audit
from leads.actors import Actor
from leads.models import ReadKey, User


def issue(person: User, *, name: str, scopes: Sequence[str], by: Actor, now: datetime) -> str:
    """Create a key that reads with the person's eyes; it is shown this once."""
    key, prefix, hashed = api_keys.fresh()
    with transaction.atomic():
        row = ReadKey.objects.create(
            person=person, name=name, scopes=sorted(scopes), prefix=prefix, hashed=hashed, created_at=now
        )
        _tell("read-key.issued", row, "issued", by=by, now=now)
    return key


def revoke(key: ReadKey, *, by: Actor, now: datetime) -> None:
    """End the key for good."""
    with transaction.atomic():
        if ReadKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=now):
            _tell("read-key.revoked", key, "revoked", by=by, now=now)


def reader_of(key: str, *, now: datetime) -> ReadKey | None:
    """The key's row with its person; None when it is unknown or revoked, or when the person has left."""
    found = _good(key).select_related("person__team").first()
    if found is not None:
        api_keys.tell_use(found, now=now)
    return found


def is_one(key: str) -> bool:
    """Whether the key is one that reads."""
    return key.startswith(api_keys.PREFIX) and _good(key).exists()


def _good(key: str) -> QuerySet[ReadKey]:
    hashed = api_keys.hash_of(key)
    return ReadKey.objects.filter(hashed=hashed, revoked_at__isnull=True, person__is_active=True)


def _tell(action: str, key: ReadKey, told: str, *, by: Actor, now: datetime) -> None:
    audit.record(
        action,
        subject=f"read-key:{key.pk}",
        text=f"Read key “{key.name}” ({key.prefix}…) that sees what {key.person} sees {told}",
        by=by,
        at=now,
        after={"person": key.person.email, "scopes": list(key.scopes)},
    )
