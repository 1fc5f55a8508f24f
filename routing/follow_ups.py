"""Does, skips and puts off the tasks of a day; what is done is logged as an attempt in the same transaction (QU-6).

Nothing is done twice, and nobody is contacted who has opted out or moved on: the lead is locked and asked again first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from leads import timeline
from leads.domain.stages import Stage
from leads.models import Lead, Role, User
from routing import attempts, cadences, mail_templates, pauses
from routing.cadences import AlreadyDone
from routing.domain import cadence as rules
from routing.models import Attempt, CadenceStep, Enrolment, FollowUp, Handoff

Channel = CadenceStep.Channel
Outcome = Attempt.Outcome
State = FollowUp.State

OUTCOMES: dict[str, tuple[Outcome, ...]] = {
    Channel.CALL: (Outcome.REACHED, Outcome.NO_ANSWER, Outcome.LEFT_MESSAGE),
    Channel.EMAIL: (Outcome.SENT, Outcome.REPLIED),
    Channel.LINKEDIN: (Outcome.SENT, Outcome.REPLIED),
}
"""What may come of each kind of task, in the order of its numbers."""
SKIP_REASONS = ("Reached them elsewhere", "Not now", "Wrong number or address", "Does not suit this lead")
NOT_YET_DAYS = (30, 60, 90)


class NotToBeDone(Exception):
    """The task may not be done, or not like this; the message says why."""


def may_work(user: User, lead: Lead) -> bool:
    """Whoever has the lead does its tasks; a manager or revenue operations may stand in."""
    return lead.owner_id == user.pk or user.role in (Role.MANAGER, Role.OPS)


def complete(task: FollowUp, outcome: str, *, by: User, now: datetime, note: str = "") -> Attempt:
    """Log that it was done and what came of it; an answer ends the cadence.

    Raises AlreadyDone, NotToBeDone (outcome, consent, ownership), and SlotsMissing for a mail not written.
    """
    if outcome not in OUTCOMES[task.channel]:
        raise NotToBeDone("Choose what came of it.")
    with transaction.atomic():
        task = _locked(task, by=by)
        _require_allowed(task, outcome)
        subject = mail_templates.filled(task, by=by).subject if outcome == Outcome.SENT else ""
        return attempts.log(
            task.lead,
            channel=Attempt.Channel(task.channel),
            outcome=Outcome(outcome),
            by=by,
            now=now,
            note=note.strip() or subject,
            task_id=task.pk,
        )


def write(task: FollowUp, written: Mapping[str, str], *, by: User) -> None:
    """Keep what the rep wrote for the task's mail. Raises AlreadyDone, NotToBeDone, and TemplateRefused."""
    with transaction.atomic():
        mail_templates.keep_written(_locked(task, by=by), written)


def skip(task: FollowUp, reason: str, *, by: User, now: datetime) -> None:
    """Leave the task out, for a reason; the cadence goes on. Raises AlreadyDone and NotToBeDone."""
    if not reason.strip():
        raise NotToBeDone("Say why it is skipped.")
    with transaction.atomic():
        task = _locked(task, by=by)
        _set(task, State.SKIPPED, reason.strip()[:120], by=by, now=now)
        what = task.get_channel_display() + (" of the cadence" if task.enrolment_id else "")
        told = f"{what} skipped: {reason.strip()[:120].lower()}"
        timeline.record(task.lead, timeline.Kind.NOTE, told, by=by, at=now)


def put_off(task: FollowUp, *, by: User, now: datetime, end_of_day: datetime) -> datetime:
    """Show the task again later in the day; its due time stays. Raises AlreadyDone and NotToBeDone."""
    at = rules.later(now, end_of_day=end_of_day)
    with transaction.atomic():
        task = _locked(task, by=by)
        FollowUp.objects.open().filter(pk=task.pk).update(later_at=at)
    return at


def not_yet(lead: Lead, days: int, *, by: User, now: datetime) -> FollowUp:
    """They said “not yet”: the cadence ends, the clocks stand still, and a call is due in 30, 60 or 90 days.

    Saying it again moves the call. Raises NotToBeDone.
    """
    if days not in NOT_YET_DAYS:
        raise NotToBeDone("Choose 30, 60 or 90 days.")
    with transaction.atomic():
        lead = Lead.objects.locked().select_related("owner", "team").get(pk=lead.pk)
        _require_worked(lead, by=by)
        if lead.stage != Stage.SAL:
            raise NotToBeDone(
                "Only a lead that sales has accepted, and that has no meeting yet, is called back."
            )
        if lead.suppressed_at is not None:
            raise NotToBeDone(f"{lead.name} opted out, and is not to be called back.")
        due = rules.in_days(days, start=now, calendar=cadences.calendar_of(lead, now=now))
        what = f"they said “not yet” on {timezone.localtime(now):%-d %B}"
        task = cadences.call_instead(lead, due, what, by=by, now=now)
        _let_clocks_rest(lead, until=due.at, by=by, now=now)
        told = f"Not yet: to be called again on {due.on:%-d %B %Y}"
        timeline.record(lead, timeline.Kind.NOTE, told, by=by, at=now)
    return task


def call_later(handoff: Handoff, *, until: datetime, by: User, now: datetime, note: str = "") -> None:
    """They asked to be called then: the clocks stand still, and once sales has accepted them so does the cadence.

    In its place a call is due at that moment. Raises PauseRefused.
    """
    with transaction.atomic():
        lead = Lead.objects.locked().get(pk=handoff.lead_id)
        pauses.call_later(handoff, until=until, by=by, now=now, note=note)
        if lead.stage == Stage.SAL and lead.suppressed_at is None:
            due = rules.at(until, calendar=cadences.calendar_of(lead, now=now))
            cadences.call_instead(lead, due, cadences.ASKED, by=by, now=now)


def call_now(handoff: Handoff, *, by: User, now: datetime) -> int:
    """They need not be waited for: the clocks run again, and the call is due today; how many clocks stood still."""
    with transaction.atomic():
        lead = Lead.objects.locked().select_related("team").get(pk=handoff.lead_id)
        stood_still = pauses.resume_called_later(handoff, by=by, now=now)
        calls = FollowUp.objects.open().filter(lead=lead, enrolment=None)
        if stood_still and calls.exists():
            due = rules.soon(start=now, calendar=cadences.calendar_of(lead, now=now))
            calls.filter(due_at__gt=due.at).update(due_at=due.at, due_on=due.on)
    return stood_still


def stop(lead: Lead, *, by: User, now: datetime) -> bool:
    """Take the lead out of its cadence by hand. Raises NotToBeDone."""
    _require_worked(lead, by=by)
    return cadences.stop(lead, Enrolment.Cause.BY_HAND, by=by, now=now)


def start(lead: Lead, *, by: User, now: datetime) -> Enrolment:
    """Put the lead into its tier's cadence, from day 0 again. Raises NotToBeDone and NoCadence."""
    _require_worked(lead, by=by)
    try:
        return cadences.start(lead, by=by, now=now)
    except IntegrityError as other:
        raise NotToBeDone("Somebody has just put the lead into a cadence.") from other


def _locked(task: FollowUp, *, by: User) -> FollowUp:
    """The open task with its lead as they stand, the lead locked first as every decision does."""
    lead = Lead.objects.locked().select_related("account", "owner", "team").get(pk=task.lead_id)
    found = FollowUp.objects.doable().filter(pk=task.pk).select_related("template").first()
    if found is None:
        raise AlreadyDone("This is done already, or the lead has moved on or opted out.")
    _require_worked(lead, by=by)
    found.lead = lead
    return found


def _require_worked(lead: Lead, *, by: User) -> None:
    if not may_work(by, lead):
        raise NotToBeDone(f"This lead is with {lead.owner or 'nobody'}.")


def _require_allowed(task: FollowUp, outcome: str) -> None:
    """A mail that was answered has been sent before; everything else asks consent once more."""
    why_not = rules.why_not(task.channel, cadences.contact_of(task.lead))
    if why_not and outcome == Outcome.SENT:
        raise NotToBeDone(f"Not to be sent: {why_not}.")


def _set(task: FollowUp, state: State, reason: str, *, by: User, now: datetime) -> None:
    found = FollowUp.objects.open().filter(pk=task.pk)
    if not found.update(state=state, reason=reason, done_at=now, done_by=by):
        raise AlreadyDone("Somebody has done this already, or it was stopped.")


def _let_clocks_rest(lead: Lead, *, until: datetime, by: User, now: datetime) -> None:
    handoff = Handoff.objects.that_stand().filter(lead=lead).first()
    if handoff is not None and handoff.clocks.running().exists():
        pauses.resume_called_later(handoff, by=by, now=now)
        pauses.pause_handoff(handoff, until=until, cause=pauses.Cause.CALL_LATER, by=by, now=now)
