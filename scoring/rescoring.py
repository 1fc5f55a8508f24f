"""Scores leads again in the background: after a publish, and as time passes (SC-6, SC-13).

The rows are the queue: what still bears the old version, or yesterday's date, is what is left to do. Any number of
workers share it block by block; one that is killed loses a block, which the next run takes again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from leads import partitions
from scoring import keeping, many, scorecards, scores
from scoring.many import Scorer
from scoring.models import Score, Scorecard
from scoring.models.score import LEAD_OF_SCORE

MOST_A_RUN = 100_000
"""So many leads a run at most: a run gives the worker back to the other jobs within some ten seconds."""
CLAIM = 0x5343_4F52  # advisory locks of ours: this class, and the number of the block


@dataclass(frozen=True)
class Work:
    """What one run does its work by."""

    scorecard: Scorecard
    now: datetime

    @cached_property
    def scorer(self) -> Scorer:
        """One for the whole run: it remembers."""
        return Scorer(scorecards.load(self.scorecard))


def rescore_outdated(*, now: datetime) -> int:
    """Score every lead that another version scored; returns how many, about 100,000 a run at most."""
    return _work_off(_outdated(Scorecard.objects.published()), now=now)


def refresh_urgency(*, now: datetime) -> int:
    """Score again whoever is urgent, or has a tier that signals promise, and has not been looked at for a day.

    Levels fall, and promises end, as time passes.
    """
    behaviours = scorecards.published_model().behaviours.values()
    promised = {each.minimum_tier for each in behaviours if each.minimum_tier}
    waiting = Score.objects.filter(updated_at__lt=now - timedelta(hours=20))
    urgent, calm = waiting.filter(urgency__gt=0), waiting.filter(urgency=0, lead__tier__in=promised)
    return _work_off(urgent, now=now) + _work_off(calm, now=now)


def score_without(table: str, *, since: datetime, now: datetime) -> int:
    """Score again whose touches lie in `table`, a month that was set apart at `since`; returns how many still wait.

    Who was not touched after it keeps the scores that the month has left them.
    """
    touched = Score.objects.known().filter(partitions.is_touched_in(table, LEAD_OF_SCORE))
    waiting = touched.filter(updated_at__lt=since, last_signal_at__gte=partitions.pruned_until())
    _work_off(waiting, now=now)
    return waiting.count()


def outdated() -> int:
    """How many leads still bear an older version's scores."""
    return _outdated(Scorecard.objects.published()).count()


def _outdated(published: Scorecard) -> QuerySet[Score]:
    """What other versions scored: two ranges of the index, empty in an instant when nothing is left."""
    return Score.objects.known().filter(Q(scorecard__lt=published.pk) | Q(scorecard__gt=published.pk))


def _work_off(waiting: QuerySet[Score], *, now: datetime) -> int:
    """Score block after block of what waits, from the first lead on; what somebody holds waits for the next run.

    Scores of a later moment than `now` are left alone: they may count touches that had not happened by then.
    """
    work, done = Work(Scorecard.objects.published(), now), 0
    for number, block in many.blocks(waiting.filter(updated_at__lte=now)):
        done += _score_block(number, block, work)
        if done >= MOST_A_RUN:
            break
    return done


@transaction.atomic
def _score_block(number: int, block: QuerySet[Score], work: Work) -> int:
    """Score what waits of one block, unless another worker is at it or a newer version has been published."""
    if not _claim(number) or Scorecard.objects.published() != work.scorecard:
        return 0
    state = scores.held_decay_state()
    extent = work.scorer.score(block, epoch=state.epoch, now=work.now)
    if not extent.leads:
        return 0
    return len(keeping.keep(extent, scorecard=work.scorecard, epoch=state.epoch, now=work.now))


def _claim(block: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [CLAIM, block])
        claimed: bool = cursor.fetchone()[0]
    return claimed
