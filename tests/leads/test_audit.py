"""The audit is added to and never changed, not even by a statement of one's own."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from leads import audit
from leads.actors import Job
from leads.models import AuditEntry, User

pytestmark = pytest.mark.django_db


def test_history_of_a_subject_is_told_newest_first(olga: User, now: datetime) -> None:
    audit.record("scorecard.drafted", subject="scorecard:2", text="Draft started.", by=olga, at=now)
    later = now + timedelta(minutes=1)
    audit.record("scorecard.published", subject="scorecard:2", text="Published.", by=Job("seed"), at=later)
    audit.record("scorecard.drafted", subject="scorecard:3", text="Another.", by=olga, at=now)

    assert [(entry.text, entry.actor, entry.job) for entry in audit.of("scorecard:2")] == [
        ("Published.", None, "seed"),
        ("Draft started.", olga, ""),
    ]


@pytest.mark.parametrize("tamper", ["update", "delete"])
def test_entry_can_neither_be_changed_nor_removed(olga: User, now: datetime, tamper: str) -> None:
    entry = audit.record("rules.published", subject="rules:2", text="Published.", by=olga, at=now)
    rows = AuditEntry.objects.filter(pk=entry.pk)

    with pytest.raises(DatabaseError, match="only ever added to"), transaction.atomic():
        rows.update(text="Never happened.") if tamper == "update" else rows.delete()

    assert rows.get().text == "Published."
