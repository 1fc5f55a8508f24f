"""The story of a lead: a signal comes in, the lead is scored, the gate decides, sales receives it.

Every door (API, form, file, demo) goes through `receive`; a signal is stored, scored and routed in one transaction,
or kept with its error for a retry. `now` is handed in, so that history can be told with its own clock.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import OperationalError, transaction

from leads import acquisition, consent, intake, lifecycle, matching, partitions, row_changes, timeline
from leads.actors import Job
from leads.domain.signal import SignalIn
from leads.domain.stages import MARKETING_STAGES, SALES_STAGES, Stage
from leads.intake import SignalIdReused
from leads.models import Lead, Source
from leads.models import Signal as StoredSignal
from leads.remembering import remembering_edition
from revops.answers import Outcome, anonymous_answer, answer_for
from routing import clocks, handoffs, tier_changes
from routing.handoffs import HandedOver, Package
from scoring import qualification, scores
from scoring.qualification import Qualification
from scoring.scores import First, Standing, TouchRow

PIPELINE = Job("pipeline")
logger = logging.getLogger(__name__)


class Received(NamedTuple):
    """What happened to a signal; `first` is False for a repeat, which gets the first answer again."""

    answer: dict[str, Any]
    first: bool


@dataclass(frozen=True)
class Occasion:
    """Why the gate is asked where no signal came: as the hand-off's source and its trigger say it."""

    source: str
    trigger: str


@dataclass(frozen=True)
class Kept:
    """The signal is stored with its error, and will be tried again."""

    signal_id: str


def receive(
    payload: object, *, source: Source, now: datetime, qualified_elsewhere: str = "", bought: bool = False
) -> Received | Kept:
    """Take one signal all the way. Raises InvalidSignal and SignalIdReused, and then nothing is stored.

    `qualified_elsewhere` says who already made its person an MQL, for their history: they enter there (LC-15).
    `bought` marks a person who is new by it as bought: no score makes them an MQL (LC-11).

    Whatever else goes wrong, the signal is kept for a retry and never lost (IN-14); only a database that is away
    is the sender's to try again.
    """
    signal = intake.read(payload, source=source, now=now)
    partitions.ensure_month(signal.occurred_at)
    try:
        with remembering_edition():
            return process(
                signal, source=source, now=now, qualified_elsewhere=qualified_elsewhere, bought=bought
            )
    except (SignalIdReused, OperationalError):
        raise
    except Exception as error:
        logger.exception("a signal could not be processed and is kept")
        receipt = intake.keep_failed(
            signal,
            payload,
            source=source,
            error=error,
            now=now,
            qualified_elsewhere=qualified_elsewhere,
            bought=bought,
        )
        if receipt.answer is not None:
            return Received(receipt.answer, first=False)
        return Kept(signal.signal_id)


@transaction.atomic
def process(
    signal: SignalIn, *, source: Source, now: datetime, qualified_elsewhere: str = "", bought: bool = False
) -> Received:
    """Signal → lead → scores → gate → hand-off → answer, as one change."""
    with row_changes.together(), timeline.together():
        return _process(
            signal, source=source, now=now, qualified_elsewhere=qualified_elsewhere, bought=bought
        )


def _process(
    signal: SignalIn, *, source: Source, now: datetime, qualified_elsewhere: str, bought: bool
) -> Received:
    taken = intake.take(signal, source=source, now=now)
    sought = matching.seek(signal)
    receipt = taken()
    if receipt.answer is not None:
        return Received(receipt.answer, first=False)
    state = scores.hold_decay_state() if sought is not None and sought.newcomer() else None
    match = matching.find_or_create(signal, sought, source=source, now=now)
    stored = intake.store(signal, source=source, lead=match.lead if match else None, now=now)
    if match is None:
        answer = anonymous_answer(signal)
    else:
        if bought and match.created:
            acquisition.mark_purchased(match.lead, by=PIPELINE, now=now)
        consent.heed(match.lead, signal, source=source, refused_since=match.refused_since, now=now)
        is_all = match.created and not signal.visitor_id  # whose earlier touches may have joined
        first = First(_touch_of(stored), state) if is_all and state is not None else None
        outcome = follow(
            match.lead, trigger=stored, now=now, qualified_elsewhere=qualified_elsewhere, first=first
        )
        answer = answer_for(signal, match, outcome)
    intake.remember_answer(receipt, answer)
    return Received(answer, first=True)


def follow(
    lead: Lead,
    *,
    trigger: StoredSignal | Occasion,
    now: datetime,
    qualified_elsewhere: str = "",
    first: First | None = None,
) -> Outcome:
    """Score the lead, ask the gate, and hand it over if it passes; an open hand-off stays the one open.

    Of a lead that is new, `first` is all that is known of what they did.
    """
    judged = judge(lead, trigger=trigger, now=now, qualified_elsewhere=qualified_elsewhere, first=first)
    if judged.package is None:
        return Outcome(judged.standing, judged.asked, _already_open(lead))
    handed_over = handoffs.hand_over(lead, judged.package, now=now)
    return Outcome(judged.standing, judged.asked, handed_over)


@dataclass(frozen=True)
class Judged:
    """Where the lead stands and what the gate says of it; with what it is to be handed over, if it is."""

    standing: Standing
    asked: Qualification
    package: Package | None


def judge(
    lead: Lead,
    *,
    trigger: StoredSignal | Occasion,
    now: datetime,
    qualified_elsewhere: str = "",
    first: First | None = None,
) -> Judged:
    """Score the lead and ask the gate; who passes is an MQL now, whom the caller hands over."""
    standing = scores.apply(lead, now=now, first=first)
    was = standing.before
    if (
        was is not None and was.tier != standing.now.tier and lead.stage in SALES_STAGES
    ):  # elsewhere no clock runs
        tier_changes.follow(lead, now=now)
    if lead.stage == Stage.SUBSCRIBER and lead.account is not None:
        lifecycle.move(lead, Stage.LEAD, by=PIPELINE, now=now, cause="company known")
    asked = qualification.judge(lead, standing, trigger=_type_of(trigger), now=now)
    if asked.verdict.qualified:
        _qualify(lead, asked, now=now)
    elif qualified_elsewhere and _is_new_to_sales(lead):
        lifecycle.advance(lead, Stage.MQL, by=PIPELINE, now=now, cause=qualified_elsewhere)
    else:
        return Judged(standing, asked, None)
    return Judged(standing, asked, _package(standing, asked, trigger=trigger, now=now))


def _qualify(lead: Lead, asked: Qualification, *, now: datetime) -> None:
    if asked.verdict.hand_raise:
        acquisition.came_to_us(lead, by=PIPELINE, now=now)
    lifecycle.qualify(lead, by=PIPELINE, now=now, cause=asked.cause, hand_raise=asked.verdict.hand_raise)


def _touch_of(stored: StoredSignal) -> TouchRow:
    return (stored.type_id, stored.occurred_at, stored.depth, stored.answers)


def _type_of(trigger: StoredSignal | Occasion) -> str:
    return trigger.type_id if isinstance(trigger, StoredSignal) else ""


def _is_new_to_sales(lead: Lead) -> bool:
    """Whether marketing still has the lead and never handed it over."""
    return lead.stage in MARKETING_STAGES and not lead.visits.filter(stage=Stage.MQL).exists()


def _already_open(lead: Lead) -> HandedOver | None:
    handoff = handoffs.open_handoff_of(lead) if lead.stage in SALES_STAGES else None
    if handoff is None:
        return None
    return HandedOver(handoff, clocks.due_of(handoff))


def _package(
    standing: Standing, asked: Qualification, *, trigger: StoredSignal | Occasion, now: datetime
) -> Package:
    return Package(
        fit=standing.now.fit,
        engagement=standing.now.engagement,
        urgency=standing.now.urgency,
        tier=standing.now.tier,
        priority=asked.priority,
        source=intake.source_label(trigger) if isinstance(trigger, StoredSignal) else trigger.source,
        trigger=trigger.type_id if isinstance(trigger, StoredSignal) else trigger.trigger,
        scorecard_version=standing.model.version,
        captured_at=trigger.received_at if isinstance(trigger, StoredSignal) else now,
    )
