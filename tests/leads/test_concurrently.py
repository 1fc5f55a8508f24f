"""A migrate that was cut off as it made an index is gone on with: what is half made is made anew, the whole stays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.state import ProjectState
from django.db.models import Index

from leads.concurrently import AddIndexConcurrently, MakeIndex

pytestmark = pytest.mark.django_db(transaction=True)  # an index is made concurrently outside of any

ONCE = MakeIndex(
    "color_once",
    "CREATE UNIQUE INDEX CONCURRENTLY color_once ON colors (name)",
    "DROP INDEX CONCURRENTLY IF EXISTS color_once",
)


@pytest.fixture
def colors() -> Iterator[None]:
    """A table of two rows that say the same."""
    _run("CREATE TABLE colors (name text)", "INSERT INTO colors VALUES ('red'), ('red')")
    yield
    _run("DROP TABLE colors")


def _run(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _index(name: str) -> tuple[int, bool] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::bigint, indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name]
        )
        found: tuple[int, bool] | None = cursor.fetchone()
    return found


def _forwards(operation: AddIndexConcurrently | MakeIndex, state: ProjectState) -> None:
    with connection.schema_editor(atomic=False) as editor:
        operation.database_forwards("leads", editor, state, state)


@pytest.mark.usefixtures("colors")
def test_what_is_half_made_is_made_anew_and_then_stays() -> None:
    with pytest.raises(IntegrityError):
        _forwards(ONCE, ProjectState())
    half_made = _index("color_once")
    _run("TRUNCATE colors")

    _forwards(ONCE, ProjectState())

    made = _index("color_once")
    assert half_made is not None
    assert made is not None
    assert (half_made[1], made[1]) == (False, True)
    _forwards(ONCE, ProjectState())
    assert _index("color_once") == made


def test_an_index_of_a_model_that_is_there_stays() -> None:
    """Made by the migration that the database of the tests was made by."""
    before = _index("audit_by_time")

    index = Index(fields=["at", "id"], name="audit_by_time")
    _forwards(AddIndexConcurrently("auditentry", index), ProjectState())

    assert before is not None
    assert _index("audit_by_time") == before
