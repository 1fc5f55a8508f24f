"""Scoring every lead again after a publish, set-based, by one worker as it runs beside live signals."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from bench.bench import Bench
from bench.dataset import model_values, read
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from scoring import rescoring, scorecards
from scoring.models import Scorecard

MOST_ROUNDS = 3  # each of them takes minutes where the leads are a million


def run(bench: Bench) -> list[Result]:
    count = bench.scale.leads

    def ours() -> float:
        _publish()
        took = milliseconds(_run_after_run)
        if rescoring.outdated():
            raise ValueError("Leads are left with the old version's scores.")
        return took

    compared = compare(
        ours=ours,
        ceiling=lambda: milliseconds(lambda: _aggregate_and_write(1, count)),
        size=float,
        rounds=min(bench.scale.rounds, MOST_ROUNDS),
    )
    per_second = count / compared.median(lambda one: one.ours) * 1000
    label = f"rescoring {count:,} leads ({per_second:,.0f} leads/s)"
    return [of_time(label, compared, goal="≤ 3 ×; best ≤ 1.3 ×", per_second=round(per_second))]


def _publish() -> None:
    """A new version, which nobody has been scored by."""
    draft = scorecards.create_draft(Scorecard.objects.published(), by=None, now=timezone.now())
    scorecards.publish(draft, by=None, now=timezone.now())


def _run_after_run() -> None:
    while rescoring.rescore_outdated(now=timezone.now()):
        pass


def _aggregate_and_write(first: int, last: int) -> None:
    update = f"""
        UPDATE scoring_score SET engagement_sum = total, last_week = fresh.last_week, last_signal_at = last_at
        FROM ({read("engagement")}) AS fresh WHERE scoring_score.lead_id = fresh.lead_id
    """  # noqa: S608 - our own file
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(update, model_values(first=first, last=last))
