"""The compliance page of a year and of a million clocks, beside the bare reading of their roll-ups."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from datetime import date, timedelta

from django.db import connection
from django.test import Client
from django.utils import timezone

from bench.bench import Bench, client_of
from bench.meter import statements
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from leads import collector
from leads.models import Role, User
from reports import rollups
from routing.models import Clock

KEEPS_DATA = True  # for the operations that follow
REPEATS = 20
PAGE = "/reports/service-levels/"
BARE = "SELECT columns, legend, monday, facts FROM reports_packedweek WHERE measure = %s AND monday >= %s"
YEAR = 365  # days
JUDGED, GOAL = 1_000_000, "p95 ≤ 100 ms at 1,000,000 clocks; best p95 ≤ 25 ms at 1,000,000 clocks"


def run(bench: Bench) -> list[Result]:
    filled = milliseconds(lambda: rollups.fill(now=timezone.now()))
    client = client_of(User.objects.filter(role=Role.OPS)[0])
    print(f"{Clock.objects.count():,} clocks counted in {filled / 1000:.0f} s; ", end="")
    clocks = _started(YEAR)
    judged = YEAR * JUDGED // max(clocks, JUDGED)
    pages = (
        (f"a year of {clocks:,} clocks", YEAR, "", ""),
        (f"a year of {clocks:,} clocks, one tier", YEAR, "&tier=T1", ""),
        (f"{judged} days of {_started(judged):,} clocks", judged, "", GOAL),
    )
    return [
        _page(bench, client, name=f"compliance, {what}, p95", days=days, asked=asked, goal=goal)
        for what, days, asked, goal in pages
    ]


def _started(days: int) -> int:
    return Clock.objects.filter(started_at__gt=timezone.now() - timedelta(days=days)).count()


def _page(bench: Bench, client: Client, *, name: str, days: int, asked: str, goal: str) -> Result:
    today = timezone.now().date()
    since = today - timedelta(days=days - 1)
    path = f"{PAGE}?period=custom&since={since}&until={today}{asked}"
    _open(client, path)  # what is read once a process is read now
    collector.settle()  # as the site's processes do
    compared = compare(
        ours=lambda: _ninety_fifth(lambda: _open(client, path)),
        ceiling=lambda: _ninety_fifth(lambda: _read("FIRST_RESPONSE", since)),
        size=float,
        rounds=bench.scale.rounds,
    )
    needed = statements(lambda: _open(client, path))
    p95 = compared.median(lambda one: one.ours)
    return of_time(name, compared, goal=goal, statements=needed, p95=p95)


def _open(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:  # noqa: PLR2004 - OK
        raise ValueError(answer.content)


def _read(measure: str, since: date) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE, [measure, since])
        cursor.fetchall()


def _ninety_fifth(act: Callable[[], object]) -> float:
    return statistics.quantiles((milliseconds(act) for _ in range(REPEATS)), n=20)[-1]
