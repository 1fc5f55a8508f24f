"""Builds the data set by set-based SQL, the same in every run; refuses a database that holds anything else."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection

from bench import company
from bench.scale import Scale
from leads import partitions
from leads.models import Source
from revops.embedded import CannotStartError
from scoring.models import DecayState, Scorecard

SQL = Path(__file__).parent / "sql"
CHUNK = 500_000
HISTORY_DAYS = 370
EXPLANATION = {
    "facts": {"country": "DE", "tier": "T2", "priority": "P1", "title": "VP Marketing", "employees": 400},
    "rules": [
        {"rule": "open opportunity", "matched": True, "why": "always; nobody there can receive"},
        {"rule": "named account", "matched": False, "why": "named_account is unknown"},
        {"rule": "territory DACH", "matched": True, "why": "territory is DACH"},
    ],
    "candidates": [
        {
            "name": f"Rep {n}",
            "pool": "DACH",
            "deficit": 0.5,
            "weight": 1,
            "passed_over": "",
            "picked": n == 1,
        }
        for n in range(8)
    ],
}


def build(scale: Scale, *, now: datetime) -> None:
    """Empty the benchmark's database and fill it anew."""
    _empty()
    call_command("migrate", verbosity=0)
    source = company.make(scale, now=now)
    for days in range(-31, HISTORY_DAYS, 28):
        partitions.ensure_month(now - timedelta(days=days))
    values = {**vars(scale), "now": now, "source": source.pk, "explanation": json.dumps(EXPLANATION)}
    run("SELECT setseed(0.5)", {})
    for step in ("1_accounts", "2_people", "3_history", "4_handoffs", "5_clocks"):
        run(read(step), values)
    _touches(scale, source, values)
    run(read("7_receipts"), values)
    _scores(scale, now=now)
    run("CREATE TABLE bench_row (id bigserial PRIMARY KEY, body jsonb, received_at timestamptz)", {})
    run("VACUUM ANALYZE", {})


def read(name: str) -> str:
    """The statements of a file of this folder."""
    return (SQL / f"{name}.sql").read_text()


def run(statements: str, values: dict[str, Any]) -> None:
    """Send the statements, of which only the last may have nothing behind its semicolon."""
    with connection.cursor() as cursor:
        for statement in filter(str.strip, statements.split(";\n")):
            cursor.execute(statement, values or None)


def model_values(**more: object) -> dict[str, Any]:
    """What the statement of bare engagement asks for: the model that is published, and the epoch."""
    scorecard, state = Scorecard.objects.published(), DecayState.objects.get(pk=1)
    return {
        "factor": scorecard.decay_factor,
        "epoch": state.epoch,
        "week": state.week,
        "zone": settings.ORGANISATION_TIME_ZONE,
        "scorecard": scorecard.pk,
        **more,
    }


def _empty() -> None:
    """Drop everything, but only what an earlier run has made."""
    tables = connection.introspection.table_names()
    if tables and "bench_mark" not in tables:
        raise CannotStartError(
            "The database holds something other than a benchmark's data: name another one."
        )
    run("DROP SCHEMA public CASCADE; CREATE SCHEMA public", {})
    run("CREATE TABLE bench_mark (made_at timestamptz DEFAULT now())", {})


def _touches(scale: Scale, source: Source, values: dict[str, Any]) -> None:
    statement = read("6_touches")
    for first in range(1, scale.touches + 1, CHUNK):
        last = min(first + CHUNK - 1, scale.touches)
        run(statement, {**values, "first": first, "last": last})


def _scores(scale: Scale, *, now: datetime) -> None:
    """Engagement from the touches; fit and urgency drawn, few of them high."""
    insert = """
        INSERT INTO scoring_score (
            lead_id, scorecard_id, fit, fit_low, fit_high, urgency, engagement_sum, last_week, accounted_week,
            last_signal_at, updated_at
        )
        SELECT id, %(scorecard)s, fit, fit * 0.9, fit, urgency, coalesce(total, 0), last_week, %(week)s, last_at,
            %(now)s
        FROM (SELECT id, 100 * random() AS fit, 100 * power(random(), 4) AS urgency FROM leads_lead) AS lead
        LEFT JOIN ({engagement}) AS engagement ON engagement.lead_id = lead.id
        ORDER BY id
    """
    values = model_values(first=1, last=scale.leads, now=now)
    run(insert.replace("{engagement}", read("engagement")), values)
