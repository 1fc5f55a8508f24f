"""The minute's sweep: marks breaches and acts on the steps that are due, each exactly once and in order (SL-4, SL-5).

Two sweeps share the work, a killed one leaves it to the next, and after an outage the steps follow in the order of
their due times. Each try is counted before it is made, so that a step that raises, hangs or kills its process is put
off, and set aside after the fifth; no other step waits for it.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db import connection, transaction

from leads import timeline
from leads.domain.notices import Kind
from leads.models import Lead
from leads.outbox import Message, tell, tell_each
from leads.remembering import remembering
from leads.timeline import Told
from routing import breaches, clocks, lapsing, rerouting
from routing.breaches import SWEEP
from routing.domain import durations
from routing.domain.ladder import LABELS, TELLING, Action, why_too_late
from routing.escalation_messages import News, Telling
from routing.managers import operations
from routing.models import Clock, ClockStep, Handoff
from routing.models.clock import ClockQuerySet

BATCH = 1000
MOST_ATTEMPTS = 5
PATIENCE = "5s"
CLEARED_AFTER = timedelta(days=1)
# Of the clocks whose next step is due, the earliest first, that nobody else holds: their steps become rows, and are
# tried at once. Of more clocks than fit only what is due before the next of them, so that everything keeps its order.
TAKE = """
    WITH due AS (
        SELECT id, step_actions, step_after, step_due FROM routing_clock
        WHERE stopped_at IS NULL AND step_due[1] < %(now)s
        ORDER BY step_due[1], id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
    ), horizon AS (
        SELECT CASE WHEN count(*) < %(batch)s THEN %(now)s ELSE max(step_due[1]) END AS at FROM due
    ), taken AS (
        SELECT due.*, (
            SELECT count(*) FROM unnest(step_due) AS step (at) WHERE step.at <= horizon.at AND step.at < %(now)s
        )::int AS many
        FROM due, horizon
    ), still AS (
        UPDATE routing_clock AS clock SET
            step_actions = taken.step_actions[many + 1:],
            step_after = taken.step_after[many + 1:],
            step_due = taken.step_due[many + 1:]
        FROM taken WHERE clock.id = taken.id
    )
    INSERT INTO routing_clockstep (clock_id, action, after, due_at, outcome, note, attempts, retry_at)
    SELECT taken.id, step.action, step.after, step.due_at, '', '', 1, %(now)s + interval '1 minute'
    FROM taken, unnest(step_actions[:many], step_after[:many], step_due[:many])
        WITH ORDINALITY AS step (action, after, due_at, place)
    ORDER BY step.due_at, taken.id, place
    RETURNING due_at, id, action, attempts
"""
# What was tried before, in order, that nobody else holds; each try counts before it is made, and keeps the next away.
TAKE_AGAIN = """
    UPDATE routing_clockstep
    SET attempts = attempts + 1, retry_at = %(now)s + interval '1 minute' * 2 ^ attempts
    WHERE id = ANY(ARRAY(
        SELECT id FROM routing_clockstep
        WHERE done_at IS NULL AND due_at < %(now)s AND (retry_at IS NULL OR retry_at <= %(now)s)
        ORDER BY due_at, id LIMIT %(batch)s FOR NO KEY UPDATE SKIP LOCKED
    ))
    RETURNING due_at, id, action, attempts
"""
# Steps still to be told of, with what there is to tell; each clock is locked before its steps, as by all who write.
LOCK = """
    SELECT step.id, step.action, step.after, step.due_at, clock.kind, clock.target, clock.due_at, clock.lead_id,
        clock.holder_id, clock.team_id
    FROM routing_clockstep AS step JOIN routing_clock AS clock ON clock.id = step.clock_id
    WHERE step.id = ANY(%s) AND step.done_at IS NULL AND clock.stopped_at IS NULL
    ORDER BY clock.id, step.id FOR NO KEY UPDATE OF clock, step
"""
CLOSE = """
    UPDATE routing_clockstep SET done_at = %(now)s, outcome = %(outcome)s, note = %(note)s WHERE id = ANY(%(ids)s)
"""
LATE_AFTER = timedelta(minutes=3)  # the sweep comes each minute
Outcome = ClockStep.Outcome
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Swept:
    """What one run of the sweep did."""

    breached: int
    acted: int


class _Claimed(NamedTuple):
    """A step that is this sweep's to do."""

    due_at: datetime
    id: int
    action: str
    attempts: int

    @property
    def can_be_told_with_others(self) -> bool:
        """Whether it only tells somebody, and has never failed."""
        return self.action in TELLING and self.attempts == 1


def sweep(*, now: datetime) -> Swept:
    """Mark the breaches that are due, then act on the steps that are due; safe beside itself."""
    breached = breaches.mark_due(now=now)
    acted = 0
    for statement in (TAKE_AGAIN, TAKE):
        while claimed := _claim(statement, now=now):
            acted += _work_off(claimed, now=now)
    return Swept(breached, acted)


def clear(*, now: datetime) -> int:
    """Forget steps that were called off more than a day ago; returns how many."""
    return clocks.clear_called_off(before=now - CLEARED_AFTER)


def untried(*, now: datetime) -> ClockQuerySet:
    """Clocks of which the sweep should have tried a step by now, the longest due first: it is late if any are."""
    return Clock.objects.with_step_due(before=now - LATE_AFTER)


def _claim(statement: str, *, now: datetime) -> list[_Claimed]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"now": now, "batch": BATCH})
        return sorted(_Claimed(*row) for row in cursor.fetchall())


def _work_off(claimed: Sequence[_Claimed], *, now: datetime) -> int:
    """In order; what only tells somebody goes together, and one by one where together it fails."""
    acted = 0
    for together, run in groupby(claimed, key=lambda one: one.can_be_told_with_others):
        steps = list(run)
        told = _tried_together(steps, now=now) if together else None
        acted += told if told is not None else sum(_tried(step, now=now) for step in steps)
    return acted


def _tried_together(steps: Sequence[_Claimed], *, now: datetime) -> int | None:
    try:
        return _tell([step.id for step in steps], now=now)
    except Exception:
        logger.exception("%s steps could not be done together, and are tried one by one", len(steps))
        return None


def _tried(step: _Claimed, *, now: datetime) -> int:
    """One step in its own transaction; a failure stays its own."""
    try:
        if step.attempts > MOST_ATTEMPTS:
            return _set_aside(step.id, now=now)
        if step.action in TELLING:
            return _tell([step.id], now=now)
        return _tell_what_comes_before(step.id, now=now) + _move(step.id, now=now)
    except Exception as error:
        logger.exception("step %s could not be done", step.id)
        ClockStep.objects.pending().filter(pk=step.id).update(note=repr(error)[:300])
        return 0


def _tell(ids: Sequence[int], *, now: datetime) -> int:
    """Tell of steps whose clocks run; what is of no use any more says so and tells nobody.

    The clocks are locked, in one order, so that whoever stops one or tells of the same step comes before or after.
    """
    by_note: dict[str, list[News]] = defaultdict(list)
    with transaction.atomic(), remembering():
        _wait_at_most(PATIENCE)
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [list(ids)])
            found = [News(*row) for row in cursor.fetchall()]
        for one in sorted(found, key=lambda one: (one.due_at, one.step_id)):
            by_note[_why_too_late(one, now=now)].append(one)
        if news := by_note.get(""):
            _say(news, now=now)
        for note, closed in by_note.items():
            outcome = Outcome.SKIPPED if note else Outcome.DONE
            _close([one.step_id for one in closed], outcome=outcome, note=note, now=now)
    return len(found)


def _say(news: Sequence[News], *, now: datetime) -> None:
    """To whom it concerns, and into the leads' histories at the time each step was due; a warning is no event."""
    telling = Telling(news)
    tell_each(telling.letters(), now=now)
    events = (
        Told(one.lead_id, one.due_at, text, {}) for one, text in telling.told() if one.action != Action.WARN
    )
    timeline.record_very_many(events, timeline.Kind.CLOCK, by=SWEEP)


def _tell_what_comes_before(step_id: int, *, now: datetime) -> int:
    """Whoever is to hear of a clock hears of it before the lead moves on, though another sweep was to say so."""
    step = ClockStep.objects.get(pk=step_id)
    before = ClockStep.objects.pending().filter(
        clock=step.clock_id, due_at__lt=step.due_at, action__in=TELLING
    )
    try:
        return _tell(list(before.values_list("pk", flat=True)), now=now)
    except Exception:
        logger.exception(
            "what comes before step %s could not be told, and keeps nothing from moving", step_id
        )
        return 0


def _wait_at_most(patience: str) -> None:
    """Let one transaction that hangs hold up only what it holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [patience])


def _close(ids: Sequence[int], *, outcome: str, note: str, now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, {"ids": list(ids), "outcome": str(outcome), "note": note, "now": now})


def _why_too_late(one: News, *, now: datetime) -> str:
    return why_too_late(Action(one.action), due_at=one.due_at, promise_due_at=one.promise_due_at, now=now)


def _move(step_id: int, *, now: datetime) -> int:
    """Re-route or recycle, unless somebody was quicker: the lead is locked first, as every decision does."""
    with transaction.atomic():
        _wait_at_most(PATIENCE)
        step = ClockStep.objects.select_related("clock").get(pk=step_id)
        Lead.objects.locked().get(pk=step.clock.lead_id)
        handoff = Handoff.objects.select_for_update(of=("self",), no_key=True).get(pk=step.clock.handoff_id)
        clock = Clock.objects.select_for_update(of=("self",), no_key=True).get(pk=step.clock_id)
        done = ClockStep.objects.pending().filter(pk=step_id).update(done_at=now, outcome=Outcome.DONE)
        if not done or clock.stopped_at is not None:
            return 0
        if step.action == Action.REROUTE:
            rerouting.reroute(handoff, by=SWEEP, now=now, cause=rerouting.Cause.MISSED)
        else:
            lapsing.lapse(handoff, now=now, cause=_lapsed(clock, step))
    return 1


def _lapsed(clock: Clock, step: ClockStep) -> str:
    return f"{clock.get_kind_display().lower()} was not done within {durations.in_short(step.after)}"


def _set_aside(step_id: int, *, now: datetime) -> int:
    """Five tries failed: leave it, with the reason, and tell revenue operations."""
    with transaction.atomic():
        step = ClockStep.objects.select_related("clock__lead").get(pk=step_id)
        pending = ClockStep.objects.pending().filter(pk=step_id)
        if pending.update(done_at=now, outcome=Outcome.FAILED):
            lead, reason = step.clock.lead, step.note or "the process ended each time"
            title = f"{lead.name}: a step of the ladder was set aside"
            text = f"“{LABELS[Action(step.action)]}” failed {MOST_ATTEMPTS} times: {reason}"
            path = lead.get_absolute_url()
            tell(operations(), Message(f"step:{step.pk}:failed", title, text, path, Kind.FAULT), now=now)
            timeline.record(lead, timeline.Kind.CLOCK, f"Set aside: {text}", by=SWEEP, at=now)
    return 0
