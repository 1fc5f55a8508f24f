"""Weekly decay: scores fall by themselves (forward decay), this tells who fell under the gate's threshold (SC-3).

Each crossing is told exactly once, with its true week, however often or late this runs: a score keeps the week up
to which it has been accounted for, and both the weekly job and a new score account for the weeks before it.

Decay changes no tier: tiers are given by fit, urgency and recent high-intent touches (SC-7, SC-8), none of which
the engagement sum enters. What time does to urgency, `rescoring.refresh_urgency` sees to each day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F

from leads import timeline
from leads.actors import Job
from leads.models import TimelineEvent
from leads.timeline import Told
from scoring import scorecards
from scoring.domain import engagement
from scoring.domain.engagement import Decay, Stored
from scoring.domain.model import Model
from scoring.domain.weeks import week_of, week_start
from scoring.models import DecayState, Score, Scorecard

DECAY = Job("weekly decay")
LONGEST_EPOCH_WEEKS = 200


@dataclass(frozen=True)
class Run:
    """What one run of the job did."""

    weeks: int
    crossings: list[int]


class Crossing(NamedTuple):
    """That a lead's engagement fell under the threshold as `week` began."""

    lead_id: int
    week: int
    threshold: float
    before: float
    after: float


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
    tell(pending(score, epoch=epoch, now=now))


def pending(score: Score, *, epoch: int, now: datetime) -> list[Crossing]:
    """The crossing before `now` that nobody has told, if there is one, of a score whose sum is about to change."""
    model = scorecards.load(score.scorecard)
    stored = Stored(score.engagement_sum, score.last_week)
    week = week_of(now, settings.ORGANISATION_TIME_ZONE)
    fell_in = pending_week(stored, score.accounted_week, model, epoch=epoch, week=week)
    if fell_in is None:
        return []
    threshold, rule = model.gate.engagement_at_least, model.decay(epoch)
    return [crossing(score.lead_id, stored, fell_in, threshold=threshold, decay=rule)]


def pending_week(stored: Stored, accounted_week: int, model: Model, *, epoch: int, week: int) -> int | None:
    """The week, up to `week`, in which a score fell under the threshold and has not been told; None for none."""
    decay, threshold = model.decay(epoch), model.gate.engagement_at_least
    if engagement.engagement_in(stored, accounted_week, decay) < threshold:
        return None
    fell_in = engagement.falls_under(stored, threshold, accounted_week, decay)
    return fell_in if fell_in is not None and fell_in <= week else None


def crossing(lead_id: int, stored: Stored, week: int, *, threshold: float, decay: Decay) -> Crossing:
    """The crossing of `week` with its figures."""
    before = engagement.engagement_in(stored, week - 1, decay)
    after = engagement.engagement_in(stored, week, decay)
    return Crossing(lead_id, week, threshold, before, after)


def tell(crossings: list[Crossing]) -> None:
    """Write each crossing into its lead's timeline, at the Monday on which it happened."""
    if not crossings:
        return
    zone = settings.ORGANISATION_TIME_ZONE
    starts = {week: week_start(week, zone) for week in {one.week for one in crossings}}
    kept = {
        (week, threshold): {"crossed": "engagement", "week": week, "threshold": threshold}
        for week, threshold in {(one.week, one.threshold) for one in crossings}
    }
    told = (
        Told(
            lead_id,
            starts[week],
            f"Engagement fell under {threshold:g}: from {before:.1f} to {after:.1f} by weekly decay",
            kept[week, threshold],
        )
        for lead_id, week, threshold, before, after in crossings
    )
    timeline.record_very_many(told, TimelineEvent.Kind.SCORE, by=DECAY)


def _tell_week(week: int, scorecard: Scorecard, *, epoch: int) -> list[int]:
    """Claim everybody who fell under in `week`, and tell it."""
    model = scorecards.load(scorecard)
    decay, threshold = model.decay(epoch), model.gate.engagement_at_least
    fallen = [
        crossing(lead_id, Stored(total, last_week), week, threshold=threshold, decay=decay)
        for lead_id, total, last_week in _claimed(week, scorecard, decay=decay, threshold=threshold)
    ]
    tell(fallen)
    return [one.lead_id for one in fallen]


# Two ranges of the indexes: the sums that fall under the threshold of those who were not silent already, and those
# who fall silent now. A score that is claimed is told: the accounted week says so to the next run.
CLAIM = """
    UPDATE scoring_score SET accounted_week = %(week)s
    WHERE scorecard_id = %(scorecard)s AND accounted_week < %(week)s AND (
        (engagement_sum >= %(low)s AND engagement_sum < %(high)s AND last_week >= %(silent)s)
        OR (engagement_sum >= %(high)s AND last_week = %(silent)s)
    )
    RETURNING lead_id, engagement_sum, last_week
"""


def _claimed(
    week: int, scorecard: Scorecard, *, decay: Decay, threshold: float
) -> list[tuple[int, float, int | None]]:
    """Whoever fell under the threshold this week by their sum, or by too long a silence; in order of lead."""
    if not 0 < threshold <= engagement.HIGHEST:
        return []
    low, high = engagement.crossing_range(threshold, week, decay)
    values = {"week": week, "scorecard": scorecard.pk, "low": low, "high": high}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, {**values, "silent": week - decay.inactivity_weeks})
        return sorted(cursor.fetchall())


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
