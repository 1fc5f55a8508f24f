"""Counts guesses at secrets before they are looked at, so that ten thousand at once are no more than ten (PF-2).

The count is kept in PostgreSQL: it holds across processes and machines, and without Redis.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from leads.domain import guesses as domain
from leads.domain.guesses import FORGOTTEN_AFTER, Tally
from leads.models import GuessTally

FREE_ON_ACCOUNT = 5
FREE_FROM_ADDRESS = 30
"""An office of honest people shares an address on the network."""


class TooManyGuesses(Exception):
    """Nothing more is heard until `free_at`."""

    def __init__(self, free_at: datetime) -> None:
        super().__init__(free_at)
        self.free_at = free_at


@dataclass(frozen=True)
class Place:
    """Where guesses are counted, and how many of them cost nothing."""

    kind: str
    name: str
    free: int = FREE_ON_ACCOUNT

    @property
    def key(self) -> str:
        """The same for the same place, and not to be read back."""
        return hashlib.sha256(f"{self.kind}:{self.name}".encode("utf-8", "surrogatepass")).hexdigest()


def count(places: Iterable[Place], *, now: datetime) -> None:
    """Count one guess in each place, before the secret is compared; raises TooManyGuesses and counts nowhere."""
    with transaction.atomic():
        # Always in the same order, so that two guesses at once never wait for each other.
        for place in sorted(places, key=lambda each: each.key):
            _count_one(place, now=now)


def _count_one(place: Place, *, now: datetime) -> None:
    _begin(place, now=now)
    row = GuessTally.objects.select_for_update().get(pk=place.key)
    before = Tally(row.guesses, row.last_at, row.free_at) if row.guesses else None
    after = domain.counted(before, free=place.free, now=now)
    if after is None:
        raise TooManyGuesses(row.free_at)
    GuessTally.objects.filter(pk=place.key).update(
        guesses=after.guesses, last_at=after.last_at, free_at=after.free_at
    )


def _begin(place: Place, *, now: datetime) -> None:
    """See to it that there is a row to lock."""
    GuessTally.objects.bulk_create(
        [GuessTally(place=place.key, guesses=0, last_at=now, free_at=now)], ignore_conflicts=True
    )


def was_right(places: Iterable[Place], *, now: datetime) -> None:
    """The secret was right: take back the guess that was counted, but none that somebody else made before."""
    keys = [place.key for place in places]
    GuessTally.objects.filter(pk__in=keys, guesses__gt=0).update(guesses=F("guesses") - 1, free_at=now)


def forget(places: Iterable[Place]) -> None:
    """The owner has proved who they are by another way: begin anew."""
    GuessTally.objects.filter(pk__in=[place.key for place in places]).delete()


def sweep(*, now: datetime) -> int:
    """Delete what is forgotten anyway; how many rows."""
    deleted, _ = GuessTally.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    return deleted
