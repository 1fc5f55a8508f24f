"""The one writer of enrolments: a lead is in one cadence at most, and in none once it moves on (QU-6).

Who does what is due is whoever owns the lead, so a lead that is passed on takes its tasks with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from leads import prepared, timeline
from leads.actors import Actor
from leads.arrays import array
from leads.domain.stages import Stage
from leads.models import Lead, User
from leads.remembering import remembered
from routing.calendars import calendar_by
from routing.clocks import CALLED_LATER
from routing.domain import cadence as rules
from routing.domain.business_time import Calendar
from routing.domain.cadence import Contact, Due, Step
from routing.models import Attempt, Cadence, CadenceStep, ClockKind, Enrolment, FollowUp, Handoff

Cause = Enrolment.Cause
State = FollowUp.State
ASKED = "they asked to be called at this time"
FIRST_DAY = (ClockKind.FIRST_RESPONSE, ClockKind.FOLLOW_UP)


class NoCadence(Exception):
    """There is no cadence for the lead, or it is not one to follow up; the message says which."""


class AlreadyDone(Exception):
    """Somebody did, skipped or stopped the task meanwhile; nothing was written."""


class _Beginning(NamedTuple):
    """Which cadence begins for a lead, by whom and when."""

    lead: Lead
    cadence: Cadence
    by: User
    at: datetime


# A cadence that runs, and whatever is open of it or, where the lead is called no more, of anything
STOPPING = """
    tasks AS (
        UPDATE routing_followup SET state = 'STOPPED', reason = %(reason)s, done_at = %(now)s
        WHERE lead_id = %(lead)s AND state = 'OPEN' AND (%(all)s OR enrolment_id IS NOT NULL)
    ), ended AS (
        UPDATE routing_enrolment SET state = 'STOPPED', cause = %(cause)s, ended_at = %(now)s
        WHERE lead_id = %(lead)s AND state = 'RUNNING' RETURNING 1
    )
"""
STOP = f"WITH {STOPPING} SELECT count(*) FROM ended"  # noqa: S608 - made of constants, as the next two
# The next one, which begins once that has ended, with all of its tasks
ENROLLING = """
    enrolled AS (
        INSERT INTO routing_enrolment (lead_id, cadence_id, state, started_at, started_by_id, ends_at, cause)
        SELECT %(lead)s::bigint, %(cadence)s::bigint, 'RUNNING', %(now)s, %(by)s::bigint, %(ends_at)s, ''
        FROM ({once}) AS once
        RETURNING id
    ), laid AS (
        INSERT INTO routing_followup (
            lead_id, enrolment_id, written, created_at,
            step_id, channel, what, template_id, due_on, due_at, state, reason, done_at
        )
        SELECT %(lead)s::bigint, enrolled.id, '{{}}', %(now)s, task.*
        FROM enrolled CROSS JOIN unnest(
            %(steps)s::bigint[], %(channels)s::text[], %(what)s::text[], %(templates)s::bigint[], %(due_on)s::date[],
            %(due_at)s::timestamptz[], %(states)s::text[], %(reasons)s::text[], %(done_at)s::timestamptz[]
        ) AS task
    )
"""
ENROL = f"WITH {ENROLLING.format(once='SELECT 1')} SELECT id, 0 FROM enrolled"  # noqa: S608
ENROL_ANEW = f"""
    WITH {STOPPING}, {ENROLLING.format(once="SELECT count(*) FROM ended")}
    SELECT id, (SELECT count(*) FROM ended) FROM enrolled
"""  # noqa: S608
FIRST_DUE = """
    SELECT min(due_at) FROM routing_clock WHERE lead_id = %s AND stopped_at IS NULL AND kind = ANY(%s)
"""


def begin(handoff: Handoff, due: Mapping[str, datetime], *, by: User, now: datetime) -> None:
    """What follows an acceptance: the cadence of the lead's tier, or none where its tier has none.

    Who asked to be called later is called then instead. `due` says when the hand-off's clocks are due that run, and
    that. The caller holds its lead locked, as it stands.
    """
    lead = handoff.lead
    if CALLED_LATER in due and lead.suppressed_at is None:
        then = rules.at(due[CALLED_LATER], calendar=calendar_of(lead, now=now))
        call_instead(lead, then, ASKED, by=by, now=now)
        return
    cadence = _current(lead.tier or handoff.tier, now=now)
    if cadence is not None:
        first_due = min((due[kind] for kind in FIRST_DAY if kind in due), default=None)
        # and no more of one from before, which no sweep has ended yet
        _enrol(_Beginning(lead, cadence, by, now), first_due, is_anew=True)


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
        key = _enrol(_Beginning(lead, chosen, by, now), _first_due(lead), is_anew=False)
        return Enrolment.objects.get(pk=key)


def stop(lead: Lead, cause: Cause, *, by: Actor, now: datetime) -> bool:
    """End the lead's cadence for `cause`, and every task of it that is open; whether there was one.

    A lead that has moved on is called no more either, though it asked to be called later.
    """
    with transaction.atomic(savepoint=False):
        stopped = bool(prepared.row(STOP, _stopping(lead, cause, now=now))[0])
        if stopped:
            _tell_stopped(lead, cause, by=by, now=now)
    return stopped


def call_instead(lead: Lead, due: Due, what: str, *, by: Actor, now: datetime) -> FollowUp:
    """One call, in place of the cadence and of any call asked for before; the caller holds the lead locked."""
    stop(lead, Cause.NOT_YET, by=by, now=now)
    earlier = FollowUp.objects.open().filter(lead=lead, enrolment=None)
    earlier.update(state=State.STOPPED, reason="asked for another time", done_at=now)
    return FollowUp.objects.create(
        lead=lead,
        channel=CadenceStep.Channel.CALL,
        what=what,
        due_on=due.on,
        due_at=due.at,
        created_at=now,
    )


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
    return calendar_by(lead.owner_id, lead.team_id, at=now)


def _stopping(lead: Lead, cause: Cause, *, now: datetime) -> dict[str, Any]:
    """What `STOPPING` asks for, by name."""
    return {
        "lead": lead.pk,
        "cause": Cause(cause).value,
        "reason": str(Cause(cause).label),
        "all": cause in (Cause.CLOSED, Cause.MEETING, Cause.OPTED_OUT),
        "now": now,
    }


def _tell_stopped(lead: Lead, cause: Cause, *, by: Actor, now: datetime) -> None:
    timeline.record(lead, timeline.Kind.NOTE, f"Cadence stopped: {Cause(cause).label}", by=by, at=now)


def _enrol(fresh: _Beginning, first_due: datetime | None, *, is_anew: bool) -> int:
    """Store the enrolment with all its tasks, instead of the one that runs where it `is_anew`; returns its id.

    What consent forbids is skipped from the beginning; what is to be done on the first day, by `first_due`.
    """
    lead, cadence, by, now = fresh
    calendar = calendar_of(lead, now=now)
    ends_at = rules.day_of(cadence.ends_on_day, start=now, calendar=calendar).at
    told = {"cadence": cadence.pk, "by": by.pk, "ends_at": ends_at}
    told |= _tasks(fresh, calendar, first_due=first_due) | _stopping(lead, Cause.CLOSED, now=now)
    key, stopped = prepared.row(ENROL_ANEW if is_anew else ENROL, told)
    if stopped:
        _tell_stopped(lead, Cause.CLOSED, by=by, now=now)
    timeline.record(lead, timeline.Kind.NOTE, f"Cadence begun: {cadence}", by=by, at=now, enrolment=key)
    return int(key)


def _tasks(fresh: _Beginning, calendar: Calendar, *, first_due: datetime | None) -> dict[str, str]:
    """What `ENROLLING` asks for of them, an array a column."""
    course, contact, now = _course(fresh.cadence.pk), contact_of(fresh.lead), fresh.at
    due = rules.schedule(course, start=now, calendar=calendar, first_due=first_due)
    why_not = [rules.why_not(step.channel, contact) for step in course]
    return {
        **_columns(fresh.cadence.pk),
        "due_on": array([by_then.on for by_then in due]),
        "due_at": array([by_then.at for by_then in due]),
        "states": array([(State.SKIPPED if why else State.OPEN).value for why in why_not]),
        "reasons": array(why_not),
        "done_at": array([now if why else None for why in why_not]),
    }


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


@remembered
def _course(cadence_id: int) -> list[Step]:
    return [Step(step.day, step.channel) for step in _steps(cadence_id)]


@remembered
def _columns(cadence_id: int) -> dict[str, str]:
    """What every enrolment's tasks say of their steps, an array a column."""
    steps = _steps(cadence_id)
    return {
        "steps": array([step.pk for step in steps]),
        "channels": array([step.channel for step in steps]),
        "what": array([step.what for step in steps]),
        "templates": array([step.template_id for step in steps]),
    }
