"""Indexes that migrations make beside the writers; a migrate that was cut off is gone on with by the next.

What is left of an index that was being made then is dropped and made anew; one that is whole is kept.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres import operations
from django.db import migrations


class AddIndexConcurrently(operations.AddIndexConcurrently):
    """Django's, which alone would refuse to go on where the index is there, half made or whole."""

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if _is_missing(schema_editor, self.index.name):
            super().database_forwards(app_label, schema_editor, *states)


class MakeIndex(migrations.RunSQL):
    """An index by a statement of its own, such as one that a constraint of the state stands for."""

    def __init__(self, name: str, sql: str, reverse_sql: str) -> None:
        super().__init__(sql, reverse_sql)
        self.name = name

    def database_forwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if _is_missing(schema_editor, self.name):
            super().database_forwards(app_label, schema_editor, *states)


def _is_missing(editor: Any, name: str) -> bool:
    if editor.collect_sql:
        return True
    with editor.connection.cursor() as cursor:
        cursor.execute("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [name])
        found = cursor.fetchone()
        if found == (False,):
            cursor.execute(f"DROP INDEX CONCURRENTLY {editor.quote_name(name)}")
    return bool(found != (True,))
