"""Leads that come back by themselves: signals that are tried again, holds that end, people who were two and are one.

Each is a sweep that may run twice or late: it claims what is due, a transaction each or a few together, and what fails
keeps nothing else waiting (P11).
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from django.db import OperationalError, connection, transaction

from leads import intake, lifecycle, partitions
from leads.domain.stages import Stage
from leads.models import FailedSignal, Lead, Merge, Signal
from leads.remembering import remembering_edition
from revops import pipeline
from revops.pipeline import PIPELINE, Occasion
from routing import handoffs
from routing.handoffs import Package
from routing.models import Handoff
from scoring import scores

RELEASED = Occasion("Recycled", "release")
ASKED = "P1"
PATIENCE = "15s"
RELEASED_TOGETHER = 50  # leads; they stay locked until all of them are scored
logger = logging.getLogger(__name__)


def retry_failed(*, now: datetime) -> int:
    """Try again each kept signal whose time has come, a transaction each; returns how many went through."""
    through = 0
    while (kept := intake.claim_for_retry(now=now)) is not None:
        through += _retry(kept, now=now)
    return through


def _retry(kept: FailedSignal, *, now: datetime) -> bool:
    """One more attempt, with all that the signal had when it came: id, time, and who qualified its person."""
    try:
        signal = intake.read_again(kept)
        partitions.ensure_month(signal.occurred_at)
        with remembering_edition(), transaction.atomic():
            _give_up_after(PATIENCE)
            pipeline.process(
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
        with remembering_edition(), transaction.atomic():
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
    return pipeline.judge(lead, trigger=RELEASED, now=now).package


def _released(lead_id: int, *, now: datetime) -> bool:
    """Release one lead, a transaction of its own; False where somebody else did, or where it failed."""
    try:
        with remembering_edition(), transaction.atomic():
            lead = Lead.objects.locked().select_related("account").get(pk=lead_id)
            if lead.stage != Stage.RECYCLED or lead.held_until is None or lead.held_until > now:
                return False
            lifecycle.release(lead, by=PIPELINE, now=now)
            pipeline.follow(lead, trigger=RELEASED, now=now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("lead %s could not be released", lead_id)
        return False
    return True


def follow_merges(*, now: datetime) -> int:
    """Score both sides of each merge, and of each that was undone, anew; the survivor may qualify by it.

    One that cannot be followed is logged and passed by, so that it keeps no other waiting (P11).
    """
    waiting = list(
        Merge.objects.filter(followed_at__isnull=True).order_by("pk").values_list("pk", flat=True)[:500]
    )
    return sum(_followed(merge_id, now=now) for merge_id in waiting)


def _followed(merge_id: int, *, now: datetime) -> bool:
    """One merge, a transaction of its own; False where somebody else did it, or where it failed."""
    try:
        with remembering_edition(), transaction.atomic():
            return _follow(merge_id, now=now)
    except OperationalError:
        raise
    except Exception:
        logger.exception("merge %s could not be followed", merge_id)
        return False


def _follow(merge_id: int, *, now: datetime) -> bool:
    free = Merge.objects.select_for_update(skip_locked=True)
    merged = free.filter(pk=merge_id, followed_at=None).first()
    if merged is None:
        return False
    request = _request_in(merged)
    if request is not None and now <= merged.at + handoffs.UNDO_WITHIN:
        return False  # the rejection that merged them can still be taken back
    both = Lead.objects.locked().select_related("account").order_by("pk")
    leads = both.in_bulk([merged.duplicate_id, merged.survivor_id])
    scores.apply(leads[merged.duplicate_id], now=now)
    pipeline.follow(leads[merged.survivor_id], trigger=request or RELEASED, now=now)
    Merge.objects.filter(pk=merged.pk).update(followed_at=now)
    return True


def _request_in(merged: Merge) -> Signal | None:
    """What waited for a decision when the two were merged: the survivor asks for it from now on (LC-7)."""
    waited = Handoff.objects.filter(lead=merged.duplicate_id, status=Handoff.Status.REJECTED, priority=ASKED)
    handoff = waited.filter(decided_at=merged.at).first()
    if handoff is None:
        return None
    came_over = Signal.objects.filter(lead=merged.survivor_id, pk__in=merged.touches, type=handoff.trigger)
    return came_over.order_by("-occurred_at", "-pk").first()
