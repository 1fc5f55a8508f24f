"""Steps of a ladder that failed five times: lists them, tries one again, or gives it up, each in the audit (SL-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leads import audit, timeline
from leads.failures import in_words
from leads.models import Lead, User
from routing.domain.ladder import LABELS, Action
from routing.models import ClockStep

MOST_SHOWN = 200
Outcome = ClockStep.Outcome


class NoLongerSetAside(Exception):
    """Somebody else tried it again or gave it up meanwhile."""


class ClockHasStopped(Exception):
    """There is nothing to try for a clock that has stopped; the step can only be given up."""


@dataclass(frozen=True)
class SetAside:
    """One step that was set aside: of which lead, what it was to do, when, and why it failed, in words and its own."""

    step_id: int
    lead: Lead
    does: str
    clock: str
    due_at: datetime
    set_aside_at: datetime
    told: str
    reason: str
    can_be_tried: bool


def listed(user: User) -> list[SetAside]:
    """Those of leads that `user` may see, the longest first; 200 at most."""
    seen = ClockStep.objects.filter(outcome=Outcome.FAILED, clock__lead__in=Lead.objects.visible_to(user))
    rows = seen.select_related("clock__lead__account").order_by("done_at", "id")[:MOST_SHOWN]
    return [_told(row) for row in rows]


def retry(step: ClockStep, *, by: User, now: datetime) -> None:
    """Let the next sweep try it again, as often as at first. Raises NoLongerSetAside and ClockHasStopped."""
    with transaction.atomic():
        lead = Lead.objects.locked().get(pk=step.clock.lead_id)
        step.clock.refresh_from_db()
        if step.clock.stopped_at is not None:
            raise ClockHasStopped
        _settle(step, done_at=None, outcome="", attempts=0, retry_at=None)
        told = f"The step {_named(step)} is tried again"
        _write_down("step.retried", told, step=step, lead=lead, by=by, now=now)


def give_up(step: ClockStep, *, by: User, now: datetime) -> None:
    """Leave it undone for good; its clock runs on, and so do its other steps. Raises NoLongerSetAside."""
    with transaction.atomic():
        lead = Lead.objects.locked().get(pk=step.clock.lead_id)
        _settle(step, outcome=Outcome.GIVEN_UP)
        told = f"The step {_named(step)} is given up"
        _write_down("step.given_up", told, step=step, lead=lead, by=by, now=now)


def _settle(step: ClockStep, **changes: object) -> None:
    """Compare and set: of two who decide at once, one does."""
    if not ClockStep.objects.filter(pk=step.pk, outcome=Outcome.FAILED).update(**changes):
        raise NoLongerSetAside


def _write_down(action: str, told: str, *, step: ClockStep, lead: Lead, by: User, now: datetime) -> None:
    before = {"reason": step.note, "attempts": step.attempts}
    audit.record(action, subject=f"lead:{lead.pk}", text=f"{told}: {lead.name}", by=by, at=now, before=before)
    timeline.record(lead, timeline.Kind.CLOCK, f"{told}.", by=by, at=now, clock=step.clock_id)


def _named(step: ClockStep) -> str:
    return f"“{_does(step)}” of the clock “{step.clock.get_kind_display().lower()}”"


def _told(row: ClockStep) -> SetAside:
    return SetAside(
        step_id=row.pk,
        lead=row.clock.lead,
        does=_does(row),
        clock=row.clock.get_kind_display(),
        due_at=row.due_at,
        set_aside_at=row.done_at or row.due_at,
        told=in_words(row.note),
        reason=row.note,
        can_be_tried=row.clock.stopped_at is None,
    )


def _does(step: ClockStep) -> str:
    return LABELS[Action(step.action)]
