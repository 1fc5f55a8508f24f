"""The role of the running application works, and can neither rewrite the audit nor change how the data is laid out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, OperationalError, ProgrammingError, connection, transaction

from leads import audit, partitions
from leads.models import AuditEntry, Erasure, User
from revops.privacy import erasure
from tests import factories

SUPERUSER = {"USER": "postgres", "PASSWORD": ""}
ROLES = Path(__file__).parent.parent / "deploy/postgresql/roles.sql"


@pytest.fixture
def as_application(transactional_db: None, ana: User, olga: User) -> Iterator[None]:
    """The rest of the test runs with the rights of `baton_app`; the roles are gone with its transaction."""
    parts = connection.settings_dict
    own = {name: parts[name] for name in ("USER", "PASSWORD")}
    try:
        _become(SUPERUSER)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ROLES.read_text())
            cursor.execute(ROLES.read_text())  # it may be repeated
            cursor.execute("SET LOCAL ROLE baton_app")
            yield
            transaction.set_rollback(True)
    except OperationalError:
        pytest.skip("Making roles needs a superuser named postgres, whom the tests' own PostgreSQL has.")
    finally:
        _become(own)


def _become(whom: dict[str, str]) -> None:
    connection.close()
    connection.settings_dict.update(whom)
    connection.ensure_connection()


def refused(statement: str) -> bool:
    """Whether the database says that the role lacks the right, before any trigger is asked."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except ProgrammingError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


def refused_by_trigger(statement: str) -> bool:
    """Whether the audit's own trigger refuses it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as error:
        return "only ever added to" in str(error)
    return False


def test_the_application_does_its_work(as_application: None, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    partitions.ensure_month(now + timedelta(days=3000))

    assert handoff.assignee is not None


def test_the_application_adds_to_the_audit_and_never_changes_it(
    as_application: None, olga: User, now: datetime
) -> None:
    audit.record("test.done", subject="test:1", text="Done.", by=olga, at=now)

    assert AuditEntry.objects.filter(action="test.done").exists()
    assert refused("UPDATE leads_auditentry SET text = ''")
    assert refused("DELETE FROM leads_auditentry")
    assert refused("TRUNCATE leads_auditentry")
    assert refused("DROP TRIGGER audit_is_only_added_to ON leads_auditentry")
    assert refused("ALTER TABLE leads_auditentry DISABLE TRIGGER ALL")


def test_the_application_takes_words_out_of_the_audit_for_an_erasure_alone(
    as_application: None, olga: User, now: datetime
) -> None:
    factories.receive(factories.signal("webinar_attended"), now=now)
    lead = factories.lead_of("eva@acme.example")
    entry = audit.record("test.done", subject="test:1", text="Eva Klein came.", by=olga, at=now)
    assert refused_by_trigger(f"SELECT take_words_out_of_audit({entry.pk}, 'x', NULL, NULL)")

    erasure.carry_out(erasure.ask(lead, Erasure.Why.ASKED, reference="", by=olga, now=now), now=now)

    entry.refresh_from_db()
    assert entry.text == "[erased] came."


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE leads_lead ADD COLUMN secret text",
        "DROP TABLE leads_notification",
        "DELETE FROM django_migrations",
        "CREATE ROLE intruder SUPERUSER",
    ],
)
def test_the_application_cannot_change_the_shape_of_the_data(as_application: None, statement: str) -> None:
    assert refused(statement)
