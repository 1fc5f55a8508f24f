"""Takes sales' decision on a hand-off exactly once; with `handing_over` the one writer of hand-offs (LC-3 to LC-6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Prefetch
from django.db.models.expressions import RawSQL

from leads import lifecycle, merging, opportunities, prepared, timeline
from leads.domain.events import EventKind
from leads.domain.stages import Stage
from leads.lifecycle import Owned
from leads.models import Lead, Role, User
from leads.outbox import Hold, held, take_back
from leads.prepared import Given, Query
from leads.remembering import BESIDE, remembering_that
from routing import cadences, clocks, events, rejections, reps, second_looks, turns
from routing.clocks import Moment
from routing.handing_over import HandedOver, Package, Ready, hand_over, hand_over_each, hand_over_many
from routing.models import Clock, Handoff, Reassignment
from routing.rejections import ReasonNotUsable, Rejection

__all__ = [
    "UNDO_WITHIN",
    "AlreadyDecided",
    "HandedOver",
    "NotYours",
    "Package",
    "Ready",
    "ReasonNotUsable",
    "Rejection",
    "TooLateToUndo",
    "accept",
    "decide",
    "hand_over",
    "hand_over_each",
    "hand_over_many",
    "hold_of",
    "may_decide",
    "open_handoff_of",
    "record_acceptance",
    "reject",
    "require_right",
    "undo",
]

OUT = frozenset({Stage.RECYCLED, Stage.DISQUALIFIED})
LEADS_TO: dict[tuple[str, str], frozenset[Stage]] = {
    (Handoff.Kind.QUALIFIED, Handoff.Status.ACCEPTED): frozenset({Stage.SAL}),
    (Handoff.Kind.MEETING, Handoff.Status.ACCEPTED): frozenset({Stage.OPPORTUNITY}),
    (Handoff.Kind.QUALIFIED, Handoff.Status.REJECTED): OUT,
    (Handoff.Kind.MEETING, Handoff.Status.REJECTED): OUT,
}
"""Where a decision puts the lead: undone only while it still stands there."""
BY_NOBODY: dict[str, str] = {
    Handoff.Status.LAPSED: "Nobody decided in time, so this lead has gone back to nurture.",
    Handoff.Status.RECALLED: "This hand-off was taken back before anybody decided it.",
}
"""What became of a hand-off that nobody decided."""
UNDO_WITHIN = timedelta(seconds=10)
WAITING = Query(
    lambda: (
        Handoff.objects.open().filter(lead=Given("lead")).select_related("assignee", "team").order_by("pk")
    )
)
LOCKED = Query(
    lambda: (
        Lead.objects.locked()
        .filter(pk=Given("lead"))
        .select_related("account", "team")
        .annotate(edition=RawSQL(BESIDE, ()))  # noqa: S611 - a constant
    )
)
FRESH = Query(
    lambda: Handoff.objects.filter(pk=Given("handoff")).select_related(
        "assignee", "team", "decided_by", "reason"
    )
)
DECIDE = """
    UPDATE routing_handoff SET status = %(status)s, decided_at = %(at)s, decided_by_id = %(by)s,
        reason_id = %(reason)s, note = %(note)s
    WHERE id = %(handoff)s AND status = 'OPEN' AND assignee_id IS NOT DISTINCT FROM %(assignee)s::bigint
    RETURNING team_id, received_at, assigned_at, first_contact_at
"""


AS_READ = ("team_id", "received_at", "assigned_at", "first_contact_at")
"""What a decision goes by beside the assignee; where somebody else wrote one since, the row is read again."""


class Locked(Enum):
    """What of a hand-off the caller has locked, and read since."""

    NOTHING = auto()
    LEAD = auto()
    BOTH = auto()  # lead and hand-off


class AlreadyDecided(Exception):
    """Somebody else was first, or time ran out; `handoff` tells who and what."""

    def __init__(self, handoff: Handoff) -> None:
        self.handoff = handoff
        verb = "accepted" if handoff.status == Handoff.Status.ACCEPTED else "rejected"
        decided = f"{handoff.decided_by or 'Somebody'} has already {verb} this lead."
        super().__init__(BY_NOBODY.get(handoff.status, decided))


class TooLateToUndo(Exception):
    """Ten seconds have passed, or the decision was somebody else's."""


class NotYours(Exception):
    """The hand-off is somebody else's to decide; the message says whose."""


def open_handoff_of(lead: Lead) -> Handoff | None:
    """The hand-off of `lead` that waits for a decision."""
    return WAITING.first(lead=lead.pk)


def open_handoffs_of(leads: Sequence[Lead]) -> dict[int, HandedOver]:
    """By lead: the hand-offs of very many that wait for a decision, with the clocks that run."""
    waiting = Handoff.objects.open().filter(lead__in=leads).select_related("assignee", "team")
    running = Prefetch("clocks", Clock.objects.running())
    return {
        each.lead_id: HandedOver(each, {clock.kind: clock.due_at for clock in each.clocks.all()})
        for each in waiting.prefetch_related(running)
    }


def may_decide(handoff: Handoff, user: User) -> bool:
    """A rep decides their own and their team's unassigned hand-offs; managers and ops decide any they see."""
    if user.role in (Role.MANAGER, Role.OPS):
        return True
    return user.works_leads and handoff.assignee_id in (None, user.pk)


def accept(handoff: Handoff, *, by: User, now: datetime) -> Handoff:
    """Sales takes the lead: it becomes a SAL of whoever accepts, within a rep’s caps where nobody had it (RT-6).

    What it tells others waits as long as it can be undone. Raises NotYours, CannotTake, and AlreadyDecided, naming who
    was first.
    """
    require_right(handoff, by)
    with _deciding(handoff, now=now) as locked, timeline.together():
        is_holder = handoff.assignee_id == by.pk and by.team_id in (None, handoff.team_id)
        record_acceptance(handoff, by=by, now=now, locked=locked, may_be_full=not by.works_leads)
        due = clocks.reach(handoff, *_moments_of_acceptance(handoff), now=now)
        if not is_holder:
            clocks.hand_to(by, handoff)
        cadences.begin(handoff, due, by=by, now=now)
    return handoff


def record_acceptance(
    handoff: Handoff,
    *,
    by: User,
    now: datetime,
    locked: Locked = Locked.NOTHING,
    may_be_full: bool = True,
) -> Handoff:
    """Write down that `by` took the lead, whoever it was with: a decision made outside of Baton starts no clock.

    Raises AlreadyDecided, naming who was first, and CannotTake where nobody had it unless they `may_be_full`.
    """
    with transaction.atomic(savepoint=locked is Locked.NOTHING):
        decide(handoff, Handoff.Status.ACCEPTED, by=by, now=now, locked=locked)
        if handoff.assignee_id is None:
            if not may_be_full:
                reps.require_free(by, now=now)
            handoff.assignee, handoff.received_at = by, now
            handoff.assigned_at = handoff.assigned_at or now
            handoff.save(update_fields=["assignee", "assigned_at", "received_at"])
        owned = Owned(by, by.team_id or handoff.team_id)
        lifecycle.accept(handoff.lead, owned, by=by, now=now)
        events.decided(handoff, EventKind.ACCEPTED, now=now)
    return handoff


def reject(handoff: Handoff, rejection: Rejection, *, by: User, now: datetime) -> Handoff:
    """Sales says no, with a reason that says what becomes of the lead.

    A good fit that a rep calls a bad one gets a second look first (LC-17).
    Raises NotYours, ReasonNotUsable, and AlreadyDecided, naming who was first.
    """
    require_right(handoff, by)
    rejections.require_usable(rejection, handoff.lead)
    with _deciding(handoff, now=now):
        _look_again(handoff, by)
        decide(
            handoff,
            Handoff.Status.REJECTED,
            by=by,
            now=now,
            reason=rejection.reason,
            locked=Locked.LEAD,
            note=rejection.note.strip(),
        )
        events.decided(handoff, EventKind.REJECTED, now=now)
        clocks.stop_all(handoff, now=now)
        if rejection.reason.gives_turn_back:
            turns.give_back(handoff, now=now)
        if second_looks.is_due(handoff, rejection.reason, by=by):
            second_looks.ask_for(handoff, rejection.reason, by=by, now=now)
        else:
            rejections.carry_out(handoff.lead, rejection, by=by, now=now)
            Lead.objects.filter(pk=handoff.lead_id).update(owner=None)
    return handoff


def undo(handoff: Handoff, *, by: User, now: datetime) -> Handoff:
    """Take back one's own decision within ten seconds: the same clocks run on, and the history keeps both.

    What it was about to tell others is withdrawn; who was told already is told that it was taken back (QU-13).
    Raises TooLateToUndo, also where the lead has moved on since.
    """
    with transaction.atomic():
        lead = Lead.objects.locked().get(pk=handoff.lead_id)
        handoff.refresh_from_db()
        decided_at = handoff.decided_at
        stayed = second_looks.recall(handoff, now=now)
        stands = stayed or lead.stage in LEADS_TO.get((handoff.kind, handoff.status), ())
        if decided_at is None or not stands or not _reopen(handoff, by=by, now=now, has_moved=not stayed):
            raise TooLateToUndo("That decision can no longer be undone.")
        clocks.take_back(handoff, moments=_moments_of_acceptance(handoff), at=decided_at)
        turns.take_again(handoff, given_back_at=decided_at)
        take_back(hold_of(handoff, decided_at).undo_key, now=now)
        if handoff.received_at == decided_at:  # whoever accepted took it from the unassigned queue
            first = None if handoff.assigned_at == decided_at else handoff.assigned_at
            Handoff.objects.filter(pk=handoff.pk).update(assignee=None, received_at=None, assigned_at=first)
        cadences.stop(lead, cadences.Cause.UNDONE, by=by, now=now)
        if not stayed:
            _bring_back(lead, decided_at, by=by, now=now)
        handoff.refresh_from_db()
        clocks.hand_to(handoff.assignee, handoff)
        Lead.objects.filter(pk=lead.pk).update(owner=handoff.assignee_id, team=handoff.team_id)
        timeline.record(lead, timeline.Kind.HANDOFF, f"Undone by {by}", by=by, at=now, handoff=handoff.pk)
    return handoff


def decide(
    handoff: Handoff,
    status: Handoff.Status,
    *,
    by: User,
    now: datetime,
    locked: Locked = Locked.NOTHING,
    **fields: object,
) -> None:
    """Compare and set: the row changes only while it is open and with whom it was, so that exactly one wins (QU-3).

    Raises AlreadyDecided, naming who was first, and NotYours where it was passed on meanwhile to somebody else. The
    lead stays locked until the transaction ends.
    """
    lead = _locked(handoff) if locked is Locked.NOTHING else handoff.lead
    changes = {"status": status, "decided_at": now, "decided_by": by, **fields}
    if locked is Locked.BOTH:
        prepared.run_later(DECIDE, _told(handoff, changes), refusal=AlreadyDecided(handoff))
        _take_on(handoff, changes)
    else:
        _decide_as_it_stands(handoff, lead, changes, by=by, is_held=locked is Locked.LEAD)
    verb = "Accepted" if status == Handoff.Status.ACCEPTED else f"Rejected as {str(handoff.reason).lower()}"
    timeline.record(
        handoff.lead,
        timeline.Kind.HANDOFF,
        f"{verb} by {by}",
        by=by,
        at=now,
        handoff=handoff.pk,
        note=handoff.note,
    )


def _decide_as_it_stands(
    handoff: Handoff, lead: Lead, changes: Mapping[str, Any], *, by: User, is_held: bool
) -> None:
    """With the lead locked, whatever became of the hand-off since it was read."""
    was = prepared.row(DECIDE, _told(handoff, changes))
    if was is not None and is_held and was == (*(getattr(handoff, name) for name in AS_READ),):
        _take_on(handoff, changes)
    else:
        _read_again(handoff, lead)
    if was is None:
        require_right(handoff, by)
        prepared.row(DECIDE, _told(handoff, changes))  # passed on, and still theirs: nobody moves it now
        _read_again(handoff, lead)


def _take_on(handoff: Handoff, changes: Mapping[str, Any]) -> None:
    for name, value in changes.items():
        setattr(handoff, name, value)


def _told(handoff: Handoff, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What `DECIDE` asks for, by name; it answers where it won, with what else the row says, as in `AS_READ`."""
    reason = changes.get("reason", handoff.reason)
    return {
        "status": changes["status"],
        "at": changes["decided_at"],
        "by": changes["decided_by"].pk,
        "reason": reason.pk if reason else None,
        "note": changes.get("note", handoff.note),
        "handoff": handoff.pk,
        "assignee": handoff.assignee_id,
    }


def hold_of(handoff: Handoff, decided_at: datetime) -> Hold:
    """What the decision tells others leaves when it can no longer be undone."""
    return Hold(f"handoff:{handoff.pk}:{decided_at.isoformat()}", decided_at + UNDO_WITHIN)


def _moments_of_acceptance(handoff: Handoff) -> tuple[Moment, ...]:
    """Taken from the unassigned queue, the lead is assigned by being accepted."""
    taken = handoff.received_at == handoff.decided_at
    return (Moment.ASSIGNED, Moment.ACCEPTED) if taken else (Moment.ACCEPTED,)


def _bring_back(lead: Lead, decided_at: datetime, *, by: User, now: datetime) -> None:
    """The lead stands where it stood, its own again where it was merged, and without the deal that was begun."""
    merged = merging.live_merge_of(lead)
    if merged is not None and merged.at == decided_at:
        merging.undo(merged, by=by, now=now)
    opportunities.withdraw(lead, opened_at=decided_at)
    lifecycle.take_back(lead, by=by, now=now)


def _reopen(handoff: Handoff, *, by: User, now: datetime, has_moved: bool) -> bool:
    """Open the hand-off again if `by` decided it just now and the lead still stands where that put it."""
    decided = Handoff.objects.exclude(status=Handoff.Status.OPEN).filter(
        pk=handoff.pk, decided_by=by, decided_at__gte=now - UNDO_WITHIN
    )
    passed_on = Reassignment.objects.filter(handoff=OuterRef("pk"), at__gte=OuterRef("decided_at"))
    decided = decided.filter(~Exists(passed_on)).exclude(assignee__is_active=False)
    if has_moved:
        decided = decided.filter(lead__visits__left_at=None, lead__visits__entered_at=F("decided_at"))
    return bool(
        decided.update(
            status=Handoff.Status.OPEN, decided_at=None, decided_by=None, reason=None, note="", first_step=""
        )
    )


def require_right(handoff: Handoff, user: User) -> None:
    """Raise AlreadyDecided, naming who was first, or NotYours, naming whose it is, for who cannot decide it."""
    if not handoff.is_open:
        raise AlreadyDecided(handoff)
    if not may_decide(handoff, user):
        raise NotYours(f"This lead is with {handoff.assignee or 'another team'}, who decides it.")


@contextmanager
def _deciding(handoff: Handoff, *, now: datetime) -> Iterator[Locked]:
    """One transaction, in which nobody else changes the lead, and what is told waits for as long as it can be undone.

    Says what is locked: where the hand-off was read with its lead in the caller's transaction, that as well.

    The operating model is as it stood when the lead was locked: now, or with the hand-off in the caller's transaction.
    """
    edition = vars(handoff).pop("edition", None)
    with transaction.atomic(savepoint=edition is None), held(hold_of(handoff, now)):
        locked = Locked.LEAD if edition is None else Locked.BOTH
        if edition is None:
            handoff.lead = _locked(handoff)
            edition = vars(handoff.lead)["edition"]
        with remembering_that(edition):
            yield locked


def _look_again(handoff: Handoff, user: User) -> None:
    """With the lead locked: whoever passed it on meanwhile was first, and its new holder has been told so."""
    _read_again(handoff, handoff.lead)
    require_right(handoff, user)


def _locked(handoff: Handoff) -> Lead:
    """Its lead, which nobody else changes until the transaction ends."""
    lead = LOCKED.first(lead=handoff.lead_id)
    if lead is None:
        raise Lead.DoesNotExist
    return lead


def _read_again(handoff: Handoff, lead: Lead) -> None:
    """The hand-off as it stands, with the people whom it names."""
    fresh = FRESH.first(handoff=handoff.pk)
    if fresh is None:
        raise Handoff.DoesNotExist
    fresh.lead = lead
    handoff.__dict__.update(fresh.__dict__)
