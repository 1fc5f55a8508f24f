"""The months of the signal table: made when first needed, by attaching, so that readers and writers go on (IN-13)."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from django.db import connection, transaction

ADVISORY_LOCK = 0x5167_4E41  # any number of our own


def ensure_month(at: datetime) -> None:
    """See to it that a partition holds signals of the month of `at`."""
    month = _month_of(at)
    if _name(month) in _known():
        return
    with transaction.atomic():
        _create(month)
    transaction.on_commit(_known.cache_clear)


def _month_of(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _following(month: datetime) -> datetime:
    return month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1)


def _name(month: datetime) -> str:
    return f"leads_signal_{month:%Y_%m}"


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'leads_signal'::regclass"
        )
        return frozenset(row[0] for row in cursor.fetchall())


def _create(month: datetime) -> None:
    """Create and attach under one lock; a month that somebody else has just made is left as it is."""
    name = _name(month)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0] is not None:
            return
        cursor.execute(f"CREATE TABLE {name} (LIKE leads_signal INCLUDING ALL EXCLUDING IDENTITY)")
        cursor.execute(
            f"ALTER TABLE leads_signal ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
            [month, _following(month)],
        )


def prepare(*, now: datetime) -> None:
    """Make this month's partition and the next two."""
    month = _month_of(now)
    for _ in range(3):
        ensure_month(month)
        month = _following(month)
