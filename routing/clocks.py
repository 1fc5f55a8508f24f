"""The one writer of clocks: each starts and stops at the moments of one table, and its steps are laid when it starts.

A clock belongs to a hand-off and may outlive its decision: follow-up and meeting run on after the acceptance. Whatever
closes the lead stops all of them at once (SL-15).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from django.db.models import F

from leads import prepared
from leads.models import Lead, User
from leads.prepared import Given, Query
from routing import breaches
from routing.calendars import calendar_for
from routing.domain import deadlines, ladder
from routing.domain.business_time import Calendar
from routing.domain.deadlines import Promise
from routing.models import Clock, ClockKind, ClockStep, Handoff
from routing.models.clock import ClockQuerySet
from routing.promises import promise_for

Outcome = ClockStep.Outcome


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


def _course(*, starts: tuple[Moment, ...], stops: tuple[Moment, ...]) -> Course:
    return Course(frozenset(starts), frozenset(stops))


# SL-3, the table itself
COURSES = {
    ClockKind.DELIVERY: _course(starts=(Moment.QUALIFIED, Moment.LEFT_TO_NOBODY), stops=(Moment.ASSIGNED,)),
    ClockKind.FIRST_RESPONSE: _course(starts=(Moment.ASSIGNED,), stops=(Moment.CONTACTED, Moment.TAKEN_AWAY)),
    ClockKind.REVIEW: _course(starts=(Moment.ASSIGNED,), stops=(Moment.ACCEPTED,)),
    ClockKind.FOLLOW_UP: _course(starts=(Moment.ACCEPTED,), stops=(Moment.ATTEMPTED,)),
    ClockKind.MEETING: _course(starts=(Moment.ACCEPTED,), stops=(Moment.MEETING_SET,)),
    ClockKind.MEETING_REVIEW: _course(starts=(Moment.MEETING_PASSED_ON,), stops=(Moment.MEETING_DECIDED,)),
}


# A clock that stops, and what was still to happen while it ran
HAND = """
    UPDATE routing_clock SET holder_id = %s, team_id = %s
    WHERE handoff_id = %s AND stopped_at IS NULL AND kind <> 'DELIVERY'
"""
DUE = "SELECT kind, due_at FROM routing_clock WHERE handoff_id = %s AND stopped_at IS NULL"
STOP = """
    WITH called_off AS (
        UPDATE routing_clockstep SET done_at = %(now)s, outcome = 'CALLED_OFF'
        WHERE clock_id = %(clock)s AND done_at IS NULL
    )
    UPDATE routing_clock SET stopped_at = %(now)s WHERE id = %(clock)s AND stopped_at IS NULL
"""


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
    delivered the moment it qualified.
    """
    running = [] if is_fresh else RUNNING.all(handoff=handoff.pk)
    stopping = {kind for kind, course in COURSES.items() if course.stops.intersection(moments)}
    for clock in running:
        if clock.kind in stopping:
            _stop(clock, now=now)
    still = {clock.kind for clock in running} - stopping
    fresh = _starting(handoff, moments, still=still, now=now)
    for clock, _ in fresh:
        clock.stopped_at = now if clock.kind in stopping else None
    prepared.store([clock for clock, _ in fresh])
    begun = [(clock, promise) for clock, promise in fresh if clock.stopped_at is None]
    lay_steps(begun)
    return {clock.kind: clock.due_at for clock, _ in begun}


def stop_all(handoff: Handoff, *, now: datetime) -> None:
    """Stop every clock of a hand-off that is closed (SL-15)."""
    for clock in RUNNING.all(handoff=handoff.pk):
        _stop(clock, now=now)


def stop_all_of(lead: Lead, *, now: datetime) -> None:
    """Stop every clock of a lead that has gone where none runs: won, lost, recycled, out, merged (SL-15)."""
    for clock in _locked(Clock.objects.filter(lead=lead)):
        _stop(clock, now=now)


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


def lay_steps(clocks: Sequence[tuple[Clock, Promise]], *, not_before: datetime | None = None) -> None:
    """Write down what is to happen while each clock runs: its warnings and its ladder, in its own time.

    They count from the start, or for a clock that took over another promise back from its due time; with `not_before`
    only those that lie after it.
    """
    steps = [
        step for clock, promise in clocks for step in _steps(clock, promise, anew=not_before is not None)
    ]
    later = [one for one in steps if not_before is None or one["due_at"] > not_before]
    prepared.insert(ClockStep, later)


def calendar_of(clock: Clock, *, at: datetime) -> Calendar | None:
    """The calendar by which the clock runs; None when it runs in wall time."""
    in_business_time = clock.service_level.runs_in == clock.service_level.Runs.BUSINESS
    return calendar_for(clock.holder, clock.team, at=at) if in_business_time else None


def call_off(clocks: Sequence[Clock], *, now: datetime) -> None:
    """Nothing more is to happen on these clocks."""
    pending = ClockStep.objects.pending().filter(clock__in=clocks)
    pending.update(done_at=now, outcome=Outcome.CALLED_OFF)


def clear_called_off(*, before: datetime) -> int:
    """Forget the steps that were called off earlier than `before`: nothing happened, and nothing can be undone."""
    return ClockStep.objects.filter(outcome=Outcome.CALLED_OFF, done_at__lt=before).delete()[0]


def _locked(clocks: ClockQuerySet) -> list[Clock]:
    return list(_held(clocks))


def _held(clocks: ClockQuerySet) -> ClockQuerySet:
    running = clocks.running().select_related("lead", "holder").order_by("pk")
    return running.select_for_update(of=("self",), no_key=True)


RUNNING = Query(lambda: _held(Clock.objects.filter(handoff=Given("handoff"))))


def _stop(clock: Clock, *, now: datetime) -> None:
    """Late means breached, whoever notices first."""
    if now > clock.due_at and clock.breached_at is None:
        breaches.mark([clock], now=now)
    prepared.run(STOP, {"clock": clock.pk, "now": now})


def _starting(
    handoff: Handoff, moments: Sequence[Moment], *, still: set[str], now: datetime
) -> list[tuple[Clock, Promise]]:
    """The clocks that start, with their promises: none that runs `still`, and none for what is over."""
    kinds = [kind for kind, course in COURSES.items() if course.starts.intersection(moments)]
    over = still | _over(handoff)
    tier = handoff.lead.tier or handoff.tier
    made = []
    for kind in kinds:
        promise = promise_for(kind, tier=tier, priority=handoff.priority)
        if promise is not None and kind not in over:
            due = deadlines.due_at(promise, now, calendar_for(_holder(handoff), handoff.team, at=now))
            made.append((_clock(handoff, promise, tier=tier, started_at=now, due_at=due), promise))
    return made


def _over(handoff: Handoff) -> set[str]:
    """What starts no more: a first response to who had one or never asked, delivery and review once it was decided."""
    nobody_asked = handoff.priority in deadlines.OUTBOUND
    needs_none = nobody_asked or handoff.first_contact_at is not None
    answered = {ClockKind.FIRST_RESPONSE.value} if needs_none else set()
    decided = set() if handoff.is_open else {ClockKind.DELIVERY.value, ClockKind.REVIEW.value}
    return answered | decided


def _holder(handoff: Handoff) -> User | None:
    """Who answers for the lead: the assignee until it is accepted, and then its owner."""
    return handoff.assignee if handoff.is_open else handoff.lead.owner


def _clock(handoff: Handoff, promise: Promise, *, tier: str, started_at: datetime, due_at: datetime) -> Clock:
    return Clock(
        handoff=handoff,
        lead_id=handoff.lead_id,
        kind=promise.clock,
        service_level_id=promise.id,
        target=promise.target,
        holder=_holder(handoff),
        team=handoff.team,
        tier=tier,
        started_at=started_at,
        due_at=due_at,
    )


def _steps(clock: Clock, promise: Promise, *, anew: bool) -> list[dict[str, Any]]:
    """Its steps as rows, by column."""
    business = calendar_for(clock.holder, clock.team, at=clock.started_at)
    calendar = business if promise.in_business_time else None
    begins = deadlines.after(clock.due_at, -clock.target, calendar) if anew else clock.started_at
    return [
        {
            "clock_id": clock.pk,
            "action": step.action.value,
            "after": step.after,
            "due_at": deadlines.after(begins, step.after, calendar),
            "outcome": "",
            "note": "",
            "attempts": 0,
        }
        for step in ladder.with_warnings(promise.ladder, target=clock.target)
    ]
