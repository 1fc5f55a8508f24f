"""How much of a table the server reads, and how it is asked to."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

WHOLE = "seq_scan"
ROWS = "seq_tup_read + coalesce(idx_tup_fetch, 0)"


def whole_reads(table: str, during: Callable[[], object]) -> int:
    """How often it is read whole meanwhile."""
    return _more(WHOLE, table, during)


def rows_read(table: str, during: Callable[[], object]) -> int:
    """How many rows of it are looked at meanwhile, whether they are wanted or not."""
    return _more(ROWS, table, during)


def lists_left_out(table: str, during: Callable[[], object]) -> list[str]:
    """Statements that leave out whom a list from the table names: its square, where it does not fit into memory."""
    with CaptureQueriesContext(connection) as asked:
        during()
    listed = re.compile(rf"NOT (\([^()]*)?IN \(SELECT [^()]* FROM \"?\w*{table}")
    return [each["sql"] for each in asked if listed.search(each["sql"])]


def _more(counted: str, table: str, during: Callable[[], object]) -> int:
    with transaction.atomic():  # outside of one the server forgets with each statement
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
