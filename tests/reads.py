"""How much of a table the server has read in the test's transaction."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

WHOLE = "seq_scan"
ROWS = "seq_tup_read + coalesce(idx_tup_fetch, 0)"


def whole_reads(table: str, during: Callable[[], object]) -> int:
    """How often it is read whole meanwhile."""
    return _more(WHOLE, table, during)


def rows_read(table: str, during: Callable[[], object]) -> int:
    """How many rows of it are looked at meanwhile, whether they are wanted or not."""
    return _more(ROWS, table, during)


def _more(counted: str, table: str, during: Callable[[], object]) -> int:
    before = _counted(counted, table)
    during()
    return _counted(counted, table) - before


def _counted(counted: str, table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {counted} FROM pg_stat_xact_user_tables WHERE relname = %s",
            [table],
        )
        return int(cursor.fetchone()[0])
