"""What Prometheus reads: requests as they are served, and how the work stands, asked of the database at each scrape.

Requests are counted in shared files where PROMETHEUS_MULTIPROC_DIR is set, so that a scrape answers for every process
of the site; how the work stands is the same whoever is asked.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime

from django.db import connection
from django.db.models import Count, Min, Q
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from leads.database_time import database_now
from leads.models import BackgroundRun, FailedSignal, OutboxMessage
from revops.jobs import standing as jobs
from routing.models import Clock, ClockStep, Handoff
from routing.models.clock import NEXT_DUE

SERVED = CollectorRegistry()
REQUESTS = Counter(
    "baton_requests", "Requests by view, method and status", ("view", "method", "status"), registry=SERVED
)
SECONDS = Histogram(
    "baton_request_seconds",
    "How long requests took",
    ("view", "method"),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0),
    registry=SERVED,
)
CONNECTIONS = """
    SELECT count(*) FILTER (WHERE state = 'active'), count(*), current_setting('max_connections')::int
    FROM pg_stat_activity WHERE datname = current_database()
"""


def count_request(*, view: str, method: str, status: int, seconds: float) -> None:
    """Count one answer."""
    REQUESTS.labels(view, method, str(status)).inc()
    SECONDS.labels(view, method).observe(seconds)


def page() -> bytes:
    """Everything, in the text format of Prometheus."""
    work = CollectorRegistry()
    work.register(Work())
    return generate_latest(_served()) + generate_latest(work)


def _served() -> CollectorRegistry:
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return SERVED
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


class Work(Collector):
    """How the work stands: each figure by an index, in nine statements, however many leads there are."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures of this moment, by the database's clock."""
        now = database_now()
        yield _gauge(
            "baton_handoffs_waiting", "Hand-offs that wait for a decision", Handoff.objects.open().count()
        )
        yield from _clocks(now)
        yield from _outbox(now)
        yield from _kept()
        yield from _jobs(now)
        yield from _connections()


def _clocks(now: datetime) -> Iterator[GaugeMetricFamily]:
    tried = ClockStep.objects.pending().filter(due_at__lte=now).order_by("due_at").values_list("due_at")[:1]
    to_come = Clock.objects.with_step_due(before=now).values_list(NEXT_DUE)[:1]
    oldest = min((at for (at,) in tried.union(to_come)), default=None)
    told = "How long the oldest step of a clock that is due has waited for the sweep"
    yield _gauge("baton_clock_lag_seconds", told, _age(oldest, now))


def _outbox(now: datetime) -> Iterator[GaugeMetricFamily]:
    waiting = GaugeMetricFamily(
        "baton_outbox_waiting", "Messages that are due and have not left", labels=["to"]
    )
    oldest = GaugeMetricFamily("baton_outbox_age_seconds", "How late the oldest of them is", labels=["to"])
    unsent = OutboxMessage.objects.filter(sent_at__isnull=True, dead_at__isnull=True, due_at__lte=now)
    for to, inside in (("people", True), ("endpoints", False)):
        found = unsent.filter(endpoint__isnull=inside).aggregate(n=Count("pk"), at=Min("due_at"))
        waiting.add_metric([to], found["n"])
        oldest.add_metric([to], _age(found["at"], now))
    yield waiting
    yield oldest


def _kept() -> Iterator[GaugeMetricFamily]:
    dead = GaugeMetricFamily("baton_dead_letters", "What was given up and waits for a person", labels=["of"])
    signals = FailedSignal.objects.aggregate(
        dead=Count("pk", filter=Q(dead_at__isnull=False)), waiting=Count("pk", filter=Q(dead_at__isnull=True))
    )
    dead.add_metric(["signals"], signals["dead"])
    dead.add_metric(["messages"], OutboxMessage.objects.filter(dead_at__isnull=False).count())
    yield dead
    yield _gauge("baton_signals_kept", "Signals that failed and are tried again", signals["waiting"])
    runs = BackgroundRun.objects.filter(status__in=("WAITING", "RUNNING")).count()
    yield _gauge("baton_background_runs_open", "Long computations that wait or run", runs)


def _jobs(now: datetime) -> Iterator[GaugeMetricFamily]:
    age = GaugeMetricFamily(
        "baton_job_age_seconds", "Since the start of the last run that ended well", labels=["job"]
    )
    overdue = GaugeMetricFamily(
        "baton_job_overdue", "1 where a job should have ended well by now", labels=["job"]
    )
    for standing in jobs.standings(now=now):
        overdue.add_metric([standing.slug], int(standing.is_overdue))
        if standing.good_at is not None:
            age.add_metric([standing.slug], _age(standing.good_at, now))
    yield age
    yield overdue


def _connections() -> Iterator[GaugeMetricFamily]:
    with connection.cursor() as cursor:
        cursor.execute(CONNECTIONS)
        active, held, most = cursor.fetchone()
    found = GaugeMetricFamily("baton_database_connections", "Connections to the database", labels=["state"])
    for state, count in (("active", active), ("held", held), ("most", most)):
        found.add_metric([state], count)
    yield found


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, told, value=value)


def _age(since: datetime | None, now: datetime) -> float:
    return max((now - since).total_seconds(), 0) if since else 0.0
