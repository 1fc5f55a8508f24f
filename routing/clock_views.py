"""Clocks as pages show them: state, words, how they were reckoned and what comes next (QU-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from routing.calendars import Calendars
from routing.domain import clock_face
from routing.domain.business_time import Calendar
from routing.domain.clock_face import Face, State
from routing.models import Clock, ServiceLevel


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


def view(clock: Clock, calendars: Calendars, *, now: datetime) -> ClockView:
    """A clock, running or stopped, as pages show it."""
    in_business_time = clock.service_level.runs_in == ServiceLevel.Runs.BUSINESS
    calendar = calendars.of(clock.holder_id, clock.team_id) if in_business_time else None
    face = clock_face.read(
        due_at=clock.due_at,
        target=clock.target,
        calendar=calendar,
        now=clock.stopped_at or now,
        zone=timezone.get_current_timezone(),
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
        next_step=_next_step(clock),
        share_left=face.share_left,
        is_running=clock.stopped_at is None,
    )


def _stopped_text(face: Face, *, late: bool) -> str:
    return (
        f"missed by {clock_face.words(face.left)}" if late else f"met, {clock_face.words(face.left)} to spare"
    )


def _next_step(clock: Clock) -> str:
    """What the ladder does, or did; nothing for a clock that has stopped."""
    if clock.stopped_at is not None:
        return ""
    return "The manager has been told." if clock.breached_at else "When it is over, the manager is told."


def _how(clock: Clock, calendar: Calendar | None) -> str:
    counted = f"business time in {calendar.zone}" if calendar else "wall time"
    return f"{clock.get_kind_display()} within {clock_face.words(clock.target)} of {counted}."
