"""The months of the signal table: made when first needed, set apart when they are kept no longer (IN-13).

Both by attaching and detaching, so that readers and writers wait for seconds at most.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import BooleanField, F
from django.db.models.expressions import RawSQL

from leads.models import PrunedMonth

ADVISORY_LOCK = 0x5167_4E41  # any number of our own
NAME, APART = "leads_signal_{:%Y_%m}", "leads_signal_apart_{:%Y_%m}"
PATIENCE = "2s"  # so long others may have to wait behind us for the table
SUMS = """
    SELECT coalesce(jsonb_agg(to_jsonb(kind)), '[]'), coalesce(sum(signals), 0) FROM (
        SELECT type, source_id AS source, count(*) AS signals, count(DISTINCT lead_id) AS leads
        FROM {} GROUP BY 1, 2 ORDER BY 1, 2
    ) AS kind
"""
TABLES = r"""
    SELECT relname, relispartition FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname LIKE 'leads\_signal\_%%'
    ORDER BY relname
"""


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
    return NAME.format(month)


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


def attached_before(day: datetime) -> list[datetime]:
    """The months whose signals all came before the month of `day`, oldest first."""
    first_kept = NAME.format(_month_of(day))
    names = (name for name, is_partition in _tables() if is_partition and name < first_kept)
    return [_month_in(name) for name in names if re.fullmatch(r"leads_signal_\d{4}_\d{2}", name)]


def apart() -> list[str]:
    """The tables of months that were set apart and not dropped yet."""
    return [name for name, is_partition in _tables() if not is_partition and "_apart_" in name]


def set_apart(month: datetime, *, now: datetime) -> str:
    """Take a month out of the signal table, with its sums kept for ever; returns the table that holds it from now on.

    Raises OperationalError where the table could not be had within seconds.
    """
    name, to = _name(month), APART.format(month)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ADVISORY_LOCK])
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute(f"ALTER TABLE leads_signal DETACH PARTITION {name}")
        cursor.execute(f"ALTER TABLE {name} RENAME TO {to}")
        cursor.execute(SUMS.format(to))
        sums, signals = cursor.fetchone()
        _keep_sums(month, sums, signals=int(signals), now=now)
    _known.cache_clear()
    return to


def pruned_until() -> datetime:
    """Before when touches may have been let go; the year 1 where none was."""
    latest = PrunedMonth.objects.order_by("-month").values_list("month", flat=True).first()
    return datetime.min.replace(tzinfo=UTC) if latest is None else _following(_at_midnight(latest))


def is_touched_in(name: str, lead: str) -> RawSQL:
    """Whether the lead whose id is in the column was touched in a month that was set apart, asked row by row."""
    touched = f"EXISTS (SELECT FROM {name} AS apart WHERE apart.lead_id = {lead})"
    return RawSQL(touched, (), output_field=BooleanField())  # noqa: S611 - names of ours


def drop(name: str) -> None:
    """Let go of a month that was set apart."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {name}")


def _keep_sums(month: datetime, sums: Any, *, signals: int, now: datetime) -> None:
    """A month that is pruned once more, for late signals, adds to what is kept of it."""
    told = json.loads(sums) if isinstance(sums, str) else sums
    kept, is_new = PrunedMonth.objects.get_or_create(
        month=month.date(), defaults={"signals": signals, "sums": told, "pruned_at": now}
    )
    if not is_new:
        fresh = {"signals": F("signals") + signals, "sums": [*kept.sums, *told], "pruned_at": now}
        PrunedMonth.objects.filter(pk=kept.pk).update(**fresh)


def _tables() -> list[tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES, [])
        rows: list[tuple[str, bool]] = cursor.fetchall()
        return rows


def _at_midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _month_in(name: str) -> datetime:
    year, month = name.split("_")[-2:]
    return datetime(int(year), int(month), 1, tzinfo=UTC)
