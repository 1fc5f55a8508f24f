"""Prints the table, writes the JSON beside it, and keeps a run in RESULTS.md when asked to."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

import psutil
from django.db import connection

from bench.result import Result
from bench.scale import Scale

RESULTS = Path(__file__).parent / "RESULTS.md"
COLUMNS = ("operation", "figure", "ceiling", "ratio", "goal", "reached")
KEPT = (
    "operation",
    "figure",
    "ceiling",
    "peer",
    "ratio",
    "statements",
    "CPU ms (Python + database)",
    "log KiB",
    "rounds",
    "goal",
    "reached",
)
PACKAGES = ("Django", "psycopg", "gunicorn", "django-ninja")
BLURRED = "≈"
LEGEND = f"{BLURRED} no round was calm: trust the ratio by CPU more. – no goal, or one of other amounts."


def machine() -> dict[str, str]:
    """What the figures depend on beside the code; no names."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('server_version'), current_setting('shared_buffers'), current_setting('fsync')"
        )
        postgresql, buffers, fsync = cursor.fetchone()
    return {
        "cores": str(psutil.cpu_count()),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "load before": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "PostgreSQL": f"{postgresql} (shared_buffers {buffers}, fsync {fsync})",
        **{name: version(name) for name in PACKAGES},
    }


def table(results: list[Result]) -> str:
    """The lines in columns (see LEGEND)."""
    rows = [COLUMNS, *(_shown(result) for result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def write_json(path: Path, scale: Scale, results: list[Result], *, facts: dict[str, str]) -> None:
    body = {"scale": asdict(scale), "machine": facts, "results": [asdict(result) for result in results]}
    path.write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n")


def keep(scale: Scale, results: list[Result], *, facts: dict[str, str], at: datetime) -> None:
    """Put the run on top of RESULTS.md, under its introduction."""
    introduction, mark, runs = RESULTS.read_text().partition("<!-- runs -->\n")
    told = " · ".join(f"{name} {value}" for name, value in facts.items())
    section = [
        f"\n## {at:%Y-%m-%d}, {scale.name}\n",
        f"{scale.leads:,} leads, {scale.touches:,} touches, {scale.open_handoffs:,} open hand-offs. {told}.\n",
        f"| {' | '.join(KEPT)} |",
        f"|{' --- |' * len(KEPT)}",
        *(f"| {' | '.join(_kept(result))} |" for result in results),
        "",
    ]
    RESULTS.write_text(introduction + mark + "\n".join(section) + runs)


def _shown(result: Result) -> tuple[str, ...]:
    """At the terminal a peer stands beside the ceiling."""
    operation, figure, ceiling, *rest = _cells(result)
    return (operation, figure, f"{ceiling} (peer {result.peer})" if result.peer else ceiling, *rest)


def _cells(result: Result) -> tuple[str, ...]:
    figure = result.figure if result.is_calm else f"{BLURRED} {result.figure}"
    if result.failure:
        return (result.operation, f"failed: {result.failure}", "", "", "", "no")
    return (result.operation, figure, result.ceiling, result.ratio, result.goal, result.reached)


def _kept(result: Result) -> tuple[str, ...]:
    operation, figure, ceiling, ratio, goal, reached = _cells(result)
    costs = result.details
    cpu = f"{costs['web_cpu_ms']:,.1f} + {costs['database_cpu_ms']:,.1f}" if "web_cpu_ms" in costs else ""
    log = f"{costs['wal_bytes'] / 1024:,.1f}" if "wal_bytes" in costs else ""
    rounds = f"{costs['calm_rounds']} calm of {costs['rounds']}" if "rounds" in costs else ""
    statements = f"{costs['statements']}" if "statements" in costs else ""
    return (operation, figure, ceiling, result.peer, ratio, statements, cpu, log, rounds, goal, reached)
