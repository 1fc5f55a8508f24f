"""The stages of the sale and the reasons for a loss, as operations keeps them: ordered, audited, never deleted.

What deals name stays readable for ever; who retires an entry only takes it out of what can be chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.text import slugify

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.models import LossReason, Opportunity, OpportunityStage, User

Entry: TypeAlias = OpportunityStage | LossReason
LONGEST_CODE = 40
STANDINGS = frozenset({"open", "won", "lost", "all"})
"""What the list of deals asks for beside the stages: no stage is called so, by its label or by its code."""

# code, label, probability in percent
STAGES = (("discovery", "Discovery", 20), ("proposal", "Proposal", 50), ("negotiation", "Negotiation", 75))
# code, label
REASONS = (
    ("competitor", "Chose a competitor"),
    ("no-decision", "No decision"),
    ("price", "Price"),
    ("project-stopped", "Project stopped"),
    ("missing-feature", "Something is missing in the product"),
    ("unresponsive", "No longer answers"),
)


class LabelTaken(Exception):
    """Another entry has the same label, so that nobody could tell them apart."""


class LabelReserved(Exception):
    """A stage may not be called by how deals stand, or nobody could ask for the one and not the other."""


class CannotRetire(Exception):
    """What keeps the entry in use; the message says what."""


def install() -> None:
    """The seeded entries, where the list is empty."""
    if not OpportunityStage.objects.exists():
        OpportunityStage.objects.bulk_create(
            OpportunityStage(code=code, label=label, probability=probability, position=place)
            for place, (code, label, probability) in enumerate(STAGES, start=1)
        )
    if not LossReason.objects.exists():
        LossReason.objects.bulk_create(
            LossReason(code=code, label=label, position=place)
            for place, (code, label) in enumerate(REASONS, start=1)
        )


def values_of(entry: Entry) -> dict[str, Any]:
    """What an editor may change, as it stands."""
    probability = {"probability": entry.probability} if isinstance(entry, OpportunityStage) else {}
    return {"label": entry.label, **probability}


def edition_of(entry: Entry) -> str:
    """The edition of the entry, for a form to carry."""
    return edition(values_of(entry))


def add(model: type[Entry], values: Mapping[str, Any], *, by: User, now: datetime) -> Entry:
    """A new entry at the end of its list. Raises LabelTaken and LabelReserved."""
    with transaction.atomic():
        entries = _locked(model)
        _refuse_taken(values["label"], model, entries)
        last = max((each.position for each in entries), default=0)
        code = _code(values["label"], model, entries)
        entry: Entry = model.objects.create(code=code, position=last + 1, **values)
        _audit(entry, "added", by=by, now=now, after=values_of(entry))
    return entry


def edit(entry: Entry, changes: Mapping[str, Any], *, seen: str, by: User, now: datetime) -> None:
    """Store `changes` where the entry is still what was `seen`.

    Raises EditedMeanwhile, LabelTaken and LabelReserved.
    """
    model = type(entry)
    with transaction.atomic():
        entries = _locked(model)
        before = values_of(next(each for each in entries if each.pk == entry.pk))
        require_unchanged(before, seen=seen)
        _refuse_taken(changes["label"], model, [each for each in entries if each.pk != entry.pk])
        if dict(changes) == before:
            return
        model.objects.filter(pk=entry.pk).update(**changes)
        entry.refresh_from_db()
        _audit(entry, "edited", by=by, now=now, before=before, after=values_of(entry))


def retire(entry: Entry, *, by: User, now: datetime) -> None:
    """Offer the entry no more; deals that name it keep it. Raises CannotRetire."""
    with transaction.atomic():
        others = [each for each in _locked(type(entry)) if each.is_active and each.pk != entry.pk]
        if not others:
            raise CannotRetire("This is the last one in use. Add another first.")
        if isinstance(entry, OpportunityStage) and (
            count := Opportunity.objects.open().filter(stage=entry).count()
        ):
            stand = "opportunity stands" if count == 1 else "opportunities stand"
            raise CannotRetire(f"{count} open {stand} at “{entry}”. Move on what stands there first.")
        _set_active(entry, is_active=False, by=by, now=now)


def restore(entry: Entry, *, by: User, now: datetime) -> None:
    """Offer the entry again."""
    with transaction.atomic():
        _set_active(entry, is_active=True, by=by, now=now)


def move(entry: Entry, *, places: int, by: User, now: datetime) -> None:
    """So many places further down among those in use, up when negative; the ends hold."""
    with transaction.atomic():
        listed = [each for each in _locked(type(entry)) if each.is_active]
        order = [each.pk for each in listed]
        moved = next((each for each in listed if each.pk == entry.pk), None)
        if moved is None:
            return
        place = max(listed.index(moved) + places, 0)
        listed.remove(moved)
        listed.insert(place, moved)
        if order == [each.pk for each in listed]:
            return
        for position, each in enumerate(listed, start=1):
            type(each).objects.filter(pk=each.pk).update(position=position)
        _audit(entry, "moved", by=by, now=now, after={"place": listed.index(moved) + 1})


def _set_active(entry: Entry, *, is_active: bool, by: User, now: datetime) -> None:
    changed = type(entry).objects.filter(pk=entry.pk, is_active=not is_active).update(is_active=is_active)
    if changed:
        _audit(entry, "restored" if is_active else "retired", by=by, now=now)


def _audit(
    entry: Entry,
    verb: str,
    *,
    by: User,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    kind = "opportunity-stage" if isinstance(entry, OpportunityStage) else "loss-reason"
    name = "Opportunity stage" if isinstance(entry, OpportunityStage) else "Loss reason"
    audit.record(
        f"{kind}.{verb}",
        subject=f"{kind}:{entry.pk}",
        text=f"{name} “{entry}” {verb}",
        by=by,
        at=now,
        before=before,
        after=after,
    )


def _locked(model: type[Entry]) -> list[Entry]:
    """Every entry in order, held until the transaction ends: they are few, and order and labels concern them all."""
    found: list[Entry] = list(model.objects.select_for_update(no_key=True).order_by("pk"))
    return sorted(found, key=lambda each: (each.position, each.pk))


def _refuse_taken(label: str, model: type[Entry], others: list[Entry]) -> None:
    if label.casefold() in _reserved(model):
        raise LabelReserved
    if any(each.label.casefold() == label.casefold() for each in others):
        raise LabelTaken


def _reserved(model: type[Entry]) -> frozenset[str]:
    return STANDINGS if model is OpportunityStage else frozenset()


def _code(label: str, model: type[Entry], entries: list[Entry]) -> str:
    """A short name of the label that no other entry has."""
    taken = {each.code for each in entries} | _reserved(model)
    stem = slugify(label)[: LONGEST_CODE - 4] or "entry"
    codes = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in codes if code not in taken)
