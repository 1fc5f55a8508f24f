"""What becomes of two leads that may be one person: hints on a lead, one merged into the other, kept apart for good.

Each pair is decided once; the one decision wins by compare-and-set, is audited, and can be changed later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db import transaction

from leads import audit, merging
from leads.models import DuplicateProposal, Lead, Merge, User

MOST_SHOWN = 3
Decision = DuplicateProposal.Decision


class AlreadyDecided(Exception):
    """Somebody else was first; the message names them and says what they found."""


@dataclass(frozen=True)
class Hint:
    """A lead that may be the same person, and the proposal that says why."""

    lead: Lead
    proposal: DuplicateProposal


def of(lead: Lead, *, viewer: User) -> list[Hint]:
    """The likeliest to be the same person as `lead`, among those that the viewer may know of."""
    pairs = DuplicateProposal.objects.open().of(lead).visible_to(viewer).select_related("one", "other")
    return [
        Hint(pair.other if pair.one_id == lead.pk else pair.one, pair)
        for pair in pairs.order_by("-probability", "pk")[:MOST_SHOWN]
    ]


class CarryOut(Protocol):
    """Merges one lead into another, with all that is open of it."""

    def __call__(self, duplicate: Lead, *, into: Lead, by: User, now: datetime) -> Merge: ...


@transaction.atomic
def merge(
    proposal: DuplicateProposal, *, keep: Lead, by: User, now: datetime, carry_out: CarryOut = merging.merge
) -> Merge:
    """The two are one person, and `keep` answers for both. Raises AlreadyDecided and CannotMerge."""
    _decide(proposal, Decision.MERGED, by=by, now=now)
    other = proposal.other if proposal.one_id == keep.pk else proposal.one
    merged = carry_out(other, into=keep, by=by, now=now)
    DuplicateProposal.objects.filter(pk=proposal.pk).update(merge=merged)
    proposal.merge = merged
    return merged


@transaction.atomic
def keep_apart(proposal: DuplicateProposal, *, by: User, now: datetime) -> None:
    """The two are two people, and nobody is asked again. Raises AlreadyDecided."""
    _decide(proposal, Decision.APART, by=by, now=now)
    _write_down("kept_apart", f"{by} kept {_both(proposal)} apart", proposal=proposal, by=by, now=now)


@transaction.atomic
def ask_again(proposal: DuplicateProposal, *, by: User, now: datetime) -> None:
    """Take back that the two are two people: the pair is open again. Nothing happens where it is open already."""
    kept_apart = DuplicateProposal.objects.filter(pk=proposal.pk, decision=Decision.APART)
    if kept_apart.update(decision="", decided_at=None, decided_by=None):
        told = f"{by} wants {_both(proposal)} looked at again"
        _write_down("asked_again", told, proposal=proposal, by=by, now=now)


@transaction.atomic
def take_apart(proposal: DuplicateProposal, *, by: User, now: datetime, reason: str) -> None:
    """Undo the merge: each has its own touches back, and they count as two people from now on.

    Raises CannotMerge where somebody was first, and CannotBeReinstated without a reason.
    """
    merged = proposal.merge
    if merged is None:
        raise merging.CannotMerge("The two are not merged.")
    merging.unmerge(merged, by=by, now=now, reason=reason)
    found = {"decision": Decision.APART, "decided_at": now, "decided_by": by, "merge": None}
    DuplicateProposal.objects.filter(pk=proposal.pk).update(**found)
    told = f"{by} took {_both(proposal)} apart: {reason.strip()}"
    _write_down("taken_apart", told, proposal=proposal, by=by, now=now)


@transaction.atomic
def bring_back(lead: Lead, *, by: User, now: datetime, reason: str) -> None:
    """Take a lead apart from the one that it was merged into, whoever merged them, and back to marketing.

    Raises CannotMerge where it repeats nobody any more, and CannotBeReinstated without a reason.
    """
    merged = merging.live_merge_of(lead)
    if merged is None:
        raise merging.CannotMerge("The two are not merged.")
    proposal = DuplicateProposal.objects.filter(merge=merged).first()
    if proposal is not None:
        take_apart(proposal, by=by, now=now, reason=reason)
    else:
        merging.unmerge(merged, by=by, now=now, reason=reason)


def _decide(proposal: DuplicateProposal, decision: Decision, *, by: User, now: datetime) -> None:
    undecided = DuplicateProposal.objects.filter(pk=proposal.pk, decision="")
    if undecided.update(decision=decision, decided_at=now, decided_by=by):
        return
    proposal.refresh_from_db(fields=["decision", "decided_at", "decided_by"])
    found = proposal.get_decision_display()
    raise AlreadyDecided(f"{proposal.decided_by} has already said that these are {found}.")


def _both(proposal: DuplicateProposal) -> str:
    return f"{proposal.one.name} and {proposal.other.name}"


def _write_down(verb: str, told: str, *, proposal: DuplicateProposal, by: User, now: datetime) -> None:
    leads = {"one": proposal.one_id, "other": proposal.other_id}
    subject = f"duplicate:{proposal.pk}"
    audit.record(f"duplicate.{verb}", subject=subject, text=told, by=by, at=now, after=leads)
