"""What scores count of a touch stands in the index of a lead's touches: thousands of pages are not read for each block.

The index of a partitioned table is built month by month beside the writers, and replaced when it is whole.
"""

from time import sleep
from typing import Any, ClassVar

from django.db import OperationalError, migrations, models
from django.db.models import Q

TOUCHES = "(lead_id, occurred_at) INCLUDE (type, depth)"
BEFORE = "(lead_id, occurred_at)"
CRITICAL = "(lead_id) WHERE answers ? 'critical_event'"
WITHOUT = """
    SELECT inhrelid::regclass::text FROM pg_inherits AS month
    WHERE inhparent = 'leads_signal'::regclass AND NOT EXISTS (
        SELECT FROM pg_inherits AS part JOIN pg_index ON indexrelid = part.inhrelid
        WHERE part.inhparent = %s::regclass AND indrelid = month.inhrelid
    )
    ORDER BY 1
"""
PATIENCE = "2s"  # so long others may have to wait behind us for the table
TRIES = 60


def build(editor: Any, name: str, columns: str) -> None:
    """Make an index of touches; one that was begun before is gone on with."""
    with editor.connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX IF NOT EXISTS {name} ON ONLY leads_signal {columns}")
        cursor.execute(WITHOUT, [name])
        for (month,) in cursor.fetchall():
            part = f"{month}_{name}"
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {part}")
            cursor.execute(f"CREATE INDEX CONCURRENTLY {part} ON {month} {columns}")
            cursor.execute(f"ALTER INDEX {name} ATTACH PARTITION {part}")


def drop(editor: Any, name: str) -> None:
    """Remove an index of touches, in a moment when nobody holds the table; nobody waits long for us to find it."""
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [PATIENCE])
        for attempt in range(TRIES):
            try:
                cursor.execute(f"DROP INDEX IF EXISTS {name}")
                break
            except OperationalError:
                if attempt == TRIES - 1:
                    raise
                sleep(1)
        cursor.execute("RESET lock_timeout")


def forwards(apps: Any, editor: Any) -> None:
    build(editor, "touches_by_lead", TOUCHES)
    build(editor, "touches_critical", CRITICAL)
    drop(editor, "signal_by_lead")


def backwards(apps: Any, editor: Any) -> None:
    build(editor, "signal_by_lead", BEFORE)
    drop(editor, "touches_by_lead")
    drop(editor, "touches_critical")


class Migration(migrations.Migration):
    atomic = False

    dependencies: ClassVar = [("leads", "0011_people_of_a_large_company")]

    operations: ClassVar = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards, backwards)],
            state_operations=[
                migrations.RemoveIndex("signal", "signal_by_lead"),
                migrations.AddIndex(
                    "signal",
                    models.Index(
                        fields=["lead", "occurred_at"], include=["type", "depth"], name="touches_by_lead"
                    ),
                ),
                migrations.AddIndex(
                    "signal",
                    models.Index(
                        fields=["lead"],
                        condition=Q(answers__has_key="critical_event"),
                        name="touches_critical",
                    ),
                ),
            ],
        )
    ]
