"""What sales promised: edits a service level with its ladder, for the clocks that start from then on (SL-3, SL-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.models import User
from routing.domain.ladder import Action, Step
from routing.models import LadderStep, ServiceLevel

COLUMNS = ("target", "runs_in", "is_active")


def values_of(promise: ServiceLevel) -> dict[str, Any]:
    """What an editor may change, as it stands."""
    values: dict[str, Any] = {name: getattr(promise, name) for name in COLUMNS}
    return values | {"ladder": [[step.after, step.action.value] for step in ladder_of(promise)]}


def ladder_of(promise: ServiceLevel) -> list[Step]:
    """The steps in the order of time."""
    rows = promise.ladder.order_by("after", "id")
    return [Step(row.after, Action(row.action)) for row in rows]


def edition_of(promise: ServiceLevel) -> str:
    """The edition of the promise, for a form to carry."""
    return edition(values_of(promise))


def edit(
    promise: ServiceLevel,
    changes: Mapping[str, Any],
    *,
    ladder: Sequence[Step],
    seen: str,
    by: User,
    now: datetime,
) -> None:
    """Store `changes` and the ladder where the promise is still what was `seen`; running clocks keep their own.

    Raises EditedMeanwhile.
    """
    with transaction.atomic():
        locked = ServiceLevel.objects.select_for_update(no_key=True).get(pk=promise.pk)
        before = values_of(locked)
        require_unchanged(before, seen=seen)
        ServiceLevel.objects.filter(pk=promise.pk).update(**changes)
        locked.ladder.all().delete()
        LadderStep.objects.bulk_create(
            [LadderStep(service_level=locked, after=step.after, action=step.action.value) for step in ladder]
        )
        stored = ServiceLevel.objects.get(pk=promise.pk)
        audit.record_change(
            "promise.edited",
            subject=f"promise:{promise.pk}",
            text=f"Changed the promise {stored}.",
            by=by,
            at=now,
            before=before,
            after=values_of(stored),
        )
