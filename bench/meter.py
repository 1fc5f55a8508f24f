"""What an operation costs beside time: processor seconds of web and database, statements, bytes of log."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import psutil
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.http import RequestMaker, press
from bench.web import Web


@dataclass(frozen=True)
class Figures:
    """One load on one server."""

    requests: int
    per_second: float
    p50: float
    p95: float
    p99: float
    web_cpu_ms: float  # for one request
    database_cpu_ms: float
    wal_bytes: float

    @property
    def cpu_ms(self) -> float:
        return self.web_cpu_ms + self.database_cpu_ms


@dataclass(frozen=True)
class Reading:
    """Processor seconds by process, and how far the database's log has come."""

    web: dict[int, float]
    database: dict[int, float]
    log_position: float


@dataclass(frozen=True)
class Meter:
    """Reads the costs of everything; of the database only where it is our own."""

    database_pid: int

    def load(self, web: Web, make: RequestMaker, **how: Any) -> Figures:
        """The figures of a load (see `http.press` for how)."""
        before = self._read(web)
        load = press(web.port, make, **how)
        after = self._read(web)
        count = len(load.milliseconds)
        if not count:
            raise ValueError("Nothing was asked: the data set has no more of what this operation uses up.")
        return Figures(
            requests=count,
            per_second=count / load.seconds,
            p50=quantile(load.milliseconds, 50),
            p95=quantile(load.milliseconds, 95),
            p99=quantile(load.milliseconds, 99),
            web_cpu_ms=_spent(before.web, after.web) * 1000 / count,
            database_cpu_ms=_spent(before.database, after.database) * 1000 / count,
            wal_bytes=(after.log_position - before.log_position) / count,
        )

    def _read(self, web: Web) -> Reading:
        return Reading(_cpu_of(web.processes()), _cpu_of(self._backends()), _log_position())

    def _backends(self) -> list[psutil.Process]:
        return psutil.Process(self.database_pid).children() if self.database_pid else []


def quantile(values: list[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def statements(act: Callable[[], object]) -> int:
    """How many statements `act` sends, beside those that begin and end transactions."""
    with CaptureQueriesContext(connection) as captured:
        act()
    around = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    return sum(1 for query in captured.captured_queries if not query["sql"].startswith(around))


def _cpu_of(processes: list[psutil.Process]) -> dict[int, float]:
    found = {}
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            found[process.pid] = times.user + times.system
    return found


def _spent(before: dict[int, float], after: dict[int, float]) -> float:
    """By the processes that still run; what ended meanwhile (a vacuum) is not counted."""
    return sum(seconds - before.get(process, 0.0) for process, seconds in after.items())


def _log_position() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        return float(cursor.fetchone()[0])
