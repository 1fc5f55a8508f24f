"""The one writer of clocks: each starts and stops at the moments of one table, with its steps to come in its row.

A clock belongs to a hand-off and may outlive its decision: follow-up and meeting run on after the acceptance. Whatever
closes the lead stops all of them at once (SL-15).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum, auto
from functools import cache
from typing import Any

from django.db.models import F

from leads import prepared
from leads.arrays import array
from leads.models import Lead, User
from routing import breaches, clock_statements, pauses, steps_to_come
from routing.calendars import calendar_by, calendar_for
from routing.domain import deadlines
from routing.domain.deadlines import Promise
from routing.models import Clock, ClockKind, ClockPause, ClockStep, Handoff
from routing.promises import promise_for

Outcome = ClockStep.Outcome
CALLED_LATER = ClockPause.Cause.CALL_LATER.value
"""Among due times: when the lead asked to be called, where that is still to come."""


class Moment(Enum):
    """What happens to a hand-off that starts or stops a clock."""

    QUALIFIED = auto()
    ASSIGNED = auto()
    TAKEN_AWAY = auto()  # from its rep, for another one or for the unassigned queue
    LEFT_TO_NOBODY = auto()
    CONTACTED = auto()  # by an attempt that counts as a first response
    ATTEMPTED = auto()
    ACCEPTED = auto()
    MEETING_SET = auto()  # the lead is an SQL
    MEETING_PASSED_ON = auto()  # from the SDR to the account executive
    MEETING_DECIDED = auto()


@dataclass(frozen=True)
class Course:
    """At which moments a clock starts and stops; closing the lead stops every clock."""

    starts: frozenset[Moment]
    stops: frozenset[Moment]


@dataclass(frozen=True)
class _Start:
    """A clock that starts now, and what is to happen while it runs; nothing where it stops at once."""

    promise: Promise
    due_at: datetime
    stops: bool
    steps: tuple[steps_to_come.Coming, ...]


def _between(*, starts: tuple[Moment, ...], stops: tuple[Moment, ...]) -> Course:
    return Course(frozenset(starts), frozenset(stops))


# SL-3, the table itself
COURSES = {
    ClockKind.DELIVERY: _between(starts=(Moment.QUALIFIED, Moment.LEFT_TO_NOBODY), stops=(Moment.ASSIGNED,)),
    ClockKind.FIRST_RESPONSE: _between(
        starts=(Moment.ASSIGNED,), stops=(Moment.CONTACTED, Moment.TAKEN_AWAY)
    ),
    ClockKind.REVIEW: _between(starts=(Moment.ASSIGNED,), stops=(Moment.ACCEPTED,)),
    ClockKind.FOLLOW_UP: _between(starts=(Moment.ACCEPTED,), stops=(Moment.ATTEMPTED,)),
    ClockKind.MEETING: _between(starts=(Moment.ACCEPTED,), stops=(Moment.MEETING_SET,)),
    ClockKind.MEETING_REVIEW: _between(starts=(Moment.MEETING_PASSED_ON,), stops=(Moment.MEETING_DECIDED,)),
}


HAND = """
    UPDATE routing_clock SET holder_id = %s, team_id = %s
    WHERE handoff_id = %s AND stopped_at IS NULL AND kind <> 'DELIVERY'
"""
DUE = "SELECT kind, due_at FROM routing_clock WHERE handoff_id = %s AND stopped_at IS NULL"
EVERY_KIND = array([kind.value for kind in ClockKind])


def watched(leads: Sequence[Lead]) -> frozenset[int]:
    """The ids of those of the leads that sales works with: a clock runs, or a hand-off waits for its decision."""
    running = Clock.objects.running().filter(lead__in=leads).values_list("lead", flat=True)
    waiting = Handoff.objects.open().filter(lead__in=leads).values_list("lead", flat=True)
    return frozenset(running.union(waiting))


def due_of(handoff: Handoff) -> dict[str, datetime]:
    """When each clock of the hand-off that runs is due, by its kind."""
    return dict(prepared.rows(DUE, [handoff.pk]))


def reach(handoff: Handoff, *moments: Moment, now: datetime, is_fresh: bool = False) -> dict[str, datetime]:
    """Stop what stops at these moments and start what starts; returns kind → due time of what runs from now on.

    None runs yet of a hand-off that `is_fresh`. A clock that both starts and stops is written down as stopped at once:
    delivered the moment it qualified. Whatever starts while the lead asked to be called later stands still until then,
    which is told as CALLED_LATER. One statement, but for that.
    """
    starting, stopping = _at(moments)
    starts = _starting(handoff, starting, stopping, now=now)
    whose = {"handoff": handoff.pk, "now": now, "stopping": array(sorted(stopping))}
    if not starts:
        return {} if is_fresh else _stopped(clock_statements.STOP, whose, now=now)
    begun = {**whose, **_begun(handoff, starts, now=now)}
    if not is_fresh:
        due = _stopped(clock_statements.PASS, begun, now=now)
        return due | _standing_still(handoff, starting, now=now) if CALLED_LATER in due else due
    prepared.run_later(clock_statements.START, begun)
    return {one.promise.clock: one.due_at.astimezone(UTC) for one in starts if not one.stops}


def stop_all(handoff: Handoff, *, now: datetime) -> None:
    """Stop every clock of a hand-off that is closed (SL-15)."""
    _stopped(clock_statements.STOP, {"handoff": handoff.pk, "now": now, "stopping": EVERY_KIND}, now=now)


def stop_all_of(lead: Lead, *, now: datetime) -> None:
    """Stop every clock of a lead that has gone where none runs: won, lost, recycled, out, merged (SL-15)."""
    _stopped(clock_statements.STOP_OF_LEAD, {"lead": lead.pk, "now": now, "stopping": EVERY_KIND}, now=now)


def take_back(handoff: Handoff, *, moments: Sequence[Moment], at: datetime) -> None:
    """Let the clocks run on as if the decision at `at` had not been made, and forget those that it started."""
    started = [kind for kind, course in COURSES.items() if course.starts.intersection(moments)]
    handoff.clocks.filter(kind__in=started, started_at=at).delete()
    resumed = list(handoff.clocks.filter(stopped_at=at).exclude(started_at=F("stopped_at")))
    Clock.objects.filter(pk__in=[clock.pk for clock in resumed]).update(stopped_at=None)
    called_off = ClockStep.objects.filter(clock__in=resumed, done_at=at, outcome=Outcome.CALLED_OFF)
    called_off.update(done_at=None, outcome="")


def hand_to(holder: User | None, handoff: Handoff) -> None:
    """From now on `holder` answers for the clocks that run: a breach names who held the lead (SL-14).

    Nobody answers for the delivery: it runs only while nobody has the lead.
    """
    team = holder.team_id if holder and holder.team_id else handoff.team_id
    prepared.run(HAND, [holder.pk if holder else None, team, handoff.pk])


def climb_anew(clock: Clock, promise: Promise, *, now: datetime) -> None:
    """Let a clock that took over another promise take its warnings and its ladder too, what lies after `now` of them.

    They count back from its due time; nothing more is to happen of the promise that it had.
    """
    ClockStep.objects.pending().filter(clock=clock).update(done_at=now, outcome=Outcome.CALLED_OFF)
    business = calendar_for(clock.holder, clock.team, at=clock.started_at)
    begins = deadlines.after(clock.due_at, -clock.target, business if promise.in_business_time else None)
    coming = [step for step in steps_to_come.of(promise, begins, business) if step[2] > now]
    steps_to_come.keep(clock, coming)


def clear_called_off(*, before: datetime) -> int:
    """Forget the steps that were called off earlier than `before`: nothing happened, and nothing can be undone."""
    return ClockStep.objects.filter(outcome=Outcome.CALLED_OFF, done_at__lt=before).delete()[0]


@cache
def _at(moments: tuple[Moment, ...]) -> tuple[tuple[ClockKind, ...], frozenset[str]]:
    """Which kinds start at these moments, and which stop."""
    starting = [kind for kind, course in COURSES.items() if course.starts.intersection(moments)]
    stopping = [kind.value for kind, course in COURSES.items() if course.stops.intersection(moments)]
    return tuple(starting), frozenset(stopping)


def _stopped(statement: str, told: Mapping[str, Any], *, now: datetime) -> dict[str, datetime]:
    """Kind → due time of what runs from now on. What stopped late was breached, whoever notices first."""
    found = prepared.rows(statement, told)
    if late := [clock for _, _, clock in found if clock is not None]:
        breaches.mark(late, now=now)
    return dict(_due(found))


def _due(found: Iterable[tuple[str, datetime, int | None]]) -> Iterator[tuple[str, datetime]]:
    return ((kind, due_at) for kind, due_at, late in found if late is None)


def _starting(
    handoff: Handoff, kinds: Sequence[ClockKind], stopping: frozenset[str], *, now: datetime
) -> list[_Start]:
    """The clocks that may start, with what is to happen while they run: none for what is over."""
    over, tier, starts = _over(handoff), handoff.lead.tier or handoff.tier, []
    for kind in kinds:
        promise = promise_for(kind, tier=tier, priority=handoff.priority)
        if promise is not None and kind not in over:
            calendar = calendar_by(_holder(handoff), handoff.team_id, at=now)
            due_at, stops = deadlines.due_at(promise, now, calendar), kind in stopping
            starts.append(
                _Start(promise, due_at, stops, () if stops else steps_to_come.of(promise, now, calendar))
            )
    return starts


def _begun(handoff: Handoff, starts: Sequence[_Start], *, now: datetime) -> dict[str, Any]:
    """What `clock_statements.START` asks for, by name: the columns of the clocks."""
    actions, after, due = zip(*(steps_to_come.lists(one.steps) for one in starts), strict=True)
    return {
        "lead": handoff.lead_id,
        "holder": _holder(handoff),
        "team": handoff.team_id,
        "tier": handoff.lead.tier or handoff.tier,
        "kinds": array([one.promise.clock for one in starts]),
        "promises": array([one.promise.id for one in starts]),
        "targets": array([one.promise.target for one in starts]),
        "due": array([one.due_at for one in starts]),
        "stopped": array([now if one.stops else None for one in starts]),
        "step_actions": array(actions),
        "step_after": array(after),
        "step_due": array(due),
    }


def _standing_still(handoff: Handoff, kinds: Sequence[ClockKind], *, now: datetime) -> dict[str, datetime]:
    """Kind → due time of what begins now and shares the pause that the lead asked for."""
    return {clock.kind: clock.due_at.astimezone(UTC) for clock in pauses.share(handoff, kinds, now=now)}


def _over(handoff: Handoff) -> set[str]:
    """What starts no more: a first response to who had one or never asked, delivery and review once it was decided."""
    nobody_asked = handoff.priority in deadlines.OUTBOUND
    needs_none = nobody_asked or handoff.first_contact_at is not None
    answered = {ClockKind.FIRST_RESPONSE.value} if needs_none else set()
    decided = set() if handoff.is_open else {ClockKind.DELIVERY.value, ClockKind.REVIEW.value}
    return answered | decided


def _holder(handoff: Handoff) -> int | None:
    """Whose id answers for the lead: the assignee's until it is accepted, and then its owner's."""
    return handoff.assignee_id if handoff.is_open else handoff.lead.owner_id
