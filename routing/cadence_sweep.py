"""Ends cadences that have run their course or were overtaken; may run twice, late, or on two machines (QU-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from leads.actors import Job
from leads.domain.stages import Stage
from leads.models import Lead, Signal
from routing import after_acceptance, cadences
from routing.domain.cadence import CAME_BACK
from routing.models import Cadence, Enrolment, FollowUp
from routing.models.cadence import EnrolmentQuerySet

JOB = Job("cadences")
MOST_A_RUN = 1000
Cause = Enrolment.Cause
CAUSES = {
    Stage.SQL.value: Cause.MEETING,
    Stage.OPPORTUNITY.value: Cause.MEETING,
}


@dataclass(frozen=True)
class Swept:
    """How many were stopped, and how many leads went back to marketing."""

    stopped: int
    ended: int


def sweep(*, now: datetime) -> Swept:
    """Stop what was overtaken by a stage, an opt-out or a request of their own; end what nobody answered."""
    stopped = sum(_stop(pk, now=now) for pk in _ids(_overtaken()))
    stopped += _stop_later_calls(now=now)
    ended = sum(_end(pk, now=now) for pk in _ids(_run_its_course(now=now)))
    return Swept(stopped, ended)


def _overtaken() -> EnrolmentQuerySet:
    """What a stage or an opt-out overtook, and those who have spoken to us since they began."""
    spoke = Signal.objects.filter(
        lead=OuterRef("lead"), type__in=CAME_BACK, occurred_at__gt=OuterRef("started_at")
    )
    overtaken = Enrolment.objects.overtaken()
    return overtaken | Enrolment.objects.running().filter(Exists(spoke))


def _run_its_course(*, now: datetime) -> EnrolmentQuerySet:
    """What is due to end, with no task left: a lead that nobody has tried to reach is not given up by itself."""
    left = FollowUp.objects.open().filter(enrolment=OuterRef("pk"))
    return Enrolment.objects.running().filter(~Exists(left), ends_at__lte=now)


def _ids(found: EnrolmentQuerySet) -> list[int]:
    return list(found.order_by("ends_at", "pk").values_list("pk", flat=True)[:MOST_A_RUN])


def _locked(pk: int) -> Enrolment | None:
    """The running enrolment with its lead locked; None where somebody else holds or ended it."""
    free = Lead.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    lead = free.filter(enrolments=pk).first()
    if lead is None:
        return None
    found = Enrolment.objects.running().filter(pk=pk).select_related("cadence").first()
    if found is not None:
        found.lead = lead
    return found


def _stop(pk: int, *, now: datetime) -> bool:
    with transaction.atomic():
        enrolment = _locked(pk)
        return enrolment is not None and cadences.stop(enrolment.lead, _cause_of(enrolment), by=JOB, now=now)


def _cause_of(enrolment: Enrolment) -> Cause:
    lead = enrolment.lead
    if lead.stage != Stage.SAL:
        return CAUSES.get(lead.stage, Cause.CLOSED)
    return Cause.OPTED_OUT if lead.suppressed_at is not None else Cause.CAME_BACK


def _end(pk: int, *, now: datetime) -> bool:
    """Nobody answered: the lead rests, and marketing has it again."""
    with transaction.atomic():
        enrolment = _locked(pk)
        if enrolment is None or enrolment.lead.stage != Stage.SAL:
            return False
        cadences.finish(enrolment, now=now)
        cadence = enrolment.cadence
        words = "back to nurture" if cadence.ending == Cadence.Ending.NURTURE else "recycled"
        after_acceptance.give_up(
            enrolment.lead,
            by=JOB,
            now=now,
            cause=f"no answer to its cadence: {words}",
            reason="unresponsive",
            hold=timedelta(days=cadence.hold_days),
        )
        Lead.objects.filter(pk=enrolment.lead_id).update(owner=None)
    return True


def _stop_later_calls(*, now: datetime) -> int:
    """Calls that a lead asked for and that has moved on, or opted out, since."""
    gone = ~Q(lead__stage=Stage.SAL) | Q(lead__suppressed_at__gte=F("created_at"))
    found = FollowUp.objects.open().filter(gone, enrolment=None)
    stopped = FollowUp.objects.filter(pk__in=found.values("pk"), state=FollowUp.State.OPEN)
    return stopped.update(state=FollowUp.State.STOPPED, reason=Cause.CLOSED.label, done_at=now)
