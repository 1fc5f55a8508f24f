"""Lets go of touches that are older than the organisation keeps them, month by month; what they were is kept as sums.

Whoever was touched later too is scored again without them before they are gone: no touch is let go that still counts
for more than a trifle, so that nobody's scores are seen to change (IN-13). Who was not keeps the scores they had.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings

from leads import partitions
from leads.models import PrunedMonth
from scoring import rescoring, scorecards
from scoring.domain.model import Model
from scoring.domain.touches import power
from scoring.domain.weeks import week_of

TRIFLE = 1e-4  # of a touch's points: a hundred of them are under a hundredth
MONTH = timedelta(days=31)
SETTLED = timedelta(minutes=15)  # after so long nothing under way has read a month that was set apart
logger = logging.getLogger(__name__)


def prune(*, months: int, now: datetime) -> int:
    """Let go of the months that were set apart, then set apart those older than `months` (0 keeps all).

    Returns how many are gone. A run that stops anywhere goes on with the next; the checks know who waits meanwhile.
    """
    gone = sum(_let_go(table, now=now) for table in partitions.apart())
    model = scorecards.published_model()
    old = partitions.attached_before(_months_before(now, months)) if months else []
    for month in old:
        if _still_counts(month, model, now=now):
            logger.warning("touches of %s still count and are kept", f"{month:%B %Y}")
            break
        partitions.set_apart(month, now=now)
    return gone


def _let_go(table: str, *, now: datetime) -> bool:
    """Drop a month that was set apart, once everybody is scored without it and nobody reads it any more."""
    year, month = table.split("_")[-2:]
    since = PrunedMonth.objects.get(month=f"{year}-{month}-01").pruned_at + SETTLED
    if now < since or rescoring.score_without(table, since=since, now=now):
        return False
    partitions.drop(table)
    return True


def _still_counts(month: datetime, model: Model, *, now: datetime) -> bool:
    zone = settings.ORGANISATION_TIME_ZONE
    weeks = week_of(now, zone) - week_of(month + MONTH, zone)
    return power(model.decay(0).factor, weeks) > TRIFLE


def _months_before(now: datetime, months: int) -> datetime:
    count = now.year * 12 + now.month - 1 - months
    return now.replace(year=count // 12, month=count % 12 + 1, day=1)
