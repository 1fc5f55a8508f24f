"""Keeps the fresh scores of many leads, with what changed of tier and fit, in one statement beside live signals.

Nobody waits for it longer than that statement takes, it waits for nobody, and it overwrites no newer score: a row
that somebody holds, or has written since it was read, is left as it is.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection

from scoring import decay, scorecards
from scoring.decay import Crossing
from scoring.domain.engagement import Stored
from scoring.domain.weeks import week_of
from scoring.models import FitChange, Scorecard
from scoring.touch_sums import Extent

STATEMENT = (Path(__file__).parent / "sql" / "keep_scores.sql").read_text()


class Replaced(NamedTuple):
    """What a lead had kept until now: the weekly decay may still have to tell of it."""

    lead_id: int
    scorecard_id: int
    engagement_sum: float
    last_week: int | None
    accounted_week: int


def keep(extent: Extent, *, scorecard: Scorecard, epoch: int, now: datetime) -> list[int]:
    """Write what `many.Scorer.score` found; returns whose scores were written, the rest is somebody else's now.

    The caller's transaction holds the decay state, so that `epoch` stays what the sums are stored against. Crossings
    that the old sums still had to tell are told, as `scores.apply` does.
    """
    week = week_of(now, settings.ORGANISATION_TIME_ZONE)
    values: dict[str, Any] = {
        **extent.ids,
        "scorecard": scorecard.pk,
        "week": week,
        "now": now,
        "facts": FitChange.Cause.FACTS.value,
        "rescore": FitChange.Cause.RESCORE.value,
    }
    with connection.cursor() as cursor:
        cursor.execute(extent.among(STATEMENT), values)
        replaced = [Replaced(*row) for row in cursor.fetchall()]
    decay.tell(_pending(replaced, epoch=epoch, week=week))
    return [row.lead_id for row in replaced]


def _pending(replaced: list[Replaced], *, epoch: int, week: int) -> list[Crossing]:
    """The crossings before `week` that nobody has told, of sums that are no more (see `decay.tell_pending`)."""
    versions = Scorecard.objects.filter(pk__in={row.scorecard_id for row in replaced})
    models = {version.pk: scorecards.load(version) for version in versions}
    found = []
    for row in replaced:
        model, stored = models[row.scorecard_id], Stored(row.engagement_sum, row.last_week)
        fell_in = decay.pending_week(stored, row.accounted_week, model, epoch=epoch, week=week)
        if fell_in is not None:
            threshold, rule = model.gate.engagement_at_least, model.decay(epoch)
            found.append(decay.crossing(row.lead_id, stored, fell_in, threshold=threshold, decay=rule))
    return found
