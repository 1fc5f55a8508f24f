"""Starts the clocks of very many hand-offs that have just been made, to the rows that `clocks.reach` would write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads import copying
from routing.calendars import Calendars
from routing.clocks import COURSES, Moment
from routing.domain import deadlines, ladder
from routing.domain.business_time import Calendar
from routing.domain.deadlines import Promise
from routing.models import Clock, ClockKind, ClockStep, Handoff
from routing.promises import promise_for


@dataclass(frozen=True)
class Course:
    """How one clock runs: until when, whether it stops at once, and what happens at which time."""

    promise: Promise
    due_at: datetime
    stops_at_once: bool
    steps: tuple[dict[str, Any], ...]


def begin(fresh: Sequence[tuple[Handoff, datetime]]) -> list[dict[str, datetime]]:
    """Start what starts as each is qualified and, where somebody has it, assigned; kind → due time of what runs.

    Hand-offs that are alike are reckoned once.
    """
    courses = _Courses()
    found = [courses.of(handoff, now) for handoff, now in fresh]
    ids = iter(copying.fresh_ids(Clock, sum(map(len, found))))
    clocks, steps = [], []
    for (handoff, now), each in zip(fresh, found, strict=True):
        for course, pk in zip(each, ids, strict=False):
            clocks.append(_clock(pk, handoff, course, now=now))
            steps += [{"clock_id": pk, **step} for step in course.steps]
    copying.stream(Clock, clocks)
    copying.stream(ClockStep, steps)
    return [{one.promise.clock: one.due_at for one in each if not one.stops_at_once} for each in found]


class _Courses:
    """Reckons each course once for all who share promises, calendar and moment."""

    def __init__(self) -> None:
        self._calendars: dict[int, Calendars] = {}
        self._known: dict[tuple[object, ...], list[Course]] = {}

    def of(self, handoff: Handoff, now: datetime) -> list[Course]:
        tier, priority = tier_of(handoff), handoff.priority
        alike = (handoff.assignee_id, handoff.team_id, tier, priority, now)
        if alike not in self._known:
            calendar = self._calendar(handoff, now)
            self._known[alike] = list(_courses(handoff, tier, calendar, now=now))
        return self._known[alike]

    def _calendar(self, handoff: Handoff, now: datetime) -> Calendar:
        if now.year not in self._calendars:
            self._calendars[now.year] = Calendars(at=now)
        return self._calendars[now.year].of(handoff.assignee_id, handoff.team_id)


def tier_of(handoff: Handoff) -> str:
    """The tier whose promises apply: the lead's, or the one it was handed over with."""
    return handoff.lead.tier or handoff.tier


def _courses(handoff: Handoff, tier: str, business: Calendar, *, now: datetime) -> Iterator[Course]:
    """As the table of clocks says of a hand-off that is being made: nothing runs yet, and nothing was decided."""
    assigned = handoff.assignee_id is not None
    reached = {Moment.QUALIFIED, Moment.ASSIGNED} if assigned else {Moment.QUALIFIED}
    answered = handoff.priority in deadlines.OUTBOUND
    for kind, course in COURSES.items():
        promise = promise_for(kind, tier=tier, priority=handoff.priority)
        skipped = answered and kind is ClockKind.FIRST_RESPONSE
        if promise is not None and not skipped and course.starts & reached:
            yield _course(promise, business, stops_at_once=bool(course.stops & reached), now=now)


def _course(promise: Promise, business: Calendar, *, stops_at_once: bool, now: datetime) -> Course:
    calendar = business if promise.in_business_time else None
    steps = () if stops_at_once else ladder.with_warnings(promise.ladder, target=promise.target)
    laid = tuple(
        {"action": step.action, "after": step.after, "due_at": deadlines.after(now, step.after, calendar)}
        for step in steps
    )
    return Course(promise, deadlines.due_at(promise, now, business), stops_at_once, laid)


def _clock(pk: int, handoff: Handoff, course: Course, *, now: datetime) -> dict[str, Any]:
    return {
        "id": pk,
        "handoff_id": handoff.pk,
        "lead_id": handoff.lead_id,
        "kind": course.promise.clock,
        "service_level_id": course.promise.id,
        "target": course.promise.target,
        "holder_id": handoff.assignee_id,
        "team_id": handoff.team_id,
        "tier": tier_of(handoff),
        "started_at": now,
        "due_at": course.due_at,
        "stopped_at": now if course.stops_at_once else None,
    }
