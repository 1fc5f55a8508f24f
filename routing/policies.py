"""What sales promised: edits a service level, for the clocks that start from then on; overwrites nothing (SL-3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from leads.concurrent_edits import edition, require_unchanged
from routing.models import ServiceLevel

COLUMNS = ("target", "runs_in", "is_active")


def values_of(promise: ServiceLevel) -> dict[str, Any]:
    """What an editor may change, as it stands."""
    return {name: getattr(promise, name) for name in COLUMNS}


def edition_of(promise: ServiceLevel) -> str:
    """The edition of the promise, for a form to carry."""
    return edition(values_of(promise))


def edit(promise: ServiceLevel, changes: Mapping[str, Any], *, seen: str) -> None:
    """Store `changes` where the promise is still what was `seen`; running clocks keep their due time.

    Raises EditedMeanwhile.
    """
    with transaction.atomic():
        locked = ServiceLevel.objects.select_for_update(no_key=True).get(pk=promise.pk)
        require_unchanged(values_of(locked), seen=seen)
        ServiceLevel.objects.filter(pk=promise.pk).update(**changes)
