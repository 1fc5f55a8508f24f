"""What a rejection asks for and what it does with the lead: recycled, out for good, or merged (LC-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from leads import lifecycle, merging
from leads.actors import Actor
from leads.models import Lead, User
from routing.models import RejectionReason

Outcome = RejectionReason.Outcome


class ReasonNotUsable(Exception):
    """The reason is retired, or lacks what it asks for; the message says which."""


@dataclass(frozen=True)
class Rejection:
    """Why sales says no: a reason, a note, and for a duplicate the lead that it repeats."""

    reason: RejectionReason
    note: str = ""
    duplicate_of: Lead | None = None


def consequence(
    reason: RejectionReason, *, now: datetime, survivor: Lead | None = None, looks_again: User | None = None
) -> str:
    """What a rejection with `reason` does to the lead, said before it happens (QU-12).

    `survivor` is the lead that it would be merged into; `looks_again` is who would be asked for a second look first.
    """
    if looks_again is not None:
        return f"{looks_again} takes a second look first, for it fits well"
    if reason.outcome == Outcome.DISQUALIFY:
        return "disqualified, never comes back"
    if reason.outcome == Outcome.MERGE:
        remains = f"{survivor.name}, {survivor.email}" if survivor else "the lead that you name"
        return f"merged into {remains}"
    until = timezone.localtime(now + _hold_of(reason))
    return f"recycled until {until:%-d %B}; a demo request wakes it"


def require_usable(rejection: Rejection, lead: Lead) -> None:
    """Raise ReasonNotUsable, with what to change, for a rejection of `lead` that cannot be carried out."""
    reason = rejection.reason
    if not reason.is_active:
        raise ReasonNotUsable(f"“{reason}” is no longer in use. Choose another reason.")
    if reason.note_required and not rejection.note.strip():
        raise ReasonNotUsable(f"“{reason}” needs a note. Add a sentence.")
    if reason.outcome == Outcome.MERGE and rejection.duplicate_of in (None, lead):
        raise ReasonNotUsable(f"“{reason}” needs the e-mail of the lead that this one repeats.")


def carry_out(lead: Lead, rejection: Rejection, *, by: Actor, now: datetime) -> None:
    """Do with the lead what the reason says; raises ReasonNotUsable where the two cannot be merged."""
    reason = rejection.reason
    cause = f"rejected as {reason.label.lower()}"
    if reason.outcome == Outcome.RECYCLE:
        lifecycle.recycle(lead, by=by, now=now, cause=cause, reason=reason.code, hold=_hold_of(reason))
    elif rejection.duplicate_of is not None:
        _merge(lead, rejection.duplicate_of, by=by, now=now)
    else:
        lifecycle.disqualify(lead, by=by, now=now, cause=cause, reason=reason.code)


def _merge(lead: Lead, survivor: Lead, *, by: Actor, now: datetime) -> None:
    try:
        merging.merge(lead, into=survivor, by=by, now=now)
    except merging.CannotMerge as refused:
        raise ReasonNotUsable(str(refused)) from refused


def _hold_of(reason: RejectionReason) -> timedelta:
    return timedelta(days=reason.hold_days) if reason.hold_days else lifecycle.DEFAULT_HOLD
