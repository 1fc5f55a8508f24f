"""What a load costs beside time: processor seconds of web and database, statements, bytes of log."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench import costs
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


class Meter:
    """Reads the costs of everything; of the database only where it is our own."""

    def load(self, web: Web, make: RequestMaker, **how: Any) -> Figures:
        """The figures of a load (see `http.press` for how)."""
        before = costs.of(web.processes())
        load = press(web.port, make, **how)
        spent = costs.of(web.processes()).since(before)
        count = len(load.milliseconds)
        if not count:
            raise ValueError("Nothing was asked: the data set has no more of what this operation uses up.")
        return Figures(
            requests=count,
            per_second=count / load.seconds,
            p50=quantile(load.milliseconds, 50),
            p95=quantile(load.milliseconds, 95),
            p99=quantile(load.milliseconds, 99),
            web_cpu_ms=spent.python * 1000 / count,
            database_cpu_ms=spent.database * 1000 / count,
            wal_bytes=spent.log_bytes / count,
        )


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
    return sum(1 for query in captured.captured_queries if not str(query["sql"]).startswith(around))
