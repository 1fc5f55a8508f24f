"""The one writer of enrolments: a lead is in one cadence at most, and in none once it moves on (QU-6).

Who does what is due is whoever owns the lead, so a lead that is passed on takes its tasks with it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from leads import prepared, timeline
from leads.actors import Actor
from leads.domain.stages import Stage
from leads.models import Lead, User
from leads.remembering import remembered
from routing.calendars import calendar_for
from routing.domain import cadence as rules
from routing.domain.business_time import Calendar
from routing.domain.cadence import Contact, Step
from routing.models import Attempt, Cadence, CadenceStep, ClockKind, Enrolment, FollowUp, Handoff

Cause = Enrolment.Cause
State = FollowUp.State
FIRST_DAY = (ClockKind.FIRST_RESPONSE, ClockKind.FOLLOW_UP)


class NoCadence(Exception):
    """There is no cadence for the lead, or it is not one to follow up; the message says which."""


class AlreadyDone(Exception):
    """Somebody did, skipped or stopped the task meanwhile; nothing was written."""


# A cadence that runs, and whatever is open of it or, where the lead is called no more, of anything
STOP = """
    WITH tasks AS (
        UPDATE routing_followup SET state = 'STOPPED', reason = %(reason)s, done_at = %(now)s
        WHERE lead_id = %(lead)s AND state = 'OPEN' AND (%(all)s OR enrolment_id IS NOT NULL)
    )
    UPDATE routing_enrolment SET state = 'STOPPED', cause = %(cause)s, ended_at = %(now)s
    WHERE lead_id = %(lead)s AND state = 'RUNNING'
"""
FIRST_DUE = """
    SELECT min(due_at) FROM routing_clock WHERE lead_id = %s AND stopped_at IS NULL AND kind = ANY(%s)
"""


def begin(handoff: Handoff, *, by: User, now: datetime) -> Enrolment | None:
    """What follows an acceptance: the cadence of the lead's tier, or None where its tier has none.

    The caller holds the hand-off's lead locked, as it stands.
    """
    cadence = _current(handoff.lead.tier or handoff.tier, now=now)
    if cadence is None:
        return None
    lead = handoff.lead
    stop(lead, Cause.CLOSED, by=by, now=now)  # one from before, which no sweep has ended yet
    return _enrol(lead, cadence, by=by, now=now)


def start(lead: Lead, *, by: User, now: datetime, cadence: Cadence | None = None) -> Enrolment:
    """Put the lead into `cadence`, or that of its tier; where it is in one already, that one goes on.

    Raises NoCadence, where its tier has none or sales has not accepted it.
    """
    with transaction.atomic():
        lead = Lead.objects.locked().select_related("team", "owner").get(pk=lead.pk)
        running = Enrolment.objects.running().filter(lead=lead).first()
        if running is not None:
            return running
        if lead.stage != Stage.SAL:
            raise NoCadence(
                "Only a lead that sales has accepted, and that has no meeting yet, is followed up."
            )
        chosen = cadence or _current(lead.tier, now=now)
        if chosen is None:
            raise NoCadence(f"There is no cadence for {lead.tier or 'a lead without a tier'}. Choose one.")
        return _enrol(lead, chosen, by=by, now=now)


def stop(lead: Lead, cause: Cause, *, by: Actor, now: datetime) -> bool:
    """End the lead's cadence for `cause`, and every task of it that is open; whether there was one.

    A lead that has moved on is called no more either, though it asked to be called later.
    """
    asked = {
        "lead": lead.pk,
        "cause": Cause(cause).value,
        "reason": str(Cause(cause).label),
        "all": cause in (Cause.CLOSED, Cause.MEETING, Cause.OPTED_OUT),
        "now": now,
    }
    with transaction.atomic(savepoint=False):
        stopped = prepared.run(STOP, asked)
        if stopped:
            told = f"Cadence stopped: {Cause(cause).label}"
            timeline.record(lead, timeline.Kind.NOTE, told, by=by, at=now)
    return bool(stopped)


def finish(enrolment: Enrolment, *, now: datetime) -> bool:
    """The cadence has run its course without an answer; whether it had not ended before."""
    running = Enrolment.objects.running().filter(pk=enrolment.pk)
    return bool(running.update(state=Enrolment.State.FINISHED, ended_at=now))


def tick_off(attempt: Attempt, *, task_id: int | None = None) -> None:
    """What was tried is done: the task that was named, or the earliest due by that channel; an answer stops all.

    Raises AlreadyDone where the named task is open no more.
    """
    named = task_id is not None
    found = FollowUp.objects.open().filter(lead=attempt.lead_id)
    if not named:
        due = found.filter(channel=attempt.channel, due_on__lte=timezone.localdate(attempt.at))
        task_id = due.order_by("due_at", "pk").values_list("pk", flat=True).first()
    done = {"state": State.DONE, "done_at": attempt.at, "done_by": attempt.by, "attempt": attempt}
    ticked = found.filter(pk=task_id).update(**done) if task_id is not None else 0
    if named and not ticked:
        raise AlreadyDone("Somebody has done this already, or it was stopped.")
    if attempt.outcome == Attempt.Outcome.BOOKED:
        stop(attempt.lead, Cause.MEETING, by=attempt.by, now=attempt.at)
    elif attempt.outcome in rules.ANSWERS:
        stop(attempt.lead, Cause.ANSWERED, by=attempt.by, now=attempt.at)


def untick(attempt: Attempt) -> None:
    """What the attempt ticked off is to be done again, and a cadence that its answer ended goes on."""
    to_do = {"state": State.OPEN, "done_at": None}
    FollowUp.objects.filter(attempt=attempt).update(**to_do, done_by=None, attempt=None)
    if attempt.outcome == Attempt.Outcome.BOOKED or attempt.outcome in rules.ANSWERS:
        ended = Enrolment.objects.filter(lead=attempt.lead_id, state=Enrolment.State.STOPPED)
        ended.filter(ended_at=attempt.at).update(state=Enrolment.State.RUNNING, ended_at=None, cause="")
        stopped = FollowUp.objects.filter(lead=attempt.lead_id, state=State.STOPPED, done_at=attempt.at)
        stopped.update(**to_do, reason="")


def contact_of(lead: Lead) -> Contact:
    """How the person may be reached."""
    return Contact(
        has_email=bool(lead.email),
        opted_out=lead.suppressed_at is not None,
        bought=lead.acquired == Lead.Acquired.PURCHASED,
    )


def calendar_of(lead: Lead, *, now: datetime) -> Calendar:
    """The working days of whoever has the lead."""
    return calendar_for(lead.owner, lead.team, at=now)


def _enrol(lead: Lead, cadence: Cadence, *, by: User, now: datetime) -> Enrolment:
    """The enrolment and all its tasks; what consent forbids is skipped from the beginning."""
    calendar = calendar_of(lead, now=now)
    enrolment = Enrolment(
        lead=lead,
        cadence=cadence,
        started_at=now,
        started_by=by,
        ends_at=rules.day_of(cadence.ends_on_day, start=now, calendar=calendar).at,
    )
    prepared.store([enrolment])
    _lay_tasks(enrolment, calendar, now=now)
    told = f"Cadence begun: {cadence}"
    timeline.record(lead, timeline.Kind.NOTE, told, by=by, at=now, enrolment=enrolment.pk)
    return enrolment


def _lay_tasks(enrolment: Enrolment, calendar: Calendar, *, now: datetime) -> None:
    steps = _steps(enrolment.cadence_id)
    lead, contact = enrolment.lead, contact_of(enrolment.lead)
    due = rules.schedule(
        [Step(step.day, step.channel) for step in steps],
        start=now,
        calendar=calendar,
        first_due=_first_due(lead),
    )
    prepared.insert(
        FollowUp,
        [
            {
                "lead_id": lead.pk,
                "enrolment_id": enrolment.pk,
                "step_id": step.pk,
                "channel": step.channel,
                "what": step.what,
                "template_id": step.template_id,
                "written": {},
                "due_on": by_then.on,
                "due_at": by_then.at,
                "created_at": now,
                **_state_of(rules.why_not(step.channel, contact), now=now),
            }
            for step, by_then in zip(steps, due, strict=True)
        ],
    )


def _state_of(why_not: str, *, now: datetime) -> dict[str, object]:
    """To be done, or skipped from the beginning where that is forbidden."""
    if why_not:
        return {"state": State.SKIPPED.value, "reason": why_not, "done_at": now}
    return {"state": State.OPEN.value, "reason": "", "done_at": None}


def _first_due(lead: Lead) -> datetime | None:
    """When the clock runs out that the first call stops: the first day's tasks are due within it."""
    earliest: datetime | None = prepared.row(FIRST_DUE, [lead.pk, [kind.value for kind in FIRST_DAY]])[0]
    return earliest


def _current(tier: str, *, now: datetime) -> Cadence | None:
    """The tier's cadence, if it was published by `now`."""
    found = _of_tier(tier)
    return found if found is not None and found.published_at <= now else None


@remembered
def _of_tier(tier: str) -> Cadence | None:
    return Cadence.objects.current().filter(tier=tier).first() if tier else None


@remembered
def _steps(cadence_id: int) -> list[CadenceStep]:
    return list(CadenceStep.objects.filter(cadence=cadence_id).order_by("position"))
