"""Closes the audits that rejections ask for: once, by whoever did it, with what came of it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leads import audit
from leads.models import User
from reports.models import AuditTask


class AlreadyDone(Exception):
    """Somebody else was first; the message says who."""


class NothingSaid(Exception):
    """An audit is done with a sentence about what came of it."""


def close(task: AuditTask, *, note: str, by: User, now: datetime) -> None:
    """Write down that `by` did the audit, and what came of it. Raises NothingSaid and AlreadyDone."""
    if not note.strip():
        raise NothingSaid("Say in a sentence what the audit found and what was changed.")
    with transaction.atomic():
        open_tasks = AuditTask.objects.filter(pk=task.pk, done_at__isnull=True)
        if not open_tasks.update(done_at=now, done_by=by, note=note.strip()):
            task.refresh_from_db()
            raise AlreadyDone(f"{task.done_by} has already closed this audit.")
        text = f"Audit of {timezone.localtime(task.opened_at):%-d %B %Y} closed: {note.strip()}"
        audit.record("audit_task.closed", subject=f"audit_task:{task.pk}", text=text, by=by, at=now)
