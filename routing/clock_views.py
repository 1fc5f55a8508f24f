"""Clocks as pages show them: state, words, how they were reckoned and what comes next (QU-1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from routing.calendars import Calendars
from routing.domain import clock_face
from routing.domain.business_time import Calendar
from routing.domain.clock_face import Face, State
from routing.domain.ladder import LABELS, Action
from routing.models import Clock, ClockKind, ClockStep, ServiceLevel

MOST_FOR_ONE_REP = 1


@dataclass(frozen=True)
class ClockView:
    """A running clock as pages show it."""

    kind_label: str
    state: State
    text: str
    due_at: datetime
    started_at: datetime
    total_seconds: int
    spans: list[list[int]]
    how: str
    next_step: str
    share_left: float
    is_running: bool

    @property
    def due_iso(self) -> str:
        """The due time for a machine."""
        return self.due_at.isoformat()


def next_steps(clock_ids: Iterable[int]) -> dict[int, ClockStep]:
    """By clock, the step that comes next, warnings aside; one read."""
    pending = ClockStep.objects.pending().filter(clock__in=list(clock_ids)).exclude(action=Action.WARN)
    first = pending.order_by("clock_id", "due_at", "id").distinct("clock_id")
    return {step.clock_id: step for step in first}


def company_clock(clocks: Sequence[Clock], *, now: datetime) -> ClockView | None:
    """After a re-route, the company's own clock of the first response: from capture on, whoever had it (SL-14).

    `clocks` are those of one hand-off. Before a re-route the rep's clock tells it all, and there is none.
    """
    answers = sorted((one for one in clocks if one.kind == ClockKind.FIRST_RESPONSE), key=lambda one: one.pk)
    if len(answers) < MOST_FOR_ONE_REP + 1:
        return None
    first, captured_at = answers[0], answers[0].handoff.captured_at
    answered_at = first.handoff.first_contact_at
    took = clock_face.words((answered_at or now) - captured_at)
    is_late = first.due_at < (answered_at or now)
    return ClockView(
        kind_label="First response, since capture",
        state=State.BREACHED if is_late else State.MET,
        text=f"answered after {took}" if answered_at else f"{took} since capture",
        due_at=first.due_at,
        started_at=captured_at,
        total_seconds=int(first.target.total_seconds()),
        spans=[],
        how=f"The company's clock: from the capture, through the hands of {len(answers)} reps.",
        next_step="",
        share_left=0.0,
        is_running=False,
    )


def view(clock: Clock, calendars: Calendars, *, now: datetime, step: ClockStep | None = None) -> ClockView:
    """A clock, running or stopped, as pages show it; `step` is what its ladder does next.

    One that was read `with_pauses` says until when it stands still.
    """
    in_business_time = clock.service_level.runs_in == ServiceLevel.Runs.BUSINESS
    calendar = calendars.of(clock.holder_id, clock.team_id) if in_business_time else None
    face = clock_face.read(
        due_at=clock.due_at,
        target=clock.target,
        calendar=calendar,
        now=clock.stopped_at or now,
        zone=timezone.get_current_timezone(),
        stands_until=_stands_until(clock),
    )
    late = clock.due_at < (clock.stopped_at or now)
    return ClockView(
        kind_label=clock.get_kind_display(),
        state=face.state if clock.stopped_at is None else (State.BREACHED if late else State.MET),
        text=face.text if clock.stopped_at is None else _stopped_text(face, late=late),
        due_at=clock.due_at,
        started_at=clock.started_at,
        total_seconds=int(clock.target.total_seconds()),
        spans=face.spans if clock.stopped_at is None else [],
        how=_how(clock, calendar),
        next_step=_next_step(clock, step),
        share_left=face.share_left,
        is_running=clock.stopped_at is None,
    )


def _stands_until(clock: Clock) -> datetime | None:
    """When its last pause ends, for a clock that runs and was read `with_pauses`."""
    paused_until: datetime | None = getattr(clock, "paused_until", None)
    return paused_until if clock.stopped_at is None else None


def _stopped_text(face: Face, *, late: bool) -> str:
    return (
        f"missed by {clock_face.words(face.left)}" if late else f"met, {clock_face.words(face.left)} to spare"
    )


def _next_step(clock: Clock, step: ClockStep | None) -> str:
    """What the ladder does next; nothing for a clock that has stopped, or whose ladder ends."""
    if clock.stopped_at is not None or step is None:
        return ""
    at = timezone.localtime(step.due_at)
    return f"Next, on {at:%a %-d %b at %H:%M}: {LABELS[Action(step.action)]}."


def _how(clock: Clock, calendar: Calendar | None) -> str:
    counted = f"business time in {calendar.zone}" if calendar else "wall time"
    return f"{clock.get_kind_display()} within {clock_face.words(clock.target)} of {counted}."
