"""The one writer of senders of signals: made, changed, switched off; each change is audited (IN-4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import audit
from leads.actors import Actor
from leads.concurrent_edits import require_unchanged
from leads.domain import csv_mapping
from leads.models import Source
from leads.models.source import USUAL_RATE


@dataclass(frozen=True)
class Wanted:
    """What a source may do: no types means every type, no mapping that its webhooks are signals already."""

    allowed_types: Sequence[str] = ()
    signals_per_minute: int = USUAL_RATE
    mapping: dict[str, Any] | None = None


def create(name: str, wanted: Wanted, *, by: Actor, now: datetime) -> Source:
    """A new source that is switched on; raises InvalidMapping."""
    _check(wanted)
    with transaction.atomic():
        source = Source.objects.create(name=name, **_columns(wanted))
        _tell("source.created", source, f"Source “{source}” set up", by=by, now=now)
    return source


def change(source: Source, wanted: Wanted, *, seen: str, by: Actor, now: datetime) -> None:
    """Change what it may do, as it was `seen` (an edition of what is shown).

    Raises InvalidMapping, and EditedMeanwhile where somebody else was first.
    """
    _check(wanted)
    with transaction.atomic():
        row = Source.objects.select_for_update().get(pk=source.pk)
        before = shown(row)
        require_unchanged(before, seen=seen)
        for name, value in _columns(wanted).items():
            setattr(row, name, value)
        row.save(update_fields=list(_columns(wanted)))
        audit.record(
            "source.changed",
            subject=f"source:{row.pk}",
            text=f"Source “{row}” changed",
            by=by,
            at=now,
            before=before,
            after=shown(row),
        )


def switch(source: Source, *, is_active: bool, by: Actor, now: datetime) -> None:
    """Switch it on or off: off, nothing signed in with its keys or secrets is taken, from this moment."""
    with transaction.atomic():
        if Source.objects.filter(pk=source.pk, is_active=not is_active).update(is_active=is_active):
            told = "switched on" if is_active else "switched off"
            _tell("source.switched", source, f"Source “{source}” {told}", by=by, now=now)


def shown(source: Source) -> dict[str, Any]:
    """What the audit and a form's edition keep of a source."""
    return {
        "allowed_types": sorted(source.allowed_types),
        "signals_per_minute": source.signals_per_minute,
        "mapping": source.mapping,
    }


def _check(wanted: Wanted) -> None:
    if wanted.mapping is not None:
        csv_mapping.parse(wanted.mapping)


def _columns(wanted: Wanted) -> dict[str, Any]:
    return {**vars(wanted), "allowed_types": sorted(wanted.allowed_types)}


def _tell(action: str, source: Source, text: str, *, by: Actor, now: datetime) -> None:
    audit.record(action, subject=f"source:{source.pk}", text=text, by=by, at=now, after=shown(source))
