"""Lets clocks stand still, only for a cause that is written down, by exactly the time that is asked for (SL-6).

A pause has an end from the beginning, so that what is due moves at once and nobody has to wake the clock. A breach
that was made stays made; only the steps that were still to come move.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from leads import timeline
from leads.actors import Actor, Job, columns
from leads.models import User
from routing import steps_to_come
from routing.domain.deadlines import moved
from routing.models import Clock, ClockKind, ClockPause, ClockStep, Handoff
from routing.models.clock import ClockQuerySet

Cause = ClockPause.Cause
LONGEST = timedelta(days=90)
"""As long as a nurture hold: who asks for more is not in sales' hands."""


class PauseRefused(Exception):
    """The pause cannot be kept; the message says why."""


def call_later(handoff: Handoff, *, until: datetime, by: Actor, now: datetime, note: str = "") -> list[Clock]:
    """The lead asked to be called later: every clock of the hand-off stands still until then. Raises PauseRefused.

    `note` is what they said.
    """
    if until <= now:
        raise PauseRefused("Choose a time to come: nobody can be called in the past.")
    if until > now + LONGEST:
        raise PauseRefused(f"At most {LONGEST.days} days from now: recycle whoever wants longer.")
    with transaction.atomic():
        found = _locked(handoff)
        if not found:
            raise PauseRefused("No clock runs for this lead, so there is nothing to pause.")
        pause(found, until=until, cause=Cause.CALL_LATER, by=by, now=now, note=note)
    return found


def resume_called_later(handoff: Handoff, *, by: Actor, now: datetime) -> int:
    """Let the clocks run again before the lead asked to be called; returns how many stood still for that."""
    with transaction.atomic():
        asked = ClockPause.objects.filter(ends_at__gt=now, cause=Cause.CALL_LATER).values("clock")
        standing = {clock.pk for clock in handoff.clocks.filter(pk__in=asked)}
        found = [clock for clock in _locked(handoff) if clock.pk in standing]
        for clock in found:
            _resume(clock, cause=Cause.CALL_LATER, by=by, now=now)
    return len(found)


def of_handoff(handoff: Handoff) -> list[ClockPause]:
    """The pauses that were asked for, the latest first; one line for all clocks that stood still together."""
    rows = ClockPause.objects.filter(clock__handoff=handoff).select_related("actor").order_by("-id")
    together = {(row.starts_at, row.cause): row for row in sorted(rows, key=lambda row: row.ends_at)}
    return sorted(together.values(), key=lambda row: row.starts_at, reverse=True)


def pause_handoff(handoff: Handoff, *, until: datetime, cause: Cause, by: Actor, now: datetime) -> None:
    """Let every clock that runs for the hand-off stand still until then."""
    with transaction.atomic():
        pause(_locked(handoff), until=until, cause=cause, by=by, now=now)


def pause(
    found: Iterable[Clock],
    *,
    until: datetime,
    cause: Cause,
    by: Actor,
    now: datetime,
    note: str = "",
    since: datetime | None = None,
) -> None:
    """Let clocks that the caller holds locked stand still; where one does so already, the longer pause wins.

    `since` is when the pause began that they come to share.
    """
    for clock in found:
        stands_until = max(now, _stands_until(clock) or now)
        ClockPause.objects.create(
            clock=clock, starts_at=since or now, ends_at=until, cause=cause, note=note, **columns(by)
        )
        if until > stands_until:
            _move(clock, runs_from=until, instead_of=stands_until)
        said = f"{clock.get_kind_display()} paused until {timeline.moment(until)}: {cause.label.lower()}"
        said += f" (“{note}”)" if note else ""
        timeline.record(clock.lead, timeline.Kind.CLOCK, said, by=by, at=now, moments=[until], clock=clock.pk)


def share(handoff: Handoff, kinds: Sequence[ClockKind], *, now: datetime) -> list[Clock]:
    """Let the clocks of these kinds that begin now stand still as those do whose lead asked to be called later."""
    standing = ClockPause.objects.filter(clock__handoff=handoff, cause=Cause.CALL_LATER, ends_at__gt=now)
    asked = standing.select_related("actor").latest("ends_at")
    found = list(_for_update(handoff.clocks.running().filter(kind__in=kinds, started_at=now)))
    pause(
        found,
        until=asked.ends_at,
        cause=Cause.CALL_LATER,
        by=asked.actor or Job(asked.job),
        now=now,
        note=asked.note,
        since=asked.starts_at,
    )
    return found


def resume_held_by(holder: User, *, cause: Cause, by: Actor, now: datetime) -> int:
    """End the pauses of this cause that are not over yet, of all clocks that `holder` has; returns how many clocks."""
    with transaction.atomic():
        paused = ClockPause.objects.filter(ends_at__gt=now, cause=cause).values("clock")
        held = Clock.objects.running().filter(holder=holder, pk__in=paused)
        found = list(_for_update(held))
        for clock in found:
            _resume(clock, cause=cause, by=by, now=now)
    return len(found)


def away_until(handoff: Handoff, *, now: datetime) -> datetime | None:
    """Until when what runs for the hand-off stands still because its rep is out; None where nothing does."""
    away = ClockPause.objects.filter(clock__handoff=handoff, clock__stopped_at=None, cause=Cause.AWAY)
    latest: datetime | None = away.filter(ends_at__gt=now).aggregate(latest=Max("ends_at"))["latest"]
    return latest


def resume_taken_over(handoff: Handoff, *, by: Actor, now: datetime) -> None:
    """Let what stood still while a rep was out run on, as somebody else has the lead now."""
    away = ClockPause.objects.filter(clock__handoff=handoff, cause=Cause.AWAY, ends_at__gt=now)
    for clock in _for_update(handoff.clocks.running().filter(pk__in=away.values("clock"))):
        _resume(clock, cause=Cause.AWAY, by=by, now=now)


def stand_again(handoff: Handoff, *, until: datetime, since: datetime) -> None:
    """Let stand still until then what ran on when somebody took over at `since`, as if nobody had."""
    ended = ClockPause.objects.filter(clock__handoff=handoff, cause=Cause.AWAY, ends_at=since)
    found = list(_for_update(handoff.clocks.running().filter(pk__in=ended.values("clock"))))
    ended.filter(clock__in=found).update(ends_at=until)
    for clock in found:
        _move(clock, runs_from=until, instead_of=since)


def _resume(clock: Clock, *, cause: Cause, by: Actor, now: datetime) -> None:
    """What another cause still asks for remains."""
    stood_until = _stands_until(clock) or now
    clock.pauses.filter(ends_at__gt=now, cause=cause).update(ends_at=now)
    stands_until = max(now, _stands_until(clock) or now)
    if stands_until < stood_until:
        _move(clock, runs_from=stands_until, instead_of=stood_until)
    said = f"{clock.get_kind_display()} runs again"
    timeline.record(clock.lead, timeline.Kind.CLOCK, said, by=by, at=now, clock=clock.pk)


def _locked(handoff: Handoff) -> list[Clock]:
    Handoff.objects.select_for_update(of=("self",), no_key=True).get(pk=handoff.pk)
    return list(_for_update(handoff.clocks.running()))


def _for_update(found: ClockQuerySet) -> ClockQuerySet:
    related = found.select_related("lead", "holder", "team", "service_level").order_by("pk")
    return related.select_for_update(of=("self",), no_key=True)


def _stands_until(clock: Clock) -> datetime | None:
    latest: datetime | None = clock.pauses.aggregate(latest=Max("ends_at"))["latest"]
    return latest


def _move(clock: Clock, *, runs_from: datetime, instead_of: datetime) -> None:
    """What was due at or after `instead_of` keeps the time that remained."""
    calendar = steps_to_come.calendar_of(clock, at=instead_of)

    def later(at: datetime) -> datetime:
        if at < instead_of:
            return at
        return moved(at, runs_from=runs_from, instead_of=instead_of, calendar=calendar)

    if clock.breached_at is None:
        clock.due_at = later(clock.due_at)
        Clock.objects.filter(pk=clock.pk).update(due_at=clock.due_at)
    steps_to_come.keep(clock, [(action, after, later(at)) for action, after, at in clock.to_come])
    # those that were laid as rows by a release before, or are being tried
    steps = list(ClockStep.objects.pending().filter(clock=clock, due_at__gte=instead_of))
    for step in steps:
        step.due_at = later(step.due_at)
    ClockStep.objects.bulk_update(steps, ["due_at"])
