"""Scoring leads again after a publish, a lead at a time as it runs beside live signals."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils import timezone

from bench.bench import Bench
from bench.dataset import model_values, read
from bench.meter import statements
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from scoring import rescoring, scorecards, scores
from scoring.models import Score, Scorecard


def run(bench: Bench) -> list[Result]:
    count = bench.scale.rescored
    first = bench.scale.leads // 2  # people with an ordinary number of touches

    def ours() -> float:
        _publish(first, first + count - 1)
        took = milliseconds(lambda: rescoring.rescore_outdated(now=timezone.now()))
        if rescoring.outdated():
            raise ValueError("Leads are left with the old version's scores.")
        return took

    compared = compare(
        ours=ours,
        ceiling=lambda: milliseconds(lambda: _aggregate_and_write(first, first + count - 1)),
        size=float,
        rounds=bench.scale.rounds,
    )
    per_second = count / compared.median(lambda one: one.ours) * 1000
    needed = statements(lambda: scores.refresh([first], now=timezone.now()))
    label = f"rescoring {count:,} leads ({per_second:,.0f} leads/s)"
    return [
        of_time(
            label, compared, goal="≤ 3 ×; best ≤ 1.3 ×", statements=needed, leads_per_second=round(per_second)
        )
    ]


def _publish(first: int, last: int) -> None:
    """A new version, which all but these leads have been scored by."""
    draft = scorecards.create_draft(Scorecard.objects.published(), by=None, now=timezone.now())
    scorecards.publish(draft, by=None, now=timezone.now())
    Score.objects.exclude(lead__gte=first, lead__lte=last).update(scorecard=draft)


def _aggregate_and_write(first: int, last: int) -> None:
    update = f"""
        UPDATE scoring_score SET engagement_sum = total, last_week = fresh.last_week, last_signal_at = last_at
        FROM ({read("engagement")}) AS fresh WHERE scoring_score.lead_id = fresh.lead_id
    """  # noqa: S608 - our own file
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(update, model_values(first=first, last=last))
