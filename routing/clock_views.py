"""Clocks as pages show them: state, words, how they were reckoned and what comes next (QU-1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.utils import timezone

from routing.calendars import Calendars
from routing.domain import clock_face
from routing.domain.business_time import Calendar
from routing.domain.clock_face import State
from routing.domain.ladder import LABELS
from routing.models import Clock, ClockKind, ServiceLevel

MOST_FOR_ONE_REP = 1


@dataclass(frozen=True, slots=True)
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
        how=f"The company’s clock: from the capture, through the hands of {len(answers)} reps.",
        next_step="",
        share_left=0.0,
        is_running=False,
    )


@dataclass(frozen=True, slots=True)
class Running:
    """What a running clock is read from; without a calendar it runs in wall time."""

    kind: ClockKind
    target: timedelta
    started_at: datetime
    due_at: datetime
    paused_until: datetime | None
    calendar: Calendar | None


def running(clock: Running, *, now: datetime, next_step: str = "") -> ClockView:
    """A running clock as pages show it; one that stands still says until when."""
    face = clock_face.read(
        due_at=clock.due_at,
        target=clock.target,
        calendar=clock.calendar,
        now=now,
        zone=timezone.get_current_timezone(),
        stands_until=clock.paused_until,
    )
    return ClockView(
        kind_label=clock.kind.label,
        state=face.state,
        text=face.text,
        due_at=clock.due_at,
        started_at=clock.started_at,
        total_seconds=int(clock.target.total_seconds()),
        spans=face.spans,
        how=_how(clock.kind.label, clock.target, clock.calendar),
        next_step=next_step,
        share_left=face.share_left,
        is_running=True,
    )


def view(clock: Clock, calendars: Calendars, *, now: datetime) -> ClockView:
    """A clock, running or stopped, as pages show it.

    One that was read `with_pauses` says until when it stands still.
    """
    in_business_time = clock.service_level.runs_in == ServiceLevel.Runs.BUSINESS
    calendar = calendars.of(clock.holder_id, clock.team_id) if in_business_time else None
    if clock.stopped_at is not None:
        return _stopped(clock, calendar, at=clock.stopped_at)
    paused_until = getattr(clock, "paused_until", None)
    values = (ClockKind(clock.kind), clock.target, clock.started_at, clock.due_at, paused_until, calendar)
    return running(Running(*values), now=now, next_step=_next_step(clock))


def _stopped(clock: Clock, calendar: Calendar | None, *, at: datetime) -> ClockView:
    """A clock that was stopped `at` that moment: met, or missed by how much."""
    left, late = clock_face.left_of(clock.due_at, calendar, at), clock.due_at < at
    return ClockView(
        kind_label=clock.get_kind_display(),
        state=State.BREACHED if late else State.MET,
        text=_stopped_text(left, late=late),
        due_at=clock.due_at,
        started_at=clock.started_at,
        total_seconds=int(clock.target.total_seconds()),
        spans=[],
        how=_how(clock.get_kind_display(), clock.target, calendar),
        next_step="",
        share_left=left / clock.target if clock.target else 0.0,
        is_running=False,
    )


def _stopped_text(left: timedelta, *, late: bool) -> str:
    return f"missed by {clock_face.words(left)}" if late else f"met, {clock_face.words(left)} to spare"


def _next_step(clock: Clock) -> str:
    """What the ladder does next; nothing where it ends."""
    if clock.next_step is None:
        return ""
    action, due_at = clock.next_step
    return f"Next, on {timezone.localtime(due_at):%a %-d %b at %H:%M}: {LABELS[action]}."


@lru_cache(maxsize=256)
def _how(kind: str, target: timedelta, calendar: Calendar | None) -> str:
    counted = f"business time in {calendar.zone}" if calendar else "wall time"
    return f"{kind} within {clock_face.words(target)} of {counted}."
