"""The one writer of the audit: each change of the operating model, in the transaction that makes it (PF-3).

Whoever serves a request says once where it comes from; every entry written while it is served keeps that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

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


def of(subject: str) -> QuerySet[AuditEntry]:
    """What was ever done to `subject`, the newest first."""
    return AuditEntry.objects.filter(subject=subject).select_related("actor").order_by("-at", "-id")
