"""A month's hand-offs replayed on a draft of the rules, and assignments by eight workers at once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from multiprocessing import get_context
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone

from bench.bench import Bench
from bench.dataset import read
from bench.dataset import run as send
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from leads import background
from leads.models import Lead
from routing import drafts, handoffs, simulation
from routing.handoffs import Package
from routing.models import Pool

WORKERS, ASSIGNED = 8, 400
MONTH = 50_000  # hand-offs, or all that there are
PACKAGE: dict[str, Any] = {
    "fit": 80,
    "engagement": 40,
    "urgency": 70,
    "tier": "T1",
    "priority": "P1",
    "source": "website",
    "trigger": "demo_request",
    "scorecard_version": 1,
}
COUNTRIES = ("DE", "US", "GB", "FR", "SE")
BARE_MONTH = """
    SELECT assignee_id, explanation -> 'facts' ->> 'territory', count(*) FROM routing_handoff
    WHERE kind = 'QUALIFIED' AND qualified_at >= %s AND qualified_at < %s GROUP BY 1, 2
"""
BARE_TURN = """
    UPDATE routing_poolmember SET last_received_at = %s
    WHERE id = (SELECT min(id) FROM routing_poolmember WHERE pool_id = %s)
"""
numbers = count()


def run(bench: Bench) -> list[Result]:
    return [_assignments(bench), _simulation(bench)]


def _simulation(bench: Bench) -> Result:
    now = timezone.now()
    send(read("month_of_facts"), {"now": now, "month": MONTH})
    send("VACUUM ANALYZE routing_handoff", {})
    drafts.start(by=None, now=now)
    period = now - simulation.USUAL_PERIOD, now
    handed_over = simulation.of_period(*period).count()
    compared = compare(
        ours=lambda: milliseconds(lambda: _replay(now, cases=handed_over)),
        ceiling=lambda: milliseconds(lambda: _aggregate(*period)),
        size=float,
        rounds=bench.scale.rounds,
    )
    label = f"simulation of {handed_over:,} hand-offs on a draft, each routed twice"
    return of_time(label, compared, goal="≤ 20 s of 50,000", handoffs=handed_over)


def _replay(now: datetime, *, cases: int) -> None:
    parameters = {
        "draft": drafts.start(by=None, now=now).version,
        "since": (now - simulation.USUAL_PERIOD).isoformat(),
        "until": now.isoformat(),
    }
    run = background.ask(simulation.KIND, parameters, by=None, now=now)
    background.work_off({simulation.KIND: simulation.work})
    run.refresh_from_db()
    if not run.result or run.result["cases"] + run.result["left_out"] != cases:
        raise ValueError(f"The simulation ended with {run.status}: {run.error}")


def _aggregate(since: datetime, until: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE_MONTH, [since, until])
        cursor.fetchall()


def _assignments(bench: Bench) -> Result:
    """Beside locking a pool and writing one row and one turn, as bare as it can be."""
    pools = list(Pool.objects.filter(is_fallback=False))
    compared = compare(
        ours=lambda: _timed(_hand_over),
        ceiling=lambda: _timed(partial(_bare_turn, pools=pools)),
        size=float,
        rounds=bench.scale.rounds,
    )
    per_second = ASSIGNED / compared.median(lambda one: one.ours) * 1000
    label = f"{ASSIGNED} assignments by {WORKERS} workers ({per_second:,.0f}/s)"
    return of_time(label, compared, goal="≥ 50/s", per_second=round(per_second, 1))


def _timed(act: Callable[[Lead], None]) -> float:
    """How long all workers, each a process, need for fresh leads of every territory."""
    made = _leads()
    act(_leads()[0])  # what is read once a process is read before it forks
    connections.close_all()
    shares = [made[number::WORKERS] for number in range(WORKERS)]
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as workers:
        list(workers.map(_connect, range(WORKERS)))
        return milliseconds(lambda: list(workers.map(partial(_work, act), shares)))


def _connect(_: int) -> None:
    connection.ensure_connection()
    time.sleep(0.1)  # so that each process takes one


def _work(act: Callable[[Lead], None], share: list[Lead]) -> None:
    for lead in share:
        act(lead)


def _leads() -> list[Lead]:
    now = timezone.now()
    names = [
        (f"routed-{next(numbers)}@bench.example", COUNTRIES[n % len(COUNTRIES)]) for n in range(ASSIGNED)
    ]
    return Lead.objects.bulk_create(
        [
            Lead(email=name, email_key=name, country=country, stage="MQL", created_at=now)
            for name, country in names
        ]
    )


def _hand_over(lead: Lead) -> None:
    now = timezone.now()
    with transaction.atomic():
        handoffs.hand_over(lead, Package(captured_at=now - timedelta(seconds=1), **PACKAGE), now=now)


def _bare_turn(lead: Lead, *, pools: list[Pool]) -> None:
    pool = pools[lead.pk % len(pools)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM routing_pool WHERE id = %s FOR UPDATE", [pool.pk])
        cursor.execute(BARE_TURN, [timezone.now(), pool.pk])
        cursor.execute("UPDATE leads_lead SET team_id = %s WHERE id = %s", [pool.team_id, lead.pk])
