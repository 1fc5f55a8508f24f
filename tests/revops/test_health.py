"""Ready is who has database, broker and every migration; asking is cheap, since anybody may ask."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db


def asked() -> tuple[int, str]:
    """The status, and the word for the database."""
    answer = Client().get("/readyz")
    return answer.status_code, answer.json()["database"]


def test_whoever_has_every_migration_is_ready() -> None:
    assert asked() == (200, "ok")


def test_one_missing_migration_of_any_app_is_said_at_once_and_forgotten_once_it_is_applied() -> None:
    applied = MigrationRecorder(connection).migration_qs
    newest = {row.app: row for row in applied.order_by("id")}
    assert asked() == (200, "ok")

    for row in (*newest.values(), applied.get(app="leads", name="0001_initial")):
        row.delete()
        assert asked() == (503, "migrations are missing")
        applied.create(app=row.app, name=row.name, applied=row.applied)
        assert asked() == (200, "ok")


def test_database_without_a_table_of_migrations_lacks_them_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")

    answer = Client().get("/readyz")

    assert answer.json()["database"] == "migrations are missing"


def test_asking_again_reads_the_applied_migrations_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked()
    built: list[object] = []
    monkeypatch.setattr(MigrationLoader, "load_disk", built.append)

    with CaptureQueriesContext(connection) as statements:
        assert asked() == (200, "ok")

    assert (len(statements), built) == (1, [])
