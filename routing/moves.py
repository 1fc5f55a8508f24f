"""Passes on what a manager chose, one lead or many, to somebody or back to nurture (QU-9, RT-9).

Each lead goes in its own transaction, as it was shown: one that somebody decided or passed on meanwhile is named and
left alone, and the others go on. Nobody is given more than their caps without a reason, also where two give at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from leads.domain.stages import SALES_STAGES, Stage
from leads.models import Lead, Role, Team, User
from leads.outbox import held
from routing import handoffs, reps, rerouting, taking_back
from routing.domain import rotation
from routing.handoffs import AlreadyDecided, NotYours, TooLateToUndo
from routing.models import Absence, Handoff, Reassignment, Rep
from routing.models.handoff import HandoffQuerySet
from routing.rejections import ReasonNotUsable, Rejection
from routing.rerouting import CannotReceive


@dataclass(frozen=True)
class Chosen:
    """A hand-off as it was shown: whose it was then, None for nobody's, and whether it waited for a decision."""

    handoff_id: int
    holder_id: int | None
    was_open: bool = True


@dataclass(frozen=True)
class LeftAlone:
    """A lead that was chosen and stays as it is, and why."""

    name: str
    why: str


@dataclass
class Outcome:
    """What became of what was chosen."""

    moved: list[Reassignment] = field(default_factory=list)
    recycled: list[Handoff] = field(default_factory=list)
    left: list[LeftAlone] = field(default_factory=list)


NOT_YOURS = LeftAlone("", "One of them is not a lead of your teams.")
IN_HAND = (Handoff.Status.OPEN, Handoff.Status.ACCEPTED)


class MovedMeanwhile(Exception):
    """It is no longer what it was shown to be; the message says what it is."""


class NeedsReason(Exception):
    """The receiver is out or would pass a cap, which takes a reason; the message says which."""


def receivers(by: User) -> list[Rep]:
    """The reps to whom `by` may give leads, by name: all of the teams that they lead, or of the company for ops."""
    active = Rep.objects.filter(is_active=True, user__is_active=True, user__role__in=(Role.SDR, Role.AE))
    if by.role != Role.OPS:
        active = active.filter(user__team__in=Team.objects.led_by(by))
    return list(active.select_related("user__team").order_by("user__name", "pk"))


def as_shown(chosen: Sequence[Chosen], *, by: User) -> tuple[list[Handoff], list[LeftAlone]]:
    """Those that are still what they were shown to be, in the order chosen, and why each other one is left alone."""
    rows = _seen(by).filter(pk__in=[one.handoff_id for one in chosen])
    found = {row.pk: row for row in rows}
    still: list[Handoff] = []
    left: list[LeftAlone] = []
    for one in chosen:
        handoff = found.get(one.handoff_id)
        if handoff is None:
            left.append(NOT_YOURS)
        elif changed := _why_changed(handoff, one):
            left.append(LeftAlone(handoff.lead.name, changed))
        else:
            still.append(handoff)
    return still, left


def move(chosen: Iterable[Chosen], *, to: User, by: User, now: datetime, why: str = "") -> Outcome:
    """Give each to `to`; whoever is out, or would pass a cap, gets it only where `why` says why."""
    outcome = Outcome()

    def give(handoff: Handoff) -> None:
        _require_fit(handoff, to, why, now=now)
        with held(taking_back.hold_of(handoff, now)):
            outcome.moved.append(rerouting.reroute(handoff, by=by, now=now, to=to, why=why))

    return _each(chosen, give, outcome, by=by)


def take_back(moved: Iterable[Reassignment], *, by: User, now: datetime) -> tuple[int, list[LeftAlone]]:
    """Undo moves of the last ten seconds: how many leads are back, and why each other one stays where it is."""
    back, left = 0, []
    for one in moved:
        try:
            taking_back.take_back(one, by=by, now=now)
            back += 1
        except TooLateToUndo as late:
            left.append(LeftAlone(one.handoff.lead.name, str(late)))
    return back, left


def recycle(chosen: Iterable[Chosen], rejection: Rejection, *, by: User, now: datetime) -> Outcome:
    """Reject each with a reason that recycles it; raises ReasonNotUsable, before anything is done, for another one."""
    if rejection.reason.outcome != rejection.reason.Outcome.RECYCLE:
        raise ReasonNotUsable(f"“{rejection.reason}” is decided lead by lead. Choose another reason.")
    if rejection.reason.note_required and not rejection.note.strip():
        raise ReasonNotUsable(f"“{rejection.reason}” needs a note. Add a sentence.")
    outcome = Outcome()

    def reject(handoff: Handoff) -> None:
        outcome.recycled.append(handoffs.reject(handoff, rejection, by=by, now=now))

    return _each(chosen, reject, outcome, by=by)


def _each(chosen: Iterable[Chosen], do: Callable[[Handoff], None], outcome: Outcome, *, by: User) -> Outcome:
    """Each in its own transaction, its lead locked first, as every decision does."""
    for one in chosen:
        handoff = _seen(by).filter(pk=one.handoff_id).first()
        if handoff is None:
            outcome.left.append(NOT_YOURS)
            continue
        try:
            with transaction.atomic():
                do(_locked_as_shown(handoff, one))
        except (AlreadyDecided, CannotReceive, MovedMeanwhile, NeedsReason, NotYours, ReasonNotUsable) as no:
            outcome.left.append(LeftAlone(handoff.lead.name, str(no)))
    return outcome


def _seen(by: User) -> HandoffQuerySet:
    """The hand-offs of leads that `by` may see, with all that is told of them."""
    seen = Handoff.objects.filter(lead__in=Lead.objects.visible_to(by))
    return seen.select_related("lead__owner", "lead__account", "assignee", "decided_by")


def _locked_as_shown(handoff: Handoff, one: Chosen) -> Handoff:
    lead = Lead.objects.locked().select_related("owner").get(pk=handoff.lead_id)
    handoff.refresh_from_db()
    handoff.lead = lead
    if changed := _why_changed(handoff, one):
        raise MovedMeanwhile(changed)
    return handoff


def _why_changed(handoff: Handoff, one: Chosen) -> str:
    """What became of it since it was shown, in words; empty where nothing did."""
    if handoff.lead.erased_at is not None:
        return "This person was erased."
    if handoff.status not in IN_HAND or (one.was_open and not handoff.is_open):
        return str(AlreadyDecided(handoff))
    if not handoff.is_open and Stage(handoff.lead.stage) not in SALES_STAGES:
        return "It is no longer with sales."
    if holder_id_of(handoff) == one.holder_id:
        return ""
    latest = handoff.reassignments.select_related("actor").order_by("-id").first()
    holder = holder_of(handoff)
    whose = f"{holder} has it by now" if holder else "It waits unassigned by now"
    return f"{whose}, from {latest.actor}." if latest and latest.actor else f"{whose}."


def is_in_hand(handoff: Handoff, lead: Lead) -> bool:
    """Whether it can be passed on: it waits for a decision, or was accepted and is still with sales."""
    worked = handoff.status == Handoff.Status.ACCEPTED and Stage(lead.stage) in SALES_STAGES
    return lead.erased_at is None and (handoff.is_open or worked)


def why_cannot_have(to: User, handoff: Handoff) -> str:
    """Why `to` cannot be given the hand-off at all, in words; empty where they can."""
    if holder_id_of(handoff) == to.pk:
        return f"{to} has it already."
    if handoff.is_open and handoff.kind == Handoff.Kind.MEETING and to.role != Role.AE:
        return f"It is a meeting, and {to} is no account executive."
    return ""


def _require_fit(handoff: Handoff, to: User, why: str, *, now: datetime) -> None:
    """Counted under the lock that every decision takes, so that two who give at once pass no cap together (RT-6)."""
    if refusal := why_cannot_have(to, handoff):
        raise CannotReceive(refusal)
    rep = Rep.objects.filter(user=to, is_active=True).select_related("user").first()
    if rep is None or not rep.user.is_active:
        raise CannotReceive(f"{to} does not receive leads.")
    reps.hold([rep])
    if why:
        return
    if Absence.objects.filter(rep=rep, starts_at__lte=now, ends_at__gt=now).exists():
        raise NeedsReason(f"{to} is out.")
    if passed := passed_caps(rep, more=int(handoff.is_open), now=now):
        raise NeedsReason(f"{to} is full by now: {passed[0]}.")


def passed_caps(rep: Rep, *, more: int, now: datetime) -> list[str]:
    """The caps that the rep would pass with so many more hand-offs, in words; none where none comes."""
    return rotation.passed_caps(reps.loads([rep], now=now)[rep.pk], more=more) if more else []


def holder_of(handoff: Handoff) -> User | None:
    """Who answers for it: the assignee until it is accepted, and then the lead's owner."""
    return handoff.assignee if handoff.is_open else handoff.lead.owner


def holder_id_of(handoff: Handoff) -> int | None:
    """The id of `holder_of`, without a read."""
    return handoff.assignee_id if handoff.is_open else handoff.lead.owner_id
