"""What a person writes down about a lead: kept in its timeline as it was written, and never changed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads import timeline
from leads.models import Lead, User

LONGEST = 2000


class NothingWritten(Exception):
    """A note without a word."""


class NobodyLeft(Exception):
    """A note on somebody who was erased."""


def add(lead: Lead, text: str, *, by: User, now: datetime) -> None:
    """Keep the note. Raises NothingWritten, and NobodyLeft where the person was erased, be it at this moment."""
    with transaction.atomic():
        if Lead.objects.locked().get(pk=lead.pk).erased_at is not None:
            raise NobodyLeft("This person was erased, and nothing more is written of them.")
        written = text.strip()
        if not written:
            raise NothingWritten("Write something down first.")
        timeline.record(lead, timeline.Kind.NOTE, "Note", by=by, at=now, note=written[:LONGEST])
