"""Recomputes every stored score from what it was made of, and reports each difference (SC-4).

Block by block as re-scoring does, each lead at the moment and by the version of its stored score; a sample is
computed once more lead by lead, so that the set-based arithmetic is itself verified.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, transaction
from django.db.models import F, QuerySet

from leads import partitions
from scoring import many, scorecards, scores
from scoring.many import Scorer
from scoring.models import DecayState, Score, Scorecard
from scoring.models.score import LEAD_OF_SCORE, ScoreQuerySet

ONE_IN = 1_000  # of so many leads one is computed a second time, by itself
TOLERANCE = 1e-9  # of the points that went into a sum: floats add up otherwise in another order
STATEMENT = (Path(__file__).parent / "sql" / "differing_scores.sql").read_text()


def differences() -> Iterator[str]:
    """A sentence for each stored figure that its touches and facts do not give; none on sound data."""
    state = scores.decay_state()
    for version in Scorecard.objects.filter(pk__in=Score.objects.values("scorecard")).order_by("pk"):
        scorer, bearing = Scorer(scorecards.load(version)), _settled().filter(scorecard=version)
        for _, block in many.blocks(bearing):
            yield from _differing(block, scorer, state=state)
    yield from _differences_one_by_one(state)


def _settled() -> ScoreQuerySet:
    """All scores but of those whose touches were let go, and of who is yet to be scored without some of them."""
    found = Score.objects.exclude(last_signal_at__lt=partitions.pruned_until())
    for table in partitions.apart():
        found = found.exclude(partitions.is_touched_in(table, LEAD_OF_SCORE))
    return found


@transaction.atomic
def _differing(block: QuerySet[Score], scorer: Scorer, *, state: DecayState) -> list[str]:
    """What differs in one block; a score that changes while it is looked at is left for the next time."""
    extent = scorer.score(block, epoch=state.epoch)
    if not extent.leads:
        return []
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, {"first": extent.first, "last": extent.last, "tolerance": TOLERANCE})
        rows = cursor.fetchall()
    return [_sentence(lead_id, name, stored, found=found) for lead_id, name, stored, found in rows]


def _differences_one_by_one(state: DecayState) -> Iterator[str]:
    """The same for a sample, lead by lead, by the arithmetic that scores a signal."""
    sample = _settled().known().annotate(place=F("lead") % ONE_IN).filter(place=1)
    for kept in sample.select_related("scorecard", "lead__account").order_by("lead").iterator(chunk_size=200):
        found = scores.assess(
            kept.lead, model=scorecards.load(kept.scorecard), state=state, now=kept.updated_at
        )
        pairs = {
            "fit": (kept.fit, found.now.fit),
            "urgency": (kept.urgency, found.now.urgency),
            "tier": (kept.lead.tier, found.now.tier),
            "last week": (kept.last_week, found.stored.last_week),
        }
        for name, (stored, fresh) in pairs.items():
            if stored != fresh:
                yield _sentence(kept.lead_id, name, stored, found=fresh)
        if not math.isclose(kept.engagement_sum, found.stored.sum, rel_tol=1e-6, abs_tol=TOLERANCE):
            yield _sentence(kept.lead_id, "engagement", kept.engagement_sum, found=found.stored.sum)


def _sentence(lead_id: int, name: str, stored: object, *, found: object) -> str:
    return f"Lead {lead_id}: {name} is stored as {stored}, its touches and facts give {found}."
