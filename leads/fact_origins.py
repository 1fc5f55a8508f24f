"""Whose word each fact of a company is: settles news by the order of sources, and keeps where sources differ (IN-9).

The origins live on the company's own row, so that taking in a signal asks for nothing more; the order is read only
where two kinds of source meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Func, JSONField, Value
from django.db.models.functions import Coalesce

from leads.domain.precedence import ORDERED, USUAL, Conflict, Origin, Settled, Told, is_blank, is_same, settle
from leads.models import Account, FactConflict, FactOrder, Source
from leads.remembering import remembered

CHANGING = frozenset({"budget"})
"""Facts of which the latest word counts; every other is kept as first told."""

NO_NEWS = Settled({}, ())


def teller_of(source: Source, *, now: datetime) -> Told:
    """Whose word it is what comes from `source`."""
    return Told(Origin(source.origin), source.name, now)


def written(facts: Mapping[str, object], teller: Told) -> dict[str, list[str]]:
    """The origins of facts, as a company's row keeps them."""
    at = teller.at.isoformat() if teller.at else ""
    return {fact: [teller.origin.value, teller.by, at] for fact in facts}


def holders(account: Account) -> dict[str, Told]:
    """Who said what is known of the company, as far as that was written down."""
    return _holders_of(account, account.origins or {})


def _holders_of(account: Account, facts: Iterable[str]) -> dict[str, Told]:
    kept = account.origins or {}
    found = ((fact, kept[fact]) for fact in facts if fact in kept)
    return {
        fact: Told(Origin(origin), by, datetime.fromisoformat(at) if at else None)
        for fact, (origin, by, at) in found
    }


def settled(account: Account, facts: Mapping[str, Any], *, teller: Told) -> Settled:
    """What the facts of `teller` change at the company, by the order of sources; nothing is written."""
    said = {fact: value for fact, value in facts.items() if not is_blank(value)}
    if not said:
        return NO_NEWS
    known, told = {fact: getattr(account, fact) for fact in said}, _holders_of(account, said)
    return settle(known, told, said, teller=teller, orders=order_of, changing=CHANGING)


def write(account: Account, found: Settled, *, teller: Told, now: datetime) -> None:
    """Store the changes with whose word they are, mark the company to be scored, and keep the differences."""
    if found.changes:
        origins = written(found.changes, teller)
        changes = {**found.changes, "needs_score": True}
        Account.objects.filter(pk=account.pk).update(**changes, origins=_with(origins))
        for name, value in {**changes, "origins": {**(account.origins or {}), **origins}}.items():
            setattr(account, name, value)
    keep_conflicts(account, found.conflicts, now=now)


@transaction.atomic
def learn(account_id: int, facts: Mapping[str, Any], *, teller: Told, now: datetime) -> Settled:
    """Settle what `teller` says of a company, which nobody else changes meanwhile; differences that are over end."""
    account = Account.objects.select_for_update(of=("self",), no_key=True).get(pk=account_id)
    found = settled(account, facts, teller=teller)
    write(account, found, teller=teller, now=now)
    agreed = [fact for fact, value in facts.items() if is_same(getattr(account, fact), value)]
    differing = [conflict.fact for conflict in found.conflicts]
    over = FactConflict.objects.filter(account=account, fact__in=agreed).exclude(fact__in=differing)
    over.filter(other_origin=teller.origin.value).delete()
    return found


def keep_conflicts(account: Account, conflicts: Sequence[Conflict], *, now: datetime) -> None:
    """Keep what sources differ about, the latest for each fact."""
    for one in conflicts:
        FactConflict.objects.update_or_create(
            account=account,
            fact=one.fact,
            defaults={
                "kept": one.kept,
                "kept_origin": one.kept_told.origin.value,
                "kept_by": one.kept_told.by,
                "kept_at": one.kept_told.at,
                "other": one.other,
                "other_origin": one.other_told.origin.value,
                "other_by": one.other_told.by,
                "other_at": one.other_told.at,
                "found_at": now,
            },
        )


@remembered
def order_of(fact: str) -> Sequence[Origin]:
    """Which kind of source is believed before which about `fact`."""
    row = FactOrder.objects.filter(fact=fact).first()
    return [Origin(each) for each in row.order] if row else USUAL


def every_order() -> dict[str, Sequence[Origin]]:
    """Which kind of source is believed before which, about each fact that an order is decided for; one read."""
    decided = dict(FactOrder.objects.values_list("fact", "order"))
    return {fact: [Origin(each) for each in decided[fact]] if fact in decided else USUAL for fact in ORDERED}


def _with(origins: dict[str, list[str]]) -> Func:
    """The stored origins with these in the place of their own; what others write meanwhile stays."""
    kept = Coalesce(F("origins"), Value({}, output_field=JSONField()))
    fresh = Value(origins, output_field=JSONField())
    return Func(kept, fresh, template="(%(expressions)s)", arg_joiner=" || ", output_field=JSONField())
