"""Fills large tables without their indexes and foreign keys, which are built and checked afterwards in one go."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

KEYS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
        format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 AND conrelid = ANY(%s::regclass[])
    ORDER BY conrelid, conname
"""
INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
    FROM pg_index
    WHERE indrelid = ANY(%s::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = indexrelid)
    ORDER BY indrelid, indexrelid::regclass::text
"""
SESSION = """
    SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'; SET jit = off
"""


@contextmanager
def bare_tables(names: list[str]) -> Iterator[None]:
    """Inside the block these tables have no foreign keys and no indexes but those of unique constraints."""
    with connection.cursor() as cursor:
        cursor.execute(SESSION)
        found: list[tuple[str, str]] = []
        for question in (KEYS, INDEXES):
            cursor.execute(question, [names])
            found += cursor.fetchall()
        for drop, _ in found:
            cursor.execute(drop)
    yield
    with connection.cursor() as cursor:
        for _, create in reversed(found):
            cursor.execute(create)
