"""Routes new MQLs to reps and starts their clocks, one lead or very many at once (LC-3, RT-4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime

from leads import timeline
from leads.actors import Job
from leads.domain.notices import Kind
from leads.models import Lead, User
from leads.outbox import Message, history, tell
from leads.remembering import remembering
from routing import assignment, clocks, events, promises
from routing.assignment import Question
from routing.clocks import Moment
from routing.managers import managers_of
from routing.models import Handoff

ROUTING = Job("routing")


@dataclass(frozen=True)
class Package:
    """What marketing hands over with the lead: the scores, tier and source as they were (LC-3)."""

    fit: float
    engagement: float
    urgency: float
    tier: str
    priority: str
    source: str
    trigger: str
    scorecard_version: int
    captured_at: datetime


@dataclass(frozen=True)
class HandedOver:
    """The hand-off that is open, and when its clocks are due."""

    handoff: Handoff
    due: dict[str, datetime]


def hand_over(lead: Lead, package: Package, *, now: datetime) -> HandedOver:
    """Route an MQL to a rep and start the clocks; the caller's transaction makes all of it one.

    A pool is locked from its turn to the end of that transaction, so what can be read before is read before.
    """
    with remembering():
        promises.in_force()
        decision = assignment.decide(lead, _question(package), now=now)
        handoff = Handoff.objects.create(
            lead=lead,
            kind=Handoff.Kind.QUALIFIED,
            rule_set=decision.rule_set,
            assignee=decision.assignee,
            team=decision.team,
            rule_name=decision.rule_name,
            pool=decision.pool,
            because=decision.because,
            explanation=decision.explanation,
            qualified_at=now,
            assigned_at=now if decision.assignee else None,
            received_at=now if decision.assignee else None,
            **vars(package),
        )
        _give(lead, handoff)
        reached = (Moment.QUALIFIED, Moment.ASSIGNED) if handoff.assignee else (Moment.QUALIFIED,)
        due = clocks.reach(handoff, *reached, now=now)
        _announce(handoff, told=decision.told, now=now)
        events.assigned(handoff, to=handoff.assignee, now=now)
    return HandedOver(handoff, due)


@dataclass(frozen=True)
class Ready:
    """A lead that is to be handed over at its own moment; nobody is told of what `is_history`."""

    lead: Lead
    package: Package
    now: datetime
    is_history: bool = False


def hand_over_many(packages: Iterable[tuple[Lead, Package]], *, now: datetime) -> list[HandedOver]:
    """Route these MQLs in the order given, all at one moment; otherwise as `hand_over_each`."""
    return hand_over_each([Ready(lead, package, now) for lead, package in packages])


def hand_over_each(ready: Sequence[Ready]) -> list[HandedOver]:
    """Route each of these MQLs in the order given, as `hand_over` would one after the other; the caller's transaction.

    Their leads are stored as MQLs, locked by the caller, and read with their accounts.
    """
    with remembering():
        handed_over = []
        for one in ready:
            with history() if one.is_history else nullcontext():
                handed_over.append(hand_over(one.lead, one.package, now=one.now))
    return handed_over


def _question(package: Package) -> Question:
    return Question(package.tier, package.priority, package.source, package.trigger)


def _give(lead: Lead, handoff: Handoff) -> None:
    lead.owner, lead.team = handoff.assignee, handoff.team
    Lead.objects.filter(pk=lead.pk).update(owner=lead.owner, team=lead.team)
    to = str(handoff.assignee) if handoff.assignee else "the unassigned queue"
    timeline.record(
        lead,
        timeline.Kind.HANDOFF,
        f"Handed to {to}: {handoff.because}",
        by=ROUTING,
        at=handoff.qualified_at,
        handoff=handoff.pk,
    )


def _announce(handoff: Handoff, *, told: Sequence[User], now: datetime) -> None:
    """Tell the rep, or the managers at once where nobody is free; and a customer's CSM (RT-2)."""
    name = f"{handoff.tier or 'Lead'}: {handoff.lead.name}"
    if handoff.assignee:
        people, title, kind = [handoff.assignee], f"{name} is yours", Kind.ASSIGNED
    else:
        people, title, kind = managers_of(handoff.team), f"{name} waits: nobody is free", Kind.UNASSIGNED
    message = Message(
        key=f"handoff:{handoff.pk}",
        title=title,
        text=handoff.because,
        path=handoff.lead.get_absolute_url(),
        kind=kind,
    )
    tell(people, message, now=now)
    if told:
        aware = Message(
            key=f"handoff:{handoff.pk}:csm",
            title=f"{handoff.lead.name} of your customer {handoff.lead.account} came in",
            text=f"With {handoff.assignee or 'the unassigned queue'} by {handoff.because}.",
            path=handoff.lead.get_absolute_url(),
            kind=Kind.CUSTOMER,
        )
        tell(told, aware, now=now)
