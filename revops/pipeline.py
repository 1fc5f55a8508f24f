"""The story of a lead: a signal comes in, the lead is scored, the gate decides, sales receives it.

Every door (API, form, file, demo) goes through `receive`; a signal is stored, scored and routed in one transaction,
or kept with its error for a retry. `now` is handed in, so that history can be told with its own clock.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from leads import acquisition, consent, intake, lifecycle, matching, partitions, timeline
from leads.actors import Job
from leads.domain.signal import SignalIn
from leads.domain.stages import MARKETING_STAGES, SALES_STAGES, Stage
from leads.intake import SignalIdReused
from leads.models import FailedSignal, Lead, Merge, Source
from leads.models import Signal as StoredSignal
from leads.remembering import remembering_edition
from revops.answers import Outcome, anonymous_answer, answer_for
from routing import handoffs, tier_changes
from routing.handoffs import HandedOver, Package
from scoring import qualification, scores
from scoring.qualification import Qualification
from scoring.scores import Standing

PIPELINE = Job("pipeline")
PATIENCE = "15s"
RELEASED_TOGETHER = 50  # leads; they stay locked until all of them are scored
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Received:
    """What happened to a signal; `first` is False for a repeat, which gets the first answer again."""

    answer: dict[str, Any]
    first: bool


@dataclass(frozen=True)
class Occasion:
    """Why the gate is asked where no signal came: as the hand-off's source and its trigger say it."""

    source: str
    trigger: str


RELEASED = Occasion("Recycled", "release")
FACTS_KNOWN = Occasion("Company facts", "company_facts")


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
        intake.keep_failed(
            signal,
            payload,
            source=source,
            error=error,
            now=now,
            qualified_elsewhere=qualified_elsewhere,
            bought=bought,
        )
        return Kept(signal.signal_id)


@transaction.atomic
def process(
    signal: SignalIn, *, source: Source, now: datetime, qualified_elsewhere: str = "", bought: bool = False
) -> Received:
    """Signal → lead → scores → gate → hand-off → answer, as one change."""
    with timeline.together():
        return _process(
            signal, source=source, now=now, qualified_elsewhere=qualified_elsewhere, bought=bought
        )


def _process(
    signal: SignalIn, *, source: Source, now: datetime, qualified_elsewhere: str, bought: bool
) -> Received:
    receipt = intake.take(signal, source=source, now=now)
    if receipt.answer is not None:
        return Received(receipt.answer, first=False)
    match = matching.find_or_create(signal, source=source, now=now)
    stored = intake.store(signal, source=source, lead=match.lead if match else None, now=now)
    if match is None:
        answer = anonymous_answer(signal)
    else:
        if bought and match.created:
            acquisition.mark_purchased(match.lead, by=PIPELINE, now=now)
        consent.heed(match.lead, signal, source=source, is_new=match.created, now=now)
        outcome = follow(match.lead, trigger=stored, now=now, qualified_elsewhere=qualified_elsewhere)
        answer = answer_for(signal, match, outcome)
    intake.remember_answer(receipt, answer)
    return Received(answer, first=True)


def follow(
    lead: Lead,
    *,
    trigger: StoredSignal | Occasion,
    now: datetime,
    qualified_elsewhere: str = "",
) -> Outcome:
    """Score the lead, ask the gate, and hand it over if it passes; an open hand-off stays the one open."""
    judged = _judged(lead, trigger=trigger, now=now, qualified_elsewhere=qualified_elsewhere)
    if judged.package is None:
        return Outcome(judged.standing, judged.asked, _already_open(lead))
    handed_over = handoffs.hand_over(lead, judged.package, now=now)
    return Outcome(judged.standing, judged.asked, handed_over)


@dataclass(frozen=True)
class _Judged:
    """Where the lead stands and what the gate says of it; with what it is to be handed over, if it is."""

    standing: Standing
    asked: Qualification
    package: Package | None


def _judged(
    lead: Lead, *, trigger: StoredSignal | Occasion, now: datetime, qualified_elsewhere: str = ""
) -> _Judged:
    """Score the lead and ask the gate; who passes is an MQL now, whom the caller hands over."""
    standing = scores.apply(lead, now=now)
    if standing.before is not None and standing.before.tier != standing.now.tier:
        tier_changes.follow(lead, now=now)
    if lead.stage == Stage.SUBSCRIBER and lead.account is not None:
        lifecycle.move(lead, Stage.LEAD, by=PIPELINE, now=now, cause="company known")
    asked = qualification.judge(lead, standing, trigger=_type_of(trigger), now=now)
    if asked.verdict.qualified:
        _qualify(lead, asked, now=now)
    elif qualified_elsewhere and _is_new_to_sales(lead):
        lifecycle.advance(lead, Stage.MQL, by=PIPELINE, now=now, cause=qualified_elsewhere)
    else:
        return _Judged(standing, asked, None)
    return _Judged(standing, asked, _package(standing, asked, trigger=trigger, now=now))


def retry_failed(*, now: datetime) -> int:
    """Try again each kept signal whose time has come, a transaction each; returns how many went through."""
    through = 0
    while (kept := intake.claim_for_retry(now=now)) is not None:
        through += _retry(kept, now=now)
    return through


def release_recycled(*, now: datetime) -> int:
    """End the holds that are over: each lead is scored again and may qualify anew (LC-6).

    Some go together; where that fails they go one by one, and a lead that cannot be released is logged and passed by,
    so that it keeps nobody else waiting (P11).
    """
    due = list(Lead.objects.released_by(now).order_by("held_until", "pk").values_list("pk", flat=True)[:1000])
    parts = [due[first : first + RELEASED_TOGETHER] for first in range(0, len(due), RELEASED_TOGETHER)]
    return sum(_released_together(part, now=now) for part in parts)


def _released_together(ids: Sequence[int], *, now: datetime) -> int:
    """Release these in their order, in one transaction, and hand over at once who passes the gate; how many."""
    try:
        with transaction.atomic():
            rows = Lead.objects.locked().select_related("account").order_by("pk")
            leads = rows.filter(pk__in=ids, stage=Stage.RECYCLED, held_until__lte=now).in_bulk()
            still = [leads[lead_id] for lead_id in ids if lead_id in leads]
            ready = [(lead, package) for lead in still if (package := _let_go(lead, now=now))]
            handoffs.hand_over_many(ready, now=now)
            return len(still)
    except Exception:  # a database that is away says so again to the first that goes alone
        logger.exception("leads that could not be released together are released one by one")
        return sum(_released(lead_id, now=now) for lead_id in ids)


def _let_go(lead: Lead, *, now: datetime) -> Package | None:
    lifecycle.release(lead, by=PIPELINE, now=now)
    return _judged(lead, trigger=RELEASED, now=now).package


def follow_merges(*, now: datetime) -> int:
    """Score both sides of each merge, and of each that was undone, anew; the survivor may qualify by it."""
    waiting = list(
        Merge.objects.filter(followed_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:500]
    )
    return sum(_followed(merge_id, now=now) for merge_id in waiting)


def _followed(merge_id: int, *, now: datetime) -> bool:
    """One merge, a transaction of its own; False where somebody else did it."""
    with transaction.atomic():
        merged = (
            Merge.objects.select_for_update(skip_locked=True).filter(pk=merge_id, followed_at=None).first()
        )
        if merged is None:
            return False
        both = Lead.objects.locked().select_related("account").order_by("pk")
        leads = both.in_bulk([merged.duplicate_id, merged.survivor_id])
        scores.apply(leads[merged.duplicate_id], now=now)
        follow(leads[merged.survivor_id], trigger=RELEASED, now=now)
        Merge.objects.filter(pk=merged.pk).update(followed_at=now)
    return True


def _released(lead_id: int, *, now: datetime) -> bool:
    """Release one lead, a transaction of its own; False where somebody else did, or where it failed."""
    try:
        with transaction.atomic():
            lead = Lead.objects.locked().select_related("account").get(pk=lead_id)
            if lead.stage != Stage.RECYCLED or lead.held_until is None or lead.held_until > now:
                return False
            lifecycle.release(lead, by=PIPELINE, now=now)
            follow(lead, trigger=RELEASED, now=now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("lead %s could not be released", lead_id)
        return False
    return True


def _retry(kept: FailedSignal, *, now: datetime) -> bool:
    """One more attempt, with all that the signal had when it came: id, time, and who qualified its person."""
    try:
        signal = intake.read_again(kept)
        partitions.ensure_month(signal.occurred_at)
        with transaction.atomic():
            _give_up_after(PATIENCE)
            process(
                signal,
                source=kept.source,
                now=now,
                qualified_elsewhere=kept.qualified_elsewhere,
                bought=kept.bought,
            )
    except Exception as error:
        logger.exception("a kept signal could not be processed again")
        intake.put_off(kept, error=error, now=now)
        return False
    return True


def _give_up_after(patience: str) -> None:
    """Let no statement of this transaction take longer: what hangs is put off, and the rest go on (P11)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [patience])


def _qualify(lead: Lead, asked: Qualification, *, now: datetime) -> None:
    if asked.verdict.hand_raise:
        acquisition.came_to_us(lead, by=PIPELINE, now=now)
    lifecycle.qualify(lead, by=PIPELINE, now=now, cause=asked.cause, hand_raise=asked.verdict.hand_raise)


def _type_of(trigger: StoredSignal | Occasion) -> str:
    return trigger.type_id if isinstance(trigger, StoredSignal) else ""


def _is_new_to_sales(lead: Lead) -> bool:
    """Whether marketing still has the lead and never handed it over."""
    return lead.stage in MARKETING_STAGES and not lead.visits.filter(stage=Stage.MQL).exists()


def _already_open(lead: Lead) -> HandedOver | None:
    handoff = handoffs.open_handoff_of(lead) if lead.stage in SALES_STAGES else None
    if handoff is None:
        return None
    return HandedOver(handoff, dict(handoff.clocks.running().values_list("kind", "due_at")))


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
