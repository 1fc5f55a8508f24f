"""How much of a table the server has read in the test's transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

READ = "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables WHERE relname = %s"


def rows_read(table: str, during: Callable[[], object]) -> int:
    """How many rows of it are looked at meanwhile, whether they are wanted or not."""
    before = _rows_read(table)
    during()
    return _rows_read(table) - before


def _rows_read(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(READ, [table])
        return int(cursor.fetchone()[0])
