"""Merges a lead into the one that it repeats, and takes a merge apart again; no touch, hand-off or visit is lost.

What the person did comes over to the survivor, which answers for both from now on; the duplicate keeps its hand-offs
and visits, and later signals of its address go to the survivor. A "no" of either is a "no" of both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from leads import audit, lifecycle, person_origins, timeline
from leads.actors import Actor, columns, name_of
from leads.domain import whose_word
from leads.domain.stages import Stage
from leads.models import Lead, Merge, Opportunity, Signal, User, Visitor

CAME_OVER = (*person_origins.FACTS, "account_id")


class CannotMerge(Exception):
    """What keeps the two apart; the message says what."""


def merge(duplicate: Lead, *, into: Lead, by: Actor, now: datetime) -> Merge:
    """Let `into` answer for `duplicate` too, which leaves for good.

    Raises CannotMerge for a lead and itself, for two that would repeat each other, and for one with an open deal.
    """
    with transaction.atomic():
        duplicate, survivor = _locked(duplicate, survivor_of(into))
        _require_mergeable(duplicate, survivor)
        merged = Merge.objects.create(
            duplicate=duplicate,
            survivor=survivor,
            at=now,
            touches=list(Signal.objects.filter(lead=duplicate).order_by("id").values_list("id", flat=True)),
            visitors=list(duplicate.visitors.order_by("id").values_list("id", flat=True)),
            filled=_fill_blanks(survivor, duplicate),
            **columns(by),
        )
        _hand_over(merged, came_from=duplicate, to=survivor)
        Lead.objects.filter(pk=duplicate.pk).update(merged_into=survivor, owner=None)
        if duplicate.stage != Stage.DISQUALIFIED:
            cause = f"repeats {survivor.name}"
            lifecycle.disqualify(duplicate, by=by, now=now, cause=cause, reason="duplicate")
        _tell(merged, by=by, now=now)
    return merged


def undo(merged: Merge, *, by: Actor, now: datetime) -> None:
    """Give the duplicate back what it brought; where it stands is the caller's to decide.

    A "no" that came over stays. Raises CannotMerge when the merge was undone before.
    """
    with transaction.atomic():
        duplicate, survivor = _locked(merged.duplicate, merged.survivor)
        live = Merge.objects.filter(pk=merged.pk, undone_at__isnull=True)
        if not live.update(undone_at=now, followed_at=None):
            raise CannotMerge("The two have been taken apart already.")
        _hand_over(merged, came_from=survivor, to=duplicate)
        _take_back(merged, survivor)
        Lead.objects.filter(pk=duplicate.pk).update(merged_into=None)
        told = f"{duplicate.name} and {survivor.name} are two people again"
        for lead in (duplicate, survivor):
            timeline.record(lead, timeline.Kind.NOTE, told, by=by, at=now)


def unmerge(merged: Merge, *, by: User, now: datetime, reason: str) -> None:
    """Take a merge apart long after: the duplicate comes back to marketing. Raises CannotMerge, CannotBeReinstated."""
    with transaction.atomic():
        undo(merged, by=by, now=now)
        lifecycle.reinstate(Lead.objects.locked().get(pk=merged.duplicate_id), by=by, now=now, reason=reason)


def live_merge_of(lead: Lead) -> Merge | None:
    """The merge by which `lead` repeats another one today."""
    found = Merge.objects.filter(duplicate=lead, undone_at__isnull=True)
    return found.select_related("duplicate", "survivor").first()


def survivor_of(lead: Lead) -> Lead:
    """The lead that answers for `lead`: itself, or where its merges lead to."""
    found = Lead.objects.get(pk=lead.pk)
    while found.merged_into_id is not None:
        found = Lead.objects.get(pk=found.merged_into_id)
    return found


def _locked(duplicate: Lead, survivor: Lead) -> tuple[Lead, Lead]:
    """Both, locked in one order, so that two merges of the same two never wait for each other."""
    both = Lead.objects.locked().select_related("account").order_by("pk").in_bulk([duplicate.pk, survivor.pk])
    return both[duplicate.pk], both[survivor.pk]


def _require_mergeable(duplicate: Lead, survivor: Lead) -> None:
    if survivor.pk == duplicate.pk:
        raise CannotMerge("A lead cannot repeat itself, nor one that repeats it.")
    if duplicate.erased_at is not None or survivor.erased_at is not None:
        raise CannotMerge("One of the two was erased, and nothing more is known of them.")
    if duplicate.merged_into_id is not None:
        raise CannotMerge(f"{duplicate.name} has been merged already.")
    if survivor.merged_into_id is not None:
        raise CannotMerge(f"{survivor.name} has just been merged into another lead. Look again.")
    if duplicate.opportunities.filter(status=Opportunity.Status.OPEN).exists():
        raise CannotMerge(f"{duplicate.name} has an open opportunity. Merge the other one into it.")


def _hand_over(merged: Merge, *, came_from: Lead, to: Lead) -> None:
    """The touches and browsers of the merge go from one to the other, wherever they are still."""
    Signal.objects.filter(lead=came_from, pk__in=merged.touches).update(lead=to)
    Visitor.objects.filter(lead=came_from, pk__in=merged.visitors).update(lead=to)


def _fill_blanks(survivor: Lead, duplicate: Lead) -> dict[str, Any]:
    """What the duplicate knew and the survivor did not, written to the survivor; and the stricter consent."""
    elsewhere = survivor.country and duplicate.country not in ("", survivor.country)
    apart = (
        person_origins.FINER_THAN_COUNTRY if elsewhere else ()
    )  # a region of another country is not where this one is
    known = {name: getattr(duplicate, name) for name in CAME_OVER if name not in apart}
    news = {name: value for name, value in known.items() if value and not getattr(survivor, name)}
    refused = [at for at in (survivor.suppressed_at, duplicate.suppressed_at) if at is not None]
    origins = [*(survivor.origins or []), *whose_word.only(duplicate.origins, news)] or None
    merged = {**news, "suppressed_at": min(refused, default=None), "origins": origins}
    Lead.objects.filter(pk=survivor.pk).update(**merged)
    return news


def _take_back(merged: Merge, survivor: Lead) -> None:
    """What the duplicate told the survivor is unknown of it again, where nobody said otherwise since."""
    theirs = [name for name, value in merged.filled.items() if getattr(survivor, name) == value]
    blank = {name: None if name == "account_id" else "" for name in theirs}
    origins = whose_word.without(survivor.origins, theirs) or None
    Lead.objects.filter(pk=survivor.pk).update(**blank, origins=origins)


def _tell(merged: Merge, *, by: Actor, now: datetime) -> None:
    duplicate, survivor = merged.duplicate, merged.survivor
    count = len(merged.touches)
    came = (
        f"Merged with {duplicate.name} ({duplicate.email or 'no e-mail'}): {count} of its touches came over"
    )
    timeline.record(survivor, timeline.Kind.NOTE, came, by=by, at=now, merge=merged.pk)
    audit.record(
        "lead.merged",
        subject=f"lead:{duplicate.pk}",
        text=f"{name_of(by)} merged {duplicate.name} into {survivor.name}",
        by=by,
        at=now,
        after={"survivor": survivor.pk, "touches": count},
    )
