"""Why sales may say no (LC-5): adds, edits, orders and retires the reasons; one always stays, and none is deleted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.models import User
from routing.models import RejectionReason

COLUMNS = ("label", "outcome", "hold_days", "note_required", "gives_turn_back", "second_look")
LONGEST_CODE = 40


class LabelTaken(Exception):
    """Another reason has the same label, so that a rep could not tell them apart."""


class LastActive(Exception):
    """Rejecting needs a reason, and this is the last one in use."""


def values_of(reason: RejectionReason) -> dict[str, Any]:
    """What an editor may change, as it stands."""
    return {name: getattr(reason, name) for name in COLUMNS}


def edition_of(reason: RejectionReason) -> str:
    """The edition of the reason, for a form to carry."""
    return edition(values_of(reason))


def add(values: Mapping[str, Any], *, by: User, now: datetime) -> RejectionReason:
    """A new reason at the end of the list. Raises LabelTaken."""
    with transaction.atomic():
        reasons = _locked()
        _refuse_taken(values["label"], reasons)
        last = RejectionReason.objects.aggregate(last=Max("position"))["last"] or 0
        made = RejectionReason.objects.create(
            code=_code(values["label"], reasons), position=last + 1, **values
        )
        _record(
            "added", made, text=f"Added the reason “{made.label}”.", by=by, now=now, after=values_of(made)
        )
        return made


def edit(reason: RejectionReason, changes: Mapping[str, Any], *, seen: str, by: User, now: datetime) -> None:
    """Store `changes` where the reason is still what was `seen`; what was rejected before keeps its outcome.

    Raises EditedMeanwhile and LabelTaken.
    """
    with transaction.atomic():
        reasons = _locked()
        before = values_of(next(each for each in reasons if each.pk == reason.pk))
        require_unchanged(before, seen=seen)
        _refuse_taken(changes["label"], [each for each in reasons if each.pk != reason.pk])
        RejectionReason.objects.filter(pk=reason.pk).update(**changes)
        told = f"Changed the reason “{changes['label']}”."
        _record("edited", reason, text=told, by=by, now=now, before=before, after={**before, **changes})


def retire(reason: RejectionReason, *, by: User, now: datetime) -> None:
    """Offer the reason no more; rejections that name it keep it. Raises LastActive."""
    with transaction.atomic():
        if not any(each.is_active and each.pk != reason.pk for each in _locked()):
            raise LastActive
        _offer(reason, is_active=False, by=by, now=now)


def restore(reason: RejectionReason, *, by: User, now: datetime) -> None:
    """Offer the reason again."""
    with transaction.atomic():
        _offer(reason, is_active=True, by=by, now=now)


def move(reason: RejectionReason, *, places: int, by: User, now: datetime) -> None:
    """So many places further down among the reasons in use, up when negative; the ends hold."""
    with transaction.atomic():
        listed = [each for each in _locked() if each.is_active]
        before = [each.label for each in listed]
        moved = next((each for each in listed if each.pk == reason.pk), None)
        if moved is None:
            return
        place = max(listed.index(moved) + places, 0)
        listed.remove(moved)
        listed.insert(place, moved)
        for position, each in enumerate(listed, start=1):
            each.position = position
        RejectionReason.objects.bulk_update(listed, ["position"])
        order = {"before": {"order": before}, "after": {"order": [each.label for each in listed]}}
        _record("moved", reason, text=f"Moved the reason “{reason.label}”.", by=by, now=now, **order)


def _offer(reason: RejectionReason, *, is_active: bool, by: User, now: datetime) -> None:
    changed = RejectionReason.objects.filter(pk=reason.pk, is_active=not is_active)
    if changed.update(is_active=is_active):
        verb = "Restored" if is_active else "Retired"
        values = {"before": {"is_active": not is_active}, "after": {"is_active": is_active}}
        _record(verb.lower(), reason, text=f"{verb} the reason “{reason.label}”.", by=by, now=now, **values)


def _record(
    verb: str,
    reason: RejectionReason,
    *,
    text: str,
    by: User,
    now: datetime,
    after: Mapping[str, Any],
    before: Mapping[str, Any] = {},
) -> None:
    audit.record_change(
        f"reason.{verb}",
        subject=f"reason:{reason.pk}",
        text=text,
        by=by,
        at=now,
        before=before,
        after=after,
    )


def _locked() -> list[RejectionReason]:
    """Every reason in order, held until the transaction ends: they are few, and order and labels concern them all."""
    locked = RejectionReason.objects.select_for_update(no_key=True)
    return sorted(locked.order_by("pk"), key=lambda each: (each.position, each.pk))


def _refuse_taken(label: str, others: list[RejectionReason]) -> None:
    if any(each.label.casefold() == label.casefold() for each in others):
        raise LabelTaken


def _code(label: str, reasons: list[RejectionReason]) -> str:
    """A short name of the label that no other reason has."""
    taken = {each.code for each in reasons}
    stem = slugify(label)[: LONGEST_CODE - 4] or "reason"
    codes = (stem if number == 1 else f"{stem}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in codes if code not in taken)
