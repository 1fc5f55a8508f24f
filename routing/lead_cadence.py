"""The cadence on a lead's page: where the lead is in it, what comes next, and what may be done about it (QU-6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leads.domain.stages import Stage
from leads.models import Lead, User
from leads.prepared import Given, Query
from routing import follow_ups
from routing.models import Cadence, Enrolment, FollowUp

State = FollowUp.State
ENROLMENT = Query(
    lambda: (
        Enrolment.objects.filter(lead=Given("lead"))
        .select_related("cadence")
        .order_by("-started_at", "-pk")[:1]
    )
)


@dataclass(frozen=True)
class Line:
    """One task, with what became of it."""

    task: FollowUp
    day: str
    said: str
    is_next: bool
    is_over: bool


@dataclass(frozen=True)
class Panel:
    """What the lead's page shows; `sentence` says where the lead stands, whether or not it is in a cadence."""

    sentence: str
    lines: list[Line]
    is_running: bool
    may_stop: bool
    may_start: bool
    may_say_not_yet: bool
    not_yet_days: tuple[int, ...]


def panel(lead: Lead, *, viewer: User, now: datetime, was_enrolled: bool = True) -> Panel | None:
    """The panel, or None for a lead that was never in a cadence and cannot be put into one.

    `was_enrolled` is False where it is known that the lead never was in one.
    """
    is_accepted = lead.stage == Stage.SAL
    enrolment = ENROLMENT.first(lead=lead.pk) if was_enrolled else None
    waiting = _waiting(lead) if is_accepted else None  # of nobody else anything is doable
    if enrolment is None and waiting is None and not is_accepted:
        return None
    running = is_accepted and enrolment is not None and enrolment.state == Enrolment.State.RUNNING
    may_work = is_accepted and follow_ups.may_work(viewer, lead)
    return Panel(
        sentence=_sentence(enrolment, waiting, is_running=running),
        lines=_lines(enrolment) if running and enrolment else [],
        is_running=running,
        may_stop=running and may_work,
        may_start=may_work and not running and _has_cadence(lead),
        may_say_not_yet=may_work and lead.suppressed_at is None,
        not_yet_days=follow_ups.NOT_YET_DAYS,
    )


def _waiting(lead: Lead) -> FollowUp | None:
    return FollowUp.objects.doable().filter(lead=lead, enrolment=None).first()


def _has_cadence(lead: Lead) -> bool:
    return Cadence.objects.current().filter(tier=lead.tier).exists()


def _sentence(enrolment: Enrolment | None, waiting: FollowUp | None, *, is_running: bool) -> str:
    if waiting is not None:
        return f"To be called on {waiting.due_on:%-d %B %Y}: {waiting.what}."
    if enrolment is None:
        return "In no cadence."
    cadence = enrolment.cadence
    if is_running:
        return f"In the {cadence.tier} cadence until day {cadence.ends_on_day}; then {_ending(cadence)}."
    if enrolment.state == Enrolment.State.FINISHED:
        return f"The {cadence.tier} cadence ran its course without an answer."
    cause = enrolment.get_cause_display() if enrolment.cause else "the lead has moved on"
    return f"The {cadence.tier} cadence stopped: {cause}."


def _ending(cadence: Cadence) -> str:
    words = "back to nurture" if cadence.ending == Cadence.Ending.NURTURE else "recycled"
    return f"{words} for {cadence.hold_days} days"


def _lines(enrolment: Enrolment) -> list[Line]:
    tasks = enrolment.follow_ups.select_related("step", "template", "done_by", "attempt")
    ordered = sorted(tasks, key=lambda task: task.step.position if task.step else 0)
    following = next((task for task in ordered if task.state == State.OPEN), None)
    return [
        Line(
            task=task,
            day=f"{task.due_on:%a %-d %b}",
            said=_said(task),
            is_next=task is following,
            is_over=task.state != State.OPEN,
        )
        for task in ordered
    ]


def _said(task: FollowUp) -> str:
    what = f"“{task.template}”" if task.template else task.what
    if task.state == State.DONE:
        outcome = task.attempt.get_outcome_display().lower() if task.attempt else "done"
        return ", ".join(filter(None, (what, outcome)))
    if task.state == State.SKIPPED:
        return ", ".join(filter(None, (what, f"skipped: {task.reason.lower()}")))
    return what
