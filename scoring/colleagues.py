"""Scores the people of companies whose facts changed, many at once: a fact that came with one is a fact of all (SC-1).

A person whose score somebody holds is left to the next run, and the company's flag with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

from django.db import transaction

from leads.domain.stages import MARKETING_STAGES
from scoring import keeping, scorecards, scores
from scoring.domain import engagement
from scoring.domain.engagement import Stored
from scoring.domain.gate import Gate
from scoring.many import Scorer
from scoring.models import Score, Scorecard
from scoring.touch_sums import FEW


@dataclass(frozen=True)
class Scored:
    """Whose people could not all be scored, by account, and which leads may pass the gate now, with their account."""

    unfinished: set[int]
    hopeful: dict[int, int]


def score_people(accounts: Collection[int], *, scorecard: Scorecard, now: datetime) -> Scored:
    """Score everybody of `accounts` by their facts of today, as `scores.apply` would; a transaction for some hundreds.

    Scores of a later moment than `now` may count touches that had not happened by then, and wait for it.
    """
    people = Score.objects.filter(lead__account__any_of=accounts).order_by("lead")
    account_of = dict(people.values_list("lead", "lead__account"))
    scorer, kept = Scorer(scorecards.load(scorecard)), set[int]()
    for leads in _by(FEW, account_of):
        kept |= _score(leads, scorer, scorecard=scorecard, now=now)
    return Scored(
        unfinished={account for lead, account in account_of.items() if lead not in kept},
        hopeful={lead: account_of[lead] for lead in _hopeful(kept, scorer.model.gate, now=now)},
    )


@transaction.atomic
def _score(leads: list[int], scorer: Scorer, *, scorecard: Scorecard, now: datetime) -> set[int]:
    """Which of `leads` were scored."""
    state = scores.held_decay_state()
    extent = scorer.score(
        Score.objects.filter(lead_id__any_of=leads, updated_at__lte=now), epoch=state.epoch, now=now
    )
    if not extent.leads:
        return set()
    return set(keeping.keep(extent, scorecard=scorecard, epoch=state.epoch, now=now))


def _hopeful(leads: set[int], gate: Gate, *, now: datetime) -> Iterator[int]:
    """Those of marketing's whose scores are enough for the gate, which has the last word."""
    epoch, week = scores.decay_state().epoch, scores.current_week(now)
    enough = Score.objects.filter(
        lead_id__any_of=leads,
        lead__stage__in=MARKETING_STAGES,
        fit__gte=gate.fit_at_least,
        last_signal_at__gte=now - timedelta(days=gate.signal_within_days + 1),
    )
    columns = enough.order_by("lead").values_list("lead", "scorecard", "engagement_sum", "last_week")
    for lead_id, version, total, last_week in columns:
        decay = scorecards.of_version(version).decay(epoch)
        if engagement.engagement_in(Stored(total, last_week), week, decay) >= gate.engagement_at_least:
            yield lead_id


def _by(size: int, leads: Collection[int]) -> Iterator[list[int]]:
    remaining = iter(leads)
    while some := list(islice(remaining, size)):
        yield some
