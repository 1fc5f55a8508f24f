"""Edits the territories, whose order decides, and says where they overlap; each change is in the audit (RT-2).

Leads that were routed keep their receiver; the next ones go by the territories as they then stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext as _

from leads import audit
from leads.concurrent_edits import edition, require_unchanged
from leads.domain.conditions.interpreter import folded
from leads.models import User
from routing.domain import territories as domain
from routing.domain.territories import in_words
from routing.models import Rep, RoutingRule, RuleSet, Territory

SUBJECT = "territories"
PLACES = ("countries", "regions", "post_codes", "time_zones")
COLUMNS = ("name", "team", "pool", *PLACES)


class NameTaken(Exception):
    """Another territory has the same name; rules tell them apart by it."""


class StillAsked(Exception):
    """Rules that route, or a draft of them, ask for the territory by its name; the message names one."""


def listed() -> list[Territory]:
    """Every territory in the order in which they decide."""
    return list(Territory.objects.select_related("team", "pool").order_by("position", "pk"))


def values_of(territory: Territory) -> dict[str, Any]:
    """What an editor may change, as plain values."""
    values = {name: getattr(territory, name) for name in ("name", *PLACES)}
    return {**values, "team": territory.team_id, "pool": territory.pool_id}


def edition_of(territory: Territory) -> str:
    """The edition of the territory, for a form to carry."""
    return edition(values_of(territory))


def add(values: Mapping[str, Any], *, by: User, now: datetime) -> Territory:
    """A new territory after the others. Raises NameTaken."""
    with transaction.atomic():
        _refuse_taken(values["name"], _locked())
        last = Territory.objects.aggregate(last=Max("position"))["last"] or 0
        made = Territory.objects.create(position=last + 1, **values)
        text = f"{made} was added: {in_words(made.area)}"
        audit.record("territory.added", subject=SUBJECT, text=text, by=by, at=now, after=values_of(made))
    return made


def edit(territory: Territory, values: Mapping[str, Any], *, seen: str, by: User, now: datetime) -> None:
    """Store `values` where the territory is still what was `seen`. Raises EditedMeanwhile, NameTaken, StillAsked."""
    with transaction.atomic():
        rows = _locked()
        stored = next(each for each in rows if each.pk == territory.pk)
        before = values_of(stored)
        require_unchanged(before, seen=seen)
        _refuse_taken(values["name"], [each for each in rows if each.pk != territory.pk])
        if values["name"] != stored.name:
            _refuse_asked(stored)
        Territory.objects.filter(pk=territory.pk).update(**values)
        fresh = Territory.objects.get(pk=territory.pk)
        text = f"{fresh} was changed: {in_words(fresh.area)}"
        audit.record(
            "territory.changed",
            subject=SUBJECT,
            text=text,
            by=by,
            at=now,
            before=before,
            after=values_of(fresh),
        )


def move(territory: Territory, *, places: int, by: User, now: datetime) -> None:
    """So many places further down, up when negative; the ends hold."""
    with transaction.atomic():
        rows = _locked()
        before = [each.name for each in rows]
        moved = next(each for each in rows if each.pk == territory.pk)
        place = max(rows.index(moved) + places, 0)
        rows.remove(moved)
        rows.insert(place, moved)
        after = [each.name for each in rows]
        if after == before:
            return
        for position, each in enumerate(rows, start=1):
            each.position = position
        Territory.objects.bulk_update(rows, ["position"])
        text = f"{moved} now decides at place {rows.index(moved) + 1} of {len(rows)}"
        audit.record(
            "territory.moved",
            subject=SUBJECT,
            text=text,
            by=by,
            at=now,
            before={"order": before},
            after={"order": after},
        )


def remove(territory: Territory, *, by: User, now: datetime) -> None:
    """Take the territory away. Raises StillAsked while rules ask for it or reps are there."""
    with transaction.atomic():
        stored = next(each for each in _locked() if each.pk == territory.pk)
        _refuse_asked(stored)
        if rep := Rep.objects.filter(territories=stored, is_active=True).select_related("user").first():
            raise StillAsked(_("%(rep)s is still in %(name)s.") % {"rep": rep, "name": stored.name})
        before = values_of(stored)
        try:
            stored.delete()
        except ProtectedError as error:
            raise StillAsked(_("%(name)s is still in use.") % {"name": before["name"]}) from error
        text = f"{before['name']} was removed"
        audit.record("territory.removed", subject=SUBJECT, text=text, by=by, at=now, before=before)


def unasked(rows: Sequence[Territory], asked: Iterable[Mapping[str, Any]]) -> list[str]:
    """The territories for which no condition `asked` by a rule decides, a sentence each."""
    names = {
        folded(str(value)) for each in asked if each["attribute"] == "territory" for value in each["values"]
    }
    told = _("No rule asks for %(name)s; its leads go where the other rules place them.")
    return [told % {"name": row.name} for row in rows if folded(row.name) not in names]


def overlaps(rows: Sequence[Territory]) -> list[str]:
    """Where territories overlap, a sentence each; in the order given, which decides."""
    found = domain.overlaps([row.area for row in rows])
    return [_in_words(each) for each in found]


def _in_words(overlap: domain.Overlap) -> str:
    named = {"first": overlap.first.name, "second": overlap.second.name}
    if overlap.whole:
        told = _("%(second)s lies within %(first)s, which stands before it and takes all of its leads.")
    else:
        told = _(
            "%(first)s and %(second)s overlap; leads that lie in both go to %(first)s, which stands first."
        )
    return told % named


def _locked() -> list[Territory]:
    rows = Territory.objects.select_for_update(no_key=True).order_by("pk")
    return sorted(rows, key=lambda each: (each.position, each.pk))


def _refuse_taken(name: str, others: Sequence[Territory]) -> None:
    if any(each.name.casefold() == name.casefold() for each in others):
        raise NameTaken


def _refuse_asked(territory: Territory) -> None:
    """Rules ask by name: one that is gone would match nobody, and nobody would notice."""
    live = RoutingRule.objects.exclude(rule_set__status=RuleSet.Status.RETIRED)
    asks = live.filter(when__contains=[{"attribute": "territory", "values": [territory.name]}])
    if rule := asks.select_related("rule_set").first():
        told = _(
            "The rule “%(rule)s” (version %(version)s) asks for %(name)s by its name; change the rule first."
        )
        raise StillAsked(told % {"rule": rule, "version": rule.rule_set.version, "name": territory.name})
