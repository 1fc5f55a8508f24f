"""Starts the clocks of very many hand-offs that have just been made, to the rows that `clocks.reach` would write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter

from leads import copying
from leads.cells import cell
from routing import steps_to_come
from routing.calendars import Calendars
from routing.clocks import COURSES, Moment
from routing.domain import deadlines
from routing.domain.business_time import Calendar
from routing.domain.deadlines import Promise
from routing.models import Clock, ClockKind, Handoff
from routing.promises import promise_for

CLOCK = (
    "id",
    "handoff_id",
    "lead_id",
    "holder_id",
    "team_id",
    "kind",
    "service_level_id",
    "target",
    "tier",
    "started_at",
    "due_at",
    "stopped_at",
    "step_actions",
    "step_after",
    "step_due",
)


WHOSE = itemgetter("id", "lead_id", "assignee_id", "team_id")


@dataclass(frozen=True)
class Course:
    """How one clock runs, whoever holds it, and its cells; due at no time if it stops at once."""

    kind: str
    due_at: datetime | None
    cells: str


def begin(fresh: Sequence[tuple[Handoff, datetime]]) -> list[dict[str, datetime]]:
    """Start what starts as each is qualified and, where somebody has it, assigned; kind → due time of what runs.

    Hand-offs that are alike are reckoned once.
    """
    courses = _Courses()
    found = [courses.of(handoff, now) for handoff, now in fresh]
    ids = copying.fresh_ids(Clock, sum(map(len, found)))
    whose = (_whose(handoff) for handoff, _ in fresh)
    each = ((one, course) for one, some in zip(whose, found, strict=True) for course in some)
    rows = (f"{pk}\t{one}\t{course.cells}" for pk, (one, course) in zip(ids, each, strict=True))
    copying.write(Clock, CLOCK, rows)
    return [{one.kind: one.due_at for one in some if one.due_at is not None} for some in found]


class _Courses:
    """Reckons each course once for all who share promises, calendar and moment."""

    def __init__(self) -> None:
        self._years: dict[int, Calendars] = {}
        self._calendars: dict[tuple[int | None, int | None, int], Calendar] = {}
        self._known: dict[tuple[object, ...], list[Course]] = {}
        self._whose: dict[tuple[object, ...], list[Course]] = {}

    def of(self, handoff: Handoff, now: datetime) -> list[Course]:
        tier, told = tier_of(handoff), vars(handoff)
        same = (told["assignee_id"], told["team_id"], tier, told["priority"], now)
        found = self._whose.get(same)
        if found is None:
            found = self._whose[same] = self._alike(handoff, tier, now)
        return found

    def _alike(self, handoff: Handoff, tier: str, now: datetime) -> list[Course]:
        calendar = self._calendar(handoff, now)
        alike = (calendar, handoff.assignee_id is not None, tier, handoff.priority, now)
        if alike not in self._known:
            self._known[alike] = list(_courses(handoff, tier, calendar, now=now))
        return self._known[alike]

    def _calendar(self, handoff: Handoff, now: datetime) -> Calendar:
        same = (handoff.assignee_id, handoff.team_id, now.year)
        if same not in self._calendars:
            if now.year not in self._years:
                self._years[now.year] = Calendars(at=now)
            self._calendars[same] = self._years[now.year].of(handoff.assignee_id, handoff.team_id)
        return self._calendars[same]


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
            yield _course(handoff, promise, business, stops=bool(course.stops & reached), now=now)


def _course(handoff: Handoff, promise: Promise, business: Calendar, *, stops: bool, now: datetime) -> Course:
    due_at = deadlines.due_at(promise, now, business)
    steps = () if stops else steps_to_come.of(promise, now, business)
    told = (
        promise.clock,
        promise.id,
        promise.target,
        tier_of(handoff),
        now,
        due_at,
        now if stops else None,
        *steps_to_come.lists(steps),
    )
    return Course(promise.clock, None if stops else due_at, _cells(told))


def _whose(handoff: Handoff) -> str:
    """The cells that say of which hand-off and lead a clock is, and who holds it."""
    return "\t".join(map(cell, WHOSE(vars(handoff))))


def _cells(values: Iterable[object]) -> str:
    return "\t".join(map(cell, values))
