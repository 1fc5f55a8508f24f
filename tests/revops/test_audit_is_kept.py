"""The audit is only added to: an erasure under way alone may take words out of it, and nobody empties it (P40)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from leads import audit
from leads.models import Erasure, User
from tests import factories


def refused(statement: str, *values: int) -> str:
    with pytest.raises(DatabaseError) as raised, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return str(raised.value)


def test_the_audit_is_changed_by_an_erasure_under_way_and_by_nothing_else(
    ana: User, olga: User, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead
    entry = audit.record("lead.noted", subject=f"lead:{lead.pk}", text="Noted", by=olga, at=now)
    asked = Erasure.objects.create(lead=lead, why=Erasure.Why.ASKED, asked_by=olga, asked_at=now, done_at=now)
    rewrite = "UPDATE leads_auditentry SET text = 'x' WHERE id = %s"

    assert "only ever added to" in refused(rewrite, entry.pk)
    for told in (str(asked.pk), "999999"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('baton.erasure', %s, true)", [told])
        assert "only ever added to" in refused(rewrite, entry.pk)

    Erasure.objects.filter(pk=asked.pk).update(done_at=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('baton.erasure', %s, true)", [str(asked.pk)])
        cursor.execute(rewrite, [entry.pk])
    for name in ("action", "subject", "job"):
        assert "only ever added to" in refused(f"UPDATE leads_auditentry SET {name} = 'x'")
    assert "only ever added to" in refused("UPDATE leads_auditentry SET at = now()")
    assert "only ever added to" in refused("UPDATE leads_auditentry SET actor_id = NULL, job = 'x'")
    assert "only ever added to" in refused("DELETE FROM leads_auditentry")


def test_the_audit_is_never_emptied(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE leads_auditentry ENABLE TRIGGER audit_is_never_emptied")

    assert "only ever added to" in refused("TRUNCATE leads_auditentry CASCADE")
