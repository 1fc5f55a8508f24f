"""Signals that were given up, worked off by people: by kind of failure, tried again, or set aside with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Func, Q, QuerySet, TextField, Value

from leads import audit, intake
from leads.models import FailedSignal, User


@dataclass(frozen=True)
class Kind:
    """How many dead letters failed in the same way, and how the latest of them says it."""

    name: str
    count: int


def dead() -> QuerySet[FailedSignal]:
    """Those that were given up and that nobody set aside."""
    return FailedSignal.objects.filter(dead_at__isnull=False, set_aside_at__isnull=True)


def of_kind(name: str) -> QuerySet[FailedSignal]:
    """The dead letters that failed in one way."""
    found: QuerySet[FailedSignal] = _named(dead()).filter(kind=name)
    return found


def counts() -> dict[str, int]:
    """How many are `dead`, how many are `waiting` for their next try, and how many were set `aside`."""
    aside = Q(set_aside_at__isnull=False)
    return FailedSignal.objects.aggregate(
        dead=Count("pk", filter=Q(dead_at__isnull=False) & ~aside),
        waiting=Count("pk", filter=Q(dead_at__isnull=True)),
        aside=Count("pk", filter=aside),
    )


def kinds() -> list[Kind]:
    """The ways in which dead letters failed, the most frequent first."""
    rows = _named(dead()).order_by().values("kind").annotate(count=Count("pk")).order_by("-count", "kind")
    return [Kind(row["kind"], row["count"]) for row in rows[:50]]


def retry_all(kept: QuerySet[FailedSignal], *, by: User, now: datetime) -> int:
    """Give each of these another five attempts, beginning now; returns how many."""
    with transaction.atomic():
        count = intake.again_all(FailedSignal.objects.filter(pk__in=kept.values("pk")), now=now)
        if count:
            text = f"{count} signals that had failed are tried again"
            audit.record("dead-letter.retried", subject="dead-letters", text=text, by=by, at=now)
    return count


def set_aside(kept: FailedSignal, *, because: str, by: User, now: datetime) -> bool:
    """Say that a dead letter is not worth another try, and why; it stays to be read. False where it is no more."""
    with transaction.atomic():
        rows = dead().filter(pk=kept.pk)
        if not rows.update(set_aside_at=now, set_aside_by=by, set_aside_because=because):
            return False
        text = f"Signal {kept.signal_id} of {kept.source} set aside: {because}"
        audit.record("dead-letter.set-aside", subject=f"dead-letter:{kept.pk}", text=text, by=by, at=now)
    return True


def _named(rows: QuerySet[FailedSignal]) -> Any:
    """Each with its `kind`, the name of its error: what stands before the first bracket or colon."""
    parted = Func(F("error"), Value(r"[(:].*$"), Value(""), Value("s"), function="regexp_replace")
    return rows.annotate(kind=Func(parted, Value(60), function="left", output_field=TextField()))
