"""The what-if replay of a draft over a year of every lead's touches, beside one bare aggregate of the same rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from bench.bench import Bench
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from scoring import replay, scorecards
from scoring.replay import Period

KEEPS_DATA = True  # for the operations that follow
YEAR = timedelta(days=364)
MOST_ROUNDS = 3  # each of them takes minutes where the touches are ten million
JUDGED = 1_000_000  # touches, which the middle one of the sizes of SCALE=growth has
GOAL = "≤ 10 s; best ≤ 2 s"
LOWER = 20  # points of engagement that the draft asks for
AGGREGATE = """
    SELECT lead_id, type, count(*), sum(depth), max(occurred_at) FROM leads_signal WHERE lead_id IS NOT NULL
    GROUP BY lead_id, type
"""


def run(bench: Bench) -> list[Result]:
    passed: list[int] = []
    compared = compare(
        ours=lambda: milliseconds(lambda: passed.append(_replay())),
        ceiling=lambda: milliseconds(_aggregate),
        size=float,
        rounds=min(bench.scale.rounds, MOST_ROUNDS),
    )
    label = f"what-if replay of {bench.scale.leads:,} leads, {bench.scale.touches:,} touches, two models"
    goal = GOAL if bench.scale.touches == JUDGED else ""
    return [of_time(label, compared, goal=goal, passed=passed[0])]


def _replay() -> int:
    """How many the two models pass."""
    today, now = scorecards.published_model(), timezone.now()
    draft = replace(today, gate=replace(today.gate, engagement_at_least=LOWER))
    period = Period(now - YEAR, now)
    found = list(replay.replay(today, draft, period=period, progress=lambda *_: None))
    if not found:
        raise ValueError("The replay passed nobody.")
    return len(found)


def _aggregate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({AGGREGATE}) AS sums")  # noqa: S608 - our own words
        cursor.fetchone()
