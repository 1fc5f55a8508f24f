"""Builds the data set by set-based SQL in a database of its own, the same in every run."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bench import company
from bench.loading import bare_tables
from bench.scale import Scale
from leads import partitions
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


LARGE = [
    "leads_account",
    "leads_lead",
    "leads_outboxmessage",
    "leads_signal",
    "leads_signalreceipt",
    "leads_stagevisit",
    "leads_timelineevent",
    "routing_breach",
    "routing_clock",
    "routing_clockstep",
    "routing_handoff",
    "scoring_score",
]
HISTORY = ("1_accounts", "2_people", "3_history", "4_handoffs", "5_clocks")


def build(scale: Scale, *, now: datetime) -> None:
    """Fill a migrated, empty database; each step's seconds are told."""
    source = company.make(scale, now=now)
    for days in range(-31, HISTORY_DAYS, 28):
        partitions.ensure_month(now - timedelta(days=days))
    values = {
        **vars(scale.amounts),
        "now": now,
        "source": source.pk,
        "explanation": json.dumps(EXPLANATION),
    }
    run("SELECT setseed(0.5)", {})
    with step("indexes"), bare_tables(LARGE):
        for name in HISTORY:
            with step(name):
                run(read(name), values)
        with step("touches"):
            _touches(scale, values)
        with step("receipts"):
            run(read("7_receipts"), values)
        run("ANALYZE leads_lead; ANALYZE leads_signal", {})
        with step("scores"):
            _scores(scale, now=now)
    run("CREATE TABLE bench_row (id bigserial PRIMARY KEY, body jsonb, received_at timestamptz)", {})
    with step("vacuum"):
        run("VACUUM ANALYZE", {})


def freshen(age: timedelta) -> None:
    """Move what is open, and the clocks that run, by the time that has passed since the set was built."""
    with transaction.atomic():
        run(read("freshen"), {"age": age})
    run("VACUUM ANALYZE routing_handoff, routing_clock, routing_clockstep", {})


@contextmanager
def step(name: str) -> Iterator[None]:
    """Tell how long it took."""
    began = time.monotonic()
    yield
    sys.stdout.write(f"{name} {time.monotonic() - began:.0f} s, ")
    sys.stdout.flush()


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


def _touches(scale: Scale, values: dict[str, Any]) -> None:
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
