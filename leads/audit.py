"""The one writer of the audit: each change of the operating model, in the transaction that makes it (PF-3).

Whoever serves a request says once where it comes from; every entry written while it is served keeps that.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from leads.actors import Actor, columns
from leads.models import AuditEntry

_came_from: ContextVar[str | None] = ContextVar("came_from", default=None)


@contextmanager
def coming_from(address: str | None) -> Iterator[None]:
    """Whatever is recorded inside the block says that it came from this IP address."""
    token = _came_from.set(address)
    try:
        yield
    finally:
        _came_from.reset(token)


def record(
    action: str,
    *,
    subject: str,
    text: str,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write down that `by` did `action` to `subject` ("scorecard:4") at `at`, in one sentence and in values."""
    return AuditEntry.objects.create(
        at=at,
        action=action,
        subject=subject,
        text=text[:500],
        came_from=_came_from.get(),
        before=before,
        after=after,
        **columns(by),
    )


def record_change(
    action: str,
    *,
    subject: str,
    text: str,
    by: Actor,
    at: datetime,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> AuditEntry | None:
    """Write down which values are others than before, from what to what; nothing where none is."""
    was, now = _plain(before), _plain(after)
    others = [name for name in now if now[name] != was.get(name)]
    if not others:
        return None
    return record(
        action,
        subject=subject,
        text=text,
        by=by,
        at=at,
        before={name: was.get(name) for name in others},
        after={name: now[name] for name in others},
    )


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as JSON holds them: spans, days and rows in words."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(values), default=str))
    return plain


def of(subject: str) -> QuerySet[AuditEntry]:
    """What was ever done to `subject`, the newest first."""
    return AuditEntry.objects.filter(subject=subject).select_related("actor").order_by("-at", "-id")


def take_words_out(entries: Iterable[AuditEntry]) -> None:
    """Store the entries' texts and values as they are now: what the database allows to an erasure under way alone."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "SELECT take_words_out_of_audit(%s, %s, %s, %s)",
            [(entry.pk, entry.text, _json(entry.before), _json(entry.after)) for entry in entries],
        )


def _json(values: object) -> str | None:
    return None if values is None else json.dumps(values)
