"""The weekly decay of every lead: when nobody falls under the gate's threshold, and when five in a hundred do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection
from django.db.models import F

from bench.bench import Bench
from bench.dataset import run as send
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from leads.models import TimelineEvent
from scoring import decay, scorecards, scores
from scoring.domain import engagement
from scoring.domain.weeks import week_start
from scoring.models import DecayState, Score

ONE_IN = 20
BARE_RANGE = """
    SELECT lead_id, engagement_sum, last_week FROM scoring_score
    WHERE engagement_sum >= %s AND engagement_sum < %s
"""


@dataclass(frozen=True)
class Week:
    """The week that comes next, and the range of sums that falls under the threshold in it."""

    number: int
    low: float
    high: float
    inactivity_weeks: int


def run(bench: Bench) -> list[Result]:
    week = _next_week()
    nobody, some = ("none crosses", "≤ 100 ms; best ≤ 10 ms"), ("5 % cross", "≤ 2 s of 50,000; best ≤ 0.5 s")
    return [
        _compared(bench, week, prepare=_nobody_crosses, told=nobody),
        _compared(bench, week, prepare=_one_in_twenty_crosses, told=some),
    ]


def _next_week() -> Week:
    model, state = scorecards.published_model(), scores.decay_state()
    low, high = engagement.crossing_range(
        model.gate.engagement_at_least, state.week + 1, model.decay(state.epoch)
    )
    return Week(state.week + 1, low, high, model.inactivity_weeks)


def _compared(bench: Bench, week: Week, *, prepare: Callable[[Week], int], told: tuple[str, str]) -> Result:
    """One line of the table; `told` is its name and its goal."""
    crossing, (name, goal) = prepare(week), told
    compared = compare(
        ours=lambda: _advance(week, crossing=crossing),
        ceiling=lambda: milliseconds(lambda: _read_range(week)),
        size=float,
        rounds=bench.scale.rounds,
    )
    _begin_again(week)
    label = f"weekly decay of {bench.scale.leads:,} leads, {name}"
    return of_time(label, compared, goal=goal, crossings=crossing)


def _advance(week: Week, *, crossing: int) -> float:
    """How long the job takes once the week has begun."""
    _begin_again(week)
    crossed: list[int] = []
    begins = week_start(week.number, settings.ORGANISATION_TIME_ZONE)
    took = milliseconds(lambda: crossed.extend(decay.advance(now=begins).crossings))
    if len(crossed) != crossing:
        raise ValueError(f"{len(crossed)} crossings were told where {crossing} are.")
    return took


def _nobody_crosses(week: Week) -> int:
    falling = Score.objects.filter(engagement_sum__gte=week.low, engagement_sum__lt=week.high)
    falling.update(engagement_sum=F("engagement_sum") * 2)
    silent = Score.objects.filter(last_week=week.number - week.inactivity_weeks)
    silent.update(last_week=F("last_week") - 1)
    send("VACUUM ANALYZE scoring_score", {})
    return 0


def _one_in_twenty_crosses(week: Week) -> int:
    chosen = Score.objects.annotate(place=F("lead") % ONE_IN).filter(place=0)
    count = chosen.update(engagement_sum=(week.low + week.high) / 2, last_week=week.number - 1)
    send("VACUUM ANALYZE scoring_score", {})
    return count


def _begin_again(week: Week) -> None:
    """As if the week had not begun."""
    DecayState.objects.filter(pk=1).update(week=week.number - 1)
    Score.objects.filter(accounted_week__gte=week.number).update(accounted_week=week.number - 1)
    TimelineEvent.objects.filter(kind=TimelineEvent.Kind.SCORE).delete()


def _read_range(week: Week) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BARE_RANGE, [week.low, week.high])
        cursor.fetchall()
