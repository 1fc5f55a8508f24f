"""Who is believed about a company or a person, fact by fact, when sources say different things (IN-9)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Origin(StrEnum):
    """The kind of a source, as the usual order has them: who says it of themselves is believed first."""

    SELF = "SELF"
    CRM = "CRM"
    ENRICHMENT = "ENRICHMENT"
    INFERRED = "INFERRED"


USUAL: tuple[Origin, ...] = tuple(Origin)
FACTS = ("industry", "employees", "country", "growth_stage", "annual_revenue", "technologies")
"""What enrichment may say."""

OF_COMPANIES = ("industry", "employees", "growth_stage", "annual_revenue", "technologies", "budget")
OF_BOTH = ("country", "region", "postal_code")
OF_PEOPLE = ("first_name", "last_name", "title", "phone")
ORDERED = (*OF_COMPANIES, *OF_BOTH, *OF_PEOPLE)
"""What sources may differ about: the facts that an order is decided for."""

REFRESHED = frozenset({Origin.CRM, Origin.ENRICHMENT, Origin.INFERRED})
"""Kinds of which the same source may change its mind; of what people say themselves the first word is kept."""

Orders = Callable[[str], Sequence[Origin]]


@dataclass(frozen=True)
class Told:
    """Who said something, and when; `at` is None for what was known before anybody wrote that down."""

    origin: Origin
    by: str
    at: datetime | None


UNKNOWN = Told(Origin.SELF, "", None)


@dataclass(frozen=True)
class Conflict:
    """Two sources that differ about a fact: what is kept over what."""

    fact: str
    kept: object
    kept_told: Told
    other: object
    other_told: Told


@dataclass(frozen=True)
class Settled:
    """What changes, whose word each change is, and about what the sources differ."""

    changes: Mapping[str, object]
    conflicts: tuple[Conflict, ...]


def settle(
    known: Mapping[str, object],
    holders: Mapping[str, Told],
    news: Mapping[str, object],
    *,
    teller: Told,
    orders: Orders,
    changing: frozenset[str] = frozenset(),
) -> Settled:
    """What the news of `teller` change in what is `known`; blank news change nothing.

    `orders` is asked for a fact only where two kinds of source meet. Facts that are `changing` follow the latest word
    of the same kind.
    """
    changes: dict[str, object] = {}
    conflicts = []
    for fact, value in news.items():
        if is_blank(value):
            continue
        held, holder = known.get(fact), holders.get(fact, UNKNOWN)
        if not held:
            changes[fact] = value
            continue
        wins = _wins(teller, holder, orders=orders, fact=fact, changing=fact in changing)
        if wins and (held != value or holder.origin != teller.origin):
            changes[fact] = value
        if is_same(held, value) or _may_change_its_mind(teller, holder):
            continue
        pair = (value, teller, held, holder) if wins else (held, holder, value, teller)
        conflicts.append(Conflict(fact, *pair))
    return Settled(changes, tuple(conflicts))


def is_blank(value: object) -> bool:
    """Whether a value says nothing."""
    return not value and value in (None, "", [])


def is_same(one: object, other: object) -> bool:
    """Whether two values say the same: capitals and the order of a list make no difference."""
    return _plain(one) == _plain(other)


def _wins(teller: Told, holder: Told, *, orders: Orders, fact: str, changing: bool) -> bool:
    if teller.origin == holder.origin:
        return changing or (teller.origin in REFRESHED and teller.by == holder.by)
    order = tuple(orders(fact))
    return order.index(teller.origin) < order.index(holder.origin)


def _may_change_its_mind(teller: Told, holder: Told) -> bool:
    """Whether both words are of one source, or both of people themselves, who need not agree."""
    same = teller.origin == holder.origin
    return same and (teller.by == holder.by or teller.origin == Origin.SELF)


def _plain(value: object) -> object:
    if isinstance(value, str):
        return value.strip().casefold()
    if isinstance(value, (list, tuple)):
        return frozenset(_plain(each) for each in value)
    return value
