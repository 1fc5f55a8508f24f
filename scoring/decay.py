"""Weekly decay: scores fall by themselves (forward decay), this tells who fell under the gate's threshold (SC-3).

Each crossing is told exactly once, with its true week, however often or late this runs: a score keeps the week up
to which it has been accounted for, and both the weekly job and a new signal account for the weeks before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from leads.actors import Job, columns
from leads.models import TimelineEvent
from scoring import scorecards
from scoring.domain import engagement
from scoring.domain.engagement import Decay, Stored
from scoring.domain.weeks import week_of, week_start
from scoring.models import DecayState, Score, Scorecard

DECAY = Job("weekly decay")
LONGEST_EPOCH_WEEKS = 200


@dataclass(frozen=True)
class Run:
    """What one run of the job did."""

    weeks: int
    crossings: list[int]


def advance(*, now: datetime) -> Run:
    """Account for every week that began since the last run; returns the leads that fell under, in order."""
    scorecard = Scorecard.objects.published()
    with transaction.atomic():
        state = DecayState.objects.select_for_update(no_key=True).get(pk=1)
        weeks = range(state.week + 1, week_of(now, settings.ORGANISATION_TIME_ZONE) + 1)
        crossed = [lead for week in weeks for lead in _tell_week(week, scorecard, epoch=state.epoch)]
        if weeks:
            DecayState.objects.filter(pk=1).update(week=weeks[-1])
            _move_epoch(state.epoch, weeks[-1])
    return Run(weeks=len(weeks), crossings=crossed)


def tell_pending(score: Score, *, epoch: int, now: datetime) -> None:
    """Account for the weeks before `now` of a score that is locked because its sum is about to change."""
    model = scorecards.load(score.scorecard)
    week = week_of(now, settings.ORGANISATION_TIME_ZONE)
    decay = model.decay(epoch)
    threshold = model.gate.engagement_at_least
    stored = Stored(score.engagement_sum, score.last_week)
    if engagement.engagement_in(stored, score.accounted_week, decay) < threshold:
        return
    fell_in = engagement.falls_under(stored, threshold, score.accounted_week, decay)
    if fell_in is not None and fell_in <= week:
        _tell([(score.lead_id, stored)], week=fell_in, threshold=threshold, decay=decay)


def _tell_week(week: int, scorecard: Scorecard, *, epoch: int) -> list[int]:
    """Claim, by compare-and-set on the accounted week, everybody who fell under in `week`, and tell it."""
    model = scorecards.load(scorecard)
    decay, threshold = model.decay(epoch), model.gate.engagement_at_least
    fallen = [
        (lead_id, stored)
        for lead_id, total, last_week in _candidates(week, scorecard, decay=decay, threshold=threshold)
        if _fell(stored := Stored(total, last_week), week, threshold=threshold, decay=decay)
    ]
    ids = [lead_id for lead_id, _ in fallen]
    Score.objects.filter(lead__in=ids).update(accounted_week=week)
    _tell(fallen, week=week, threshold=threshold, decay=decay)
    return ids


def _candidates(
    week: int, scorecard: Scorecard, *, decay: Decay, threshold: float
) -> list[tuple[int, float, int | None]]:
    """Scores in the range that falls under the threshold this week, or that fall silent for too long."""
    low, high = engagement.crossing_range(threshold, week, decay)
    falling = Q(engagement_sum__gte=low, engagement_sum__lt=high)
    silent = Q(last_week=week - decay.inactivity_weeks, engagement_sum__gte=high)
    rows = Score.objects.select_for_update().filter(scorecard=scorecard, accounted_week__lt=week)
    return list(
        rows.filter(falling | silent).order_by("lead").values_list("lead", "engagement_sum", "last_week")
    )


def _fell(stored: Stored, week: int, *, threshold: float, decay: Decay) -> bool:
    before = engagement.engagement_in(stored, week - 1, decay)
    return before >= threshold > engagement.engagement_in(stored, week, decay)


def _tell(fallen: list[tuple[int, Stored]], *, week: int, threshold: float, decay: Decay) -> None:
    at = week_start(week, settings.ORGANISATION_TIME_ZONE)
    TimelineEvent.objects.bulk_create(
        [
            TimelineEvent(
                lead_id=lead_id,
                at=at,
                kind=TimelineEvent.Kind.SCORE,
                text=_sentence(stored, week, threshold=threshold, decay=decay),
                data={"crossed": "engagement", "week": week, "threshold": threshold},
                **columns(DECAY),
            )
            for lead_id, stored in fallen
        ],
        batch_size=1000,
    )


def _sentence(stored: Stored, week: int, *, threshold: float, decay: Decay) -> str:
    before = engagement.engagement_in(stored, week - 1, decay)
    after = engagement.engagement_in(stored, week, decay)
    return f"Engagement fell under {threshold:g}: from {before:.1f} to {after:.1f} by weekly decay"


def _move_epoch(epoch: int, week: int) -> None:
    """Keep stored sums in range: after 200 weeks every sum moves to the new epoch in one statement.

    Whoever writes a sum holds the state's row (see `scores.decay_state`), so the lock waits for them.
    """
    if week - epoch < LONGEST_EPOCH_WEEKS:
        return
    DecayState.objects.select_for_update().get(pk=1)
    for version in Scorecard.objects.filter(pk__in=Score.objects.values("scorecard")):
        factor = version.decay_factor ** (week - epoch)
        Score.objects.filter(scorecard=version).update(engagement_sum=F("engagement_sum") * factor)
    DecayState.objects.filter(pk=1).update(epoch=week)
