"""Passes a lead in sales' hands from one rep to another, with its explanation and history (RT-9).

The first keeps the breach and the next gets a fresh first-response clock; nobody gets back what they had, unless a
person decides so; and where nobody is left it waits unassigned, with the managers told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import timeline
from leads.actors import Actor, columns
from leads.domain.notices import Kind
from leads.models import Lead, Team, User
from leads.outbox import Message, tell
from routing import assignment, clocks, events, executives, pauses, reps
from routing.assignment import Decision, Question
from routing.clocks import Moment
from routing.handoffs import AlreadyDecided
from routing.managers import managers_of
from routing.models import ClockKind, Handoff, Reassignment, Rep

Cause = Reassignment.Cause
CLOSED = (Handoff.Status.REJECTED, Handoff.Status.LAPSED, Handoff.Status.RECALLED)


class CannotReceive(Exception):
    """The one it is to go to cannot receive it; the message says why."""


class NobodyFree(Exception):
    """Nobody can take over for somebody who is only out, so the lead stays where it is."""


@dataclass(frozen=True)
class _Choice:
    """Who is next, why in one line, and what was considered."""

    user: User | None
    team: Team | None
    because: str
    explanation: dict[str, Any]
    decision: Decision | None = None


def reroute(
    handoff: Handoff,
    *,
    by: Actor,
    now: datetime,
    to: User | None = None,
    cause: Cause = Cause.BY_HAND,
    why: str = "",
) -> Reassignment:
    """Pass the lead on: to `to`, or to its rep's backup, or to whoever routing finds; None of them: unassigned.

    An accepted lead goes with its clocks as they run, to a manager where no rep is left, for it must have an owner.
    `why` is what a person said of it. Raises AlreadyDecided where the hand-off was rejected or recalled or has
    lapsed meanwhile, CannotReceive, and NobodyFree.
    """
    with transaction.atomic():
        handoff = _locked(handoff)
        if handoff.status in CLOSED:
            raise AlreadyDecided(handoff)
        came_from = handoff.assignee if handoff.is_open else handoff.lead.owner
        if to is not None:
            choice = _named(to, came_from=came_from, cause=cause, why=why)
        else:
            choice = _found(handoff, came_from, cause, now=now)
        moved = _kept(handoff, choice, came_from=came_from, cause=cause, by=by, now=now)
        _pass_on(handoff, choice, by=by, now=now)
        _write_down(handoff, moved, by=by)
        _announce(handoff, moved, now=now)
        events.assigned(handoff, to=moved.to_user, now=now)
    return moved


def _found(handoff: Handoff, came_from: User | None, cause: Cause, *, now: datetime) -> _Choice:
    """Whoever routing finds; where nobody is left, a manager for a lead that may not wait. Raises NobodyFree."""
    choice = _next(handoff, came_from, cause, now=now)
    if choice.user is not None:
        return choice
    if cause == Cause.AWAY:
        raise NobodyFree
    return choice if _may_wait(handoff) else _manager(handoff, choice)


def _kept(
    handoff: Handoff, choice: _Choice, *, came_from: User | None, cause: Cause, by: Actor, now: datetime
) -> Reassignment:
    """The move as a row, with what it changes as it stood before."""
    return Reassignment.objects.create(
        handoff=handoff,
        from_user=came_from,
        to_user=choice.user,
        at=now,
        cause=cause,
        because=choice.because[:200],
        explanation=choice.explanation,
        before=_as_it_stands(handoff, now=now),
        **_by_rules(choice.decision),
        **columns(by),
    )


def _by_rules(decision: Decision | None) -> dict[str, Any]:
    """The rule that placed it, where rules did: decisions are found by it, the first one's as well as this one's."""
    if decision is None:
        return {}
    return {"rule_set": decision.rule_set, "rule_name": decision.rule_name, "pool": decision.pool}


def _as_it_stands(handoff: Handoff, *, now: datetime) -> dict[str, Any]:
    """What the move changes of the lead, its hand-off and its clocks, beside whose it is; what few have only there."""
    received, assigned = handoff.received_at, handoff.assigned_at
    asleep_until = handoff.snoozed_until if handoff.is_open else None
    of_few = {"snoozed_until": asleep_until, "away_until": pauses.away_until(handoff, now=now)}
    return {
        "is_open": handoff.is_open,
        "lead_team": handoff.lead.team_id,
        "team": handoff.team_id,
        "because": handoff.because,
        "received_at": received.isoformat() if received else None,
        "assigned_at": assigned.isoformat() if assigned else None,
        **{name: at.isoformat() for name, at in of_few.items() if at is not None},
    }


def _may_wait(handoff: Handoff) -> bool:
    """Only a lead that nobody has accepted yet may wait unassigned."""
    return handoff.is_open and handoff.kind == Handoff.Kind.QUALIFIED


def _locked(handoff: Handoff) -> Handoff:
    """The hand-off as it stands, with its lead locked first, as every decision does."""
    lead = Lead.objects.locked().select_related("owner__team", "account").get(pk=handoff.lead_id)
    rows = Handoff.objects.select_for_update(of=("self",), no_key=True)
    found = rows.select_related("assignee__team", "team").get(pk=handoff.pk)
    found.lead = lead
    return found


def _named(user: User, *, came_from: User | None, cause: Cause, why: str) -> _Choice:
    """A person decided: absence and caps are theirs to weigh."""
    if user == came_from:
        raise CannotReceive(f"{user} has it already.")
    if not user.is_active or not user.works_leads:
        raise CannotReceive(f"{user} does not receive leads.")
    told = [{"name": str(user), "passed_over": "", "picked": True}]
    by_hand = f"given to {user} by hand" + (f": {why}" if why else "")
    because = f"{user} took it" if cause == Cause.TAKEN else by_hand
    return _Choice(user, user.team, because, {"rules": [], "candidates": told})


def _next(handoff: Handoff, came_from: User | None, cause: Cause, *, now: datetime) -> _Choice:
    """The first backup who can, or whoever the rules and the rotation find among those who have not had it."""
    had_it = _had_it(handoff, came_from)
    backups: list[dict[str, Any]] = []
    backup = _backup(came_from, had_it, backups, now=now)
    if backup is not None:
        because = f"{cause.label} → {came_from}’s backup"
        return _Choice(backup, backup.team, because, {"rules": [], "candidates": backups})
    if handoff.kind == Handoff.Kind.MEETING:
        return _executive(handoff, cause, had_it, now=now)
    tier = handoff.lead.tier or handoff.tier
    question = Question(
        tier=tier, priority=handoff.priority, source=handoff.source, trigger=handoff.trigger, not_to=had_it
    )
    decision = assignment.decide(handoff.lead, question, now=now)
    explanation = {
        **decision.explanation,
        "candidates": [*backups, *decision.explanation.get("candidates", [])],
    }
    because = f"{cause.label} → {decision.because}"
    return _Choice(decision.assignee, decision.team or handoff.team, because, explanation, decision)


def _executive(handoff: Handoff, cause: Cause, had_it: frozenset[int], *, now: datetime) -> _Choice:
    """A meeting goes to the nearest executive who can take it."""
    near = executives.for_lead(handoff.lead, now=now)
    could = (one.user for one in near if not one.why_not and one.user.pk not in had_it)
    free = next((user for user in could if not reps.claim(user, now=now)), None)
    told = [{"name": str(one.user), "passed_over": one.why_not, "picked": one.user == free} for one in near]
    if free is None:
        return _Choice(None, handoff.team, f"{cause.label}: no executive is free", {"candidates": told})
    return _Choice(free, free.team, f"{cause.label} → the nearest executive", {"candidates": told})


def _had_it(handoff: Handoff, came_from: User | None) -> frozenset[int]:
    """Whoever has it, and whoever let it lie before: no lead goes to and fro."""
    missed = handoff.reassignments.filter(cause=Cause.MISSED, from_user__isnull=False)
    return frozenset(missed.values_list("from_user", flat=True)) | ({came_from.pk} if came_from else set())


def _backup(
    came_from: User | None, had_it: frozenset[int], considered: list[dict[str, Any]], *, now: datetime
) -> User | None:
    """The nearest backup who can receive, along the chain; who was considered is added to `considered`."""
    seen: set[int] = set()
    rep = _backup_of(came_from.pk) if came_from else None
    while rep is not None and rep.pk not in seen:
        seen.add(rep.pk)
        why_not = reps.HAD_IT if rep.user_id in had_it else reps.claim(rep.user, now=now)
        considered.append({"name": str(rep.user), "passed_over": why_not, "picked": not why_not})
        if not why_not:
            return rep.user
        rep = _backup_of(rep.user_id)
    return None


def _backup_of(user_id: int) -> Rep | None:
    rep = Rep.objects.filter(user=user_id).select_related("backup__user__team").first()
    return rep.backup if rep else None


def _manager(handoff: Handoff, choice: _Choice) -> _Choice:
    """Nobody in the rotation is left for an accepted lead: a manager owns it."""
    found = managers_of(handoff.team)
    if not found:
        return choice
    because = f"{choice.because}; {found[0]} looks after it"
    return replace(choice, user=found[0], team=handoff.team, because=because)


def _pass_on(handoff: Handoff, choice: _Choice, *, by: Actor, now: datetime) -> None:
    """The lead, its hand-off while it is open, and the clocks; the first decision stays explained as it was made."""
    team = choice.team or handoff.team
    Lead.objects.filter(pk=handoff.lead_id).update(owner=choice.user, team=team)
    handoff.lead.owner, handoff.lead.team = choice.user, team
    waits_for_an_answer = handoff.clocks.running().filter(kind=ClockKind.FIRST_RESPONSE).exists()
    clocks.reach(handoff, Moment.TAKEN_AWAY, now=now)
    pauses.resume_taken_over(handoff, by=by, now=now)
    if handoff.is_open:
        handoff.assignee, handoff.team, handoff.because = choice.user, team, choice.because[:200]
        handoff.received_at, handoff.snoozed_until = now if choice.user else None, None
        handoff.assigned_at = handoff.assigned_at or handoff.received_at
        handoff.save(
            update_fields=["assignee", "team", "because", "assigned_at", "received_at", "snoozed_until"]
        )
    clocks.hand_to(choice.user, handoff)
    if _may_wait(handoff) or waits_for_an_answer:
        clocks.reach(handoff, Moment.ASSIGNED if choice.user else Moment.LEFT_TO_NOBODY, now=now)


def _write_down(handoff: Handoff, moved: Reassignment, *, by: Actor) -> None:
    kind = timeline.Kind.HANDOFF
    timeline.record(handoff.lead, kind, str(moved), by=by, at=moved.at, handoff=handoff.pk)


def _announce(handoff: Handoff, moved: Reassignment, *, now: datetime) -> None:
    """Whoever has it now is told, or the managers at once; and whoever had it, unless they did it themselves."""
    name, path = f"{handoff.lead.tier or 'Lead'}: {handoff.lead.name}", handoff.lead.get_absolute_url()
    key = f"reroute:{moved.pk}"
    if moved.to_user:
        others = [moved.to_user] if moved.to_user != moved.actor else []
        tell(others, Message(key, f"{name} is yours", moved.because, path, Kind.ASSIGNED), now=now)
    else:
        waits = Message(key, f"{name} waits: nobody is free", moved.because, path, Kind.UNASSIGNED)
        tell(managers_of(handoff.team), waits, now=now)
    had_it = moved.from_user
    if had_it is not None and had_it.is_active and had_it != moved.actor:
        gone = f"{name} is with {moved.to_user or 'nobody'} now"
        tell([had_it], Message(f"{key}:from", gone, moved.because, path, Kind.PASSED_ON), now=now)
