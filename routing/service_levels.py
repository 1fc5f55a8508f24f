"""Clocks on promises: started with the hand-off, stopped by the rep, and their breaches marked once (SL-3, SL-5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from leads import timeline
from leads.actors import Job
from leads.models import Role, Team, User
from leads.outbox import Message, tell_each
from leads.remembering import remembered
from routing.calendars import calendar_for
from routing.domain import deadlines
from routing.domain.deadlines import Promise
from routing.models import Breach, Clock, ClockKind, Handoff, ServiceLevel

SWEEP = Job("service-level sweep")
BATCH = 200
TELL_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class Swept:
    """What one run of the sweep did."""

    breached: int


def start(handoff: Handoff, *, now: datetime) -> dict[str, datetime]:
    """Start every clock that a promise covers; returns kind → due time."""
    promises = _promises()
    calendar = calendar_for(handoff.assignee, handoff.team, at=now)
    clocks = []
    for kind in ClockKind:
        promise = deadlines.strictest(promises, clock=kind, tier=handoff.tier, priority=handoff.priority)
        if promise is not None:
            due = deadlines.due_at(promise, now, calendar)
            clocks.append(_clock(handoff, kind, promise, started_at=now, due_at=due))
    Clock.objects.bulk_create(clocks)
    return {clock.kind: clock.due_at for clock in clocks}


def stop(handoff: Handoff, kind: ClockKind, *, now: datetime) -> None:
    """Stop the running clock of that kind, if any; late means breached, whoever notices first."""
    for clock in handoff.clocks.select_for_update(no_key=True).running().filter(kind=kind):
        _stop(clock, now=now)


def stop_all(handoff: Handoff, *, now: datetime) -> None:
    """Stop every clock of a hand-off that is closed (SL-15)."""
    for clock in handoff.clocks.select_for_update(no_key=True).running():
        _stop(clock, now=now)


def resume(handoff: Handoff, *, stopped_at: datetime) -> None:
    """Let the clocks that a decision stopped run on as if it had not been made."""
    handoff.clocks.filter(stopped_at=stopped_at).update(stopped_at=None)


def hand_to(holder: User | None, handoff: Handoff) -> None:
    """From now on `holder` answers for the clocks that run: a breach names who held the lead (SL-14)."""
    handoff.clocks.running().update(holder=holder)


def sweep(*, now: datetime) -> Swept:
    """Mark every breach that is due, in the order of due times, a batch a transaction; safe beside itself."""
    breached = 0
    while marked := _sweep_batch(now=now):
        breached += marked
    return Swept(breached)


def _sweep_batch(*, now: datetime) -> int:
    with transaction.atomic():
        due = Clock.objects.due_by(now).order_by("due_at", "id").select_related("lead", "holder", "team")
        clocks = list(due.select_for_update(of=("self",), no_key=True, skip_locked=True)[:BATCH])
        _breach(clocks, now=now)
    return len(clocks)


def _stop(clock: Clock, *, now: datetime) -> None:
    if now > clock.due_at and clock.breached_at is None:
        _breach([clock], now=now)
    Clock.objects.filter(pk=clock.pk, stopped_at__isnull=True).update(stopped_at=now)


def _breach(clocks: Sequence[Clock], *, now: datetime) -> None:
    """Write the breaches, their places in the timelines, and tell the managers; once, for the clocks are locked."""
    marked = set(Breach.objects.filter(clock__in=clocks).values_list("clock", flat=True))
    fresh = [clock for clock in clocks if clock.pk not in marked]
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(breached_at=F("due_at"))
    Breach.objects.bulk_create(
        [Breach(clock=clock, holder=clock.holder, due_at=clock.due_at, noticed_at=now) for clock in fresh]
    )
    told = [(clock.lead, _missed(clock), clock.due_at) for clock in fresh]
    timeline.record_each(told, timeline.Kind.CLOCK, by=SWEEP)
    _tell_managers([clock for clock in fresh if now - clock.due_at <= TELL_WITHIN], now=now)


def _missed(clock: Clock) -> str:
    promise = f"{clock.get_kind_display()} promised within {_words(clock.target)}"
    holder = f"with {clock.holder}" if clock.holder else "unassigned"
    return f"{promise} was missed, {holder}"


def _tell_managers(clocks: Sequence[Clock], *, now: datetime) -> None:
    """What was due more than a week ago is history, not news, and does not come here: it pages nobody."""
    teams = {clock.team_id: clock.team for clock in clocks}
    managers = {team_id: managers_of(team) for team_id, team in teams.items()}
    tell_each([(managers[clock.team_id], _overdue(clock)) for clock in clocks], now=now)


def _overdue(clock: Clock) -> Message:
    lead, kind = clock.lead, clock.get_kind_display().lower()
    holder = str(clock.holder) if clock.holder else "nobody yet"
    return Message(
        key=f"breach:{clock.pk}",
        title=f"{lead.name}: {kind} is overdue",
        text=f"{kind.capitalize()} was promised within {_words(clock.target)}. The lead is with {holder}.",
        path=lead.get_absolute_url(),
    )


@remembered
def managers_of(team: Team | None) -> list[User]:
    """The managers of the team or of the nearest team above it; revenue operations where there is none."""
    active = User.objects.filter(is_active=True)
    while team is not None:
        found = list(active.filter(team=team, role=Role.MANAGER))
        if found:
            return found
        team = team.parent
    return list(active.filter(role=Role.OPS))


@remembered
def _promises() -> list[Promise]:
    return [_promise(row) for row in ServiceLevel.objects.filter(is_active=True)]


def _promise(row: ServiceLevel) -> Promise:
    in_business_time = row.runs_in == ServiceLevel.Runs.BUSINESS
    return Promise(row.pk, row.clock, row.tier, row.priority, row.target, in_business_time)


def _clock(
    handoff: Handoff, kind: ClockKind, promise: Promise, *, started_at: datetime, due_at: datetime
) -> Clock:
    return Clock(
        handoff=handoff,
        lead_id=handoff.lead_id,
        kind=kind,
        service_level_id=promise.id,
        target=promise.target,
        holder=handoff.assignee,
        team=handoff.team,
        tier=handoff.tier,
        started_at=started_at,
        due_at=due_at,
    )


def _words(target: timedelta) -> str:
    """A span as people say it: 5 min, 4 h, 3 d."""
    minutes = int(target.total_seconds() // 60)
    if minutes < 120 and minutes % 60:  # noqa: PLR2004 - under two hours minutes read better
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes / 60:.1f} h"
