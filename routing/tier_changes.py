"""Chooses the promise of running clocks anew when their lead's tier has changed; the old due time stays (SL-15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from leads import timeline
from leads.actors import Job
from leads.models import Lead
from leads.prepared import Given, Query
from leads.remembering import remembering_edition
from routing import clocks
from routing.calendars import calendar_for
from routing.domain import deadlines
from routing.domain.business_time import Calendar
from routing.domain.deadlines import Promise
from routing.models import Clock, ClockChange, ClockKind, ClockPause, Handoff
from routing.models.clock import ClockQuerySet
from routing.promises import promise_for

JOB = Job("tier change")
MOST_A_RUN = 5000


def follow(lead: Lead, *, now: datetime) -> int:
    """Let the lead's running clocks follow its tier, which need not be stored yet; how many changed their promise."""
    with transaction.atomic(savepoint=False):
        stale = OTHERS.all(lead=lead.pk, tier=lead.tier)
        return sum(_choose_anew(clock, tier=lead.tier, now=now) for clock in stale)


def catch_up(*, now: datetime) -> int:
    """Follow tiers that were changed by a re-score, and not by a signal; a lead a transaction."""
    changed = 0
    stale = _alive().exclude(tier=F("lead__tier"))
    for lead_id in stale.order_by("lead_id").values_list("lead_id", flat=True).distinct()[:MOST_A_RUN]:
        with remembering_edition(), transaction.atomic():
            changed += follow(Lead.objects.locked().get(pk=lead_id), now=now)
    return changed


def _alive() -> ClockQuerySet:
    """Running clocks that may follow their lead's tier; one that was breached keeps its promise."""
    return Clock.objects.running().filter(breached_at__isnull=True)


OTHERS = Query(
    lambda: (
        _alive()
        .filter(lead=Given("lead"))
        .exclude(tier=Given("tier"))
        .select_related("handoff", "holder", "team", "service_level", "lead")
        .select_for_update(of=("self",), no_key=True)
        .order_by("pk")
    )
)


def _choose_anew(clock: Clock, *, tier: str, now: datetime) -> int:
    if clock.due_at < now:  # over, and marked within the minute
        return 0
    promise = promise_for(ClockKind(clock.kind), tier=tier, priority=clock.handoff.priority)
    if promise is None or promise.id == clock.service_level_id:
        Clock.objects.filter(pk=clock.pk).update(tier=tier)
        return 0
    _run_on(clock, promise, tier=tier, now=now)
    return 1


def _run_on(clock: Clock, promise: Promise, *, tier: str, now: datetime) -> None:
    calendar = calendar_for(clock.holder, clock.team, at=now)
    stood = list(clock.pauses.order_by("starts_at"))
    due = deadlines.chosen_anew(
        started_at=clock.started_at,
        due=clock.due_at,
        paused=_paused(clock, stood, calendar if promise.in_business_time else None),
        promise=promise,
        calendar=calendar,
        now=max([now, *(pause.ends_at for pause in stood)]),
    )
    ClockChange.objects.create(
        clock=clock,
        at=now,
        old_tier=clock.tier,
        new_tier=tier,
        old_service_level=clock.service_level,
        old_target=clock.target,
        old_due_at=clock.due_at,
        new_due_at=due,
    )
    if due < clock.due_at:
        _wake(clock.handoff, due)
    clock.service_level_id, clock.target, clock.due_at, clock.tier = promise.id, promise.target, due, tier
    Clock.objects.filter(pk=clock.pk).update(
        service_level=promise.id, target=promise.target, due_at=due, tier=tier
    )
    clocks.climb_anew(clock, promise, now=now)
    said = f"{clock.get_kind_display()} is due {timeline.moment(due)} now: the lead became {tier or 'of no tier'}"
    timeline.record(clock.lead, timeline.Kind.CLOCK, said, by=JOB, at=now, moments=[due], clock=clock.pk)


def _wake(handoff: Handoff, due: datetime) -> None:
    """What was put off beyond its new due time comes back at once, for nothing waits out of sight so long (QU-14)."""
    if handoff.snoozed_until is not None and handoff.snoozed_until > due:
        Handoff.objects.open().filter(pk=handoff.pk).update(snoozed_until=None)


def _paused(clock: Clock, stood: Sequence[ClockPause], calendar: Calendar | None) -> timedelta:
    """How much of its own time the clock stood still, or will have by the end of a pause; none of it twice."""
    total, counted_until = timedelta(0), clock.started_at
    for pause in stood:
        begins = max(pause.starts_at, counted_until)
        if pause.ends_at > begins:
            total += deadlines.between(begins, pause.ends_at, calendar)
            counted_until = pause.ends_at
    return total
