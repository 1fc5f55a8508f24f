"""Scores leads again in the background: after a publish, and as time passes (SC-6, SC-13).

The rows are the queue: what still bears the old version, or yesterday's date, is what is left to do.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from scoring import scores
from scoring.models import Score, Scorecard

BATCH = 200
MOST_A_RUN = 20_000


def rescore_outdated(*, now: datetime) -> int:
    """Score every lead that another version scored; returns how many, at most 20,000 a run."""
    published = Scorecard.objects.published()
    return _work_off(Score.objects.exclude(scorecard=published), now=now)


def refresh_urgency(*, now: datetime) -> int:
    """Score again whoever is urgent and has not been looked at for a day: levels fall as time passes."""
    return _work_off(Score.objects.filter(urgency__gt=0, updated_at__lt=now - timedelta(hours=20)), now=now)


def outdated() -> int:
    """How many leads still bear an older version's scores."""
    return Score.objects.exclude(scorecard=Scorecard.objects.published()).count()


def _work_off(waiting: QuerySet[Score], *, now: datetime) -> int:
    done = 0
    while done < MOST_A_RUN and (
        ids := list(waiting.order_by("lead").values_list("lead", flat=True)[:BATCH])
    ):
        done += scores.refresh(ids, now=now)
    return done
