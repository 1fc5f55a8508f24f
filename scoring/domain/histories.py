"""What a replay knows of a lead, and what it finds: values alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from leads.domain.identity import EmailKind
from scoring.domain.passages import Passage


class How(StrEnum):
    """What made the gate pass a lead."""

    SCORES = "scores"
    REQUEST = "request"
    RELEASE = "release"


@dataclass(frozen=True, kw_only=True)
class Person:
    """What is known of a lead today, as the gate and the criteria ask about it.

    `bought_until` is when a bought contact came by itself, or far in the future when it never did.
    """

    facts: Mapping[str, object]
    email_kind: EmailKind | None
    phone_parses: bool
    first_name: bool
    held_until: datetime | None = None
    bought_until: datetime | None = None
    suppressed_at: datetime | None = None
    critical_events: tuple[tuple[datetime, str], ...] = ()


@dataclass(frozen=True)
class Moment:
    """An instant at which the gate is asked: `last` is the latest touch known by then, `trigger` '' for a release."""

    at: datetime
    last: int
    trigger: str


@dataclass(frozen=True)
class Pass:
    """The moment at which a model passes a lead, and its scores then."""

    at: datetime
    how: How
    fit: float
    engagement: float
    urgency: float
    tier: str


@dataclass(frozen=True)
class History:
    """One lead: who it is, where its touches begin and end, and its passages in order."""

    person: Person
    first: int
    end: int
    passages: Sequence[Passage]
