"""A lead's whole story in order: touches, stages, hand-offs, attempts, notes, changes; a page at a time (QU-4).

However much happened, a page costs one read of each of three tables, each by its index.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from leads import audit
from leads.models import AuditEntry, Lead, Signal, TimelineEvent

A_PAGE = 50
MOST_DIGITS = 18
EVENTS, CHANGES, TOUCHES = 0, 1, 2
Kind = TimelineEvent.Kind


@dataclass(frozen=True)
class Entry:
    """One line of the story; `note` is what a person wrote beside it."""

    at: datetime
    kind: str
    text: str
    who: str
    note: str = ""


@dataclass(frozen=True)
class Cursor:
    """The last entry of a page: what is older lies beyond it. Of one moment, a consequence stands above its cause."""

    at: datetime
    rank: int
    pk: int

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The place that `mark` wrote; None for a text that marks none."""
        at, _, rest = text.partition("_")
        rank, _, pk = rest.partition("_")
        if not (rank.isdecimal() and pk.isdecimal() and len(rank) == 1 and len(pk) <= MOST_DIGITS):
            return None
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        return cls(moment, int(rank), int(pk)) if moment.tzinfo else None

    @property
    def mark(self) -> str:
        """The place as a text for an address."""
        return f"{self.at.isoformat()}_{self.rank}_{self.pk}"


@dataclass(frozen=True)
class Part:
    """What a filter shows: events of these kinds, and whether touches and audited changes."""

    label: str
    kinds: tuple[Kind, ...] = ()
    touches: bool = False
    changes: bool = False


@dataclass(frozen=True)
class Page:
    """Some entries, newest first; `older` marks where the next page goes on, or is empty."""

    entries: list[Entry]
    older: str


PARTS: dict[str, Part] = {
    "": Part("Everything", tuple(Kind), touches=True, changes=True),
    "touches": Part("Touches", touches=True),
    "stages": Part("Stages", (Kind.STAGE,)),
    "handoffs": Part("Hand-offs", (Kind.HANDOFF, Kind.CLOCK)),
    "attempts": Part("Attempts", (Kind.ATTEMPT,)),
    "notes": Part("Notes", (Kind.NOTE,)),
    "opportunities": Part("Opportunities", (Kind.DEAL,)),
    "changes": Part("Changes", (Kind.SCORE, Kind.CONSENT), changes=True),
}


def story(lead: Lead, part: str = "", *, after: Cursor | None = None) -> Page:
    """The newest entries beyond `after`, of the part asked for; of everything where there is no such part."""
    chosen = PARTS.get(part, PARTS[""])
    found: list[tuple[Cursor, Entry]] = []
    if chosen.kinds:
        events = TimelineEvent.objects.filter(lead=lead, kind__in=chosen.kinds).select_related("actor")
        found += _read(events, EVENTS, after=after, told=_of_event)
    if chosen.changes:
        found += _read(audit.of(f"lead:{lead.pk}"), CHANGES, after=after, told=_of_change)
    if chosen.touches:
        touches = Signal.objects.filter(lead=lead).select_related("type", "source")
        found += _read(touches, TOUCHES, after=after, told=_of_touch, at="occurred_at")
    found.sort(key=lambda pair: (pair[0].at, -pair[0].rank, pair[0].pk), reverse=True)
    shown = found[:A_PAGE]
    older = shown[-1][0].mark if len(found) > A_PAGE else ""
    return Page([entry for _, entry in shown], older)


def _read(
    rows: QuerySet[Any], rank: int, *, after: Cursor | None, told: Callable[[Any], Entry], at: str = "at"
) -> Sequence[tuple[Cursor, Entry]]:
    """A page of one table, and one more to know whether it goes on."""
    if after is not None:
        rows = rows.filter(_beyond(after, rank, at=at))
    page = rows.order_by(f"-{at}", "-id")[: A_PAGE + 1]
    return [(Cursor(getattr(row, at), rank, row.id), told(row)) for row in page]


def _beyond(after: Cursor, rank: int, *, at: str) -> Q:
    """What is older; of the same moment, what stands below."""
    if rank < after.rank:
        return Q(**{f"{at}__lt": after.at})
    if rank > after.rank:
        return Q(**{f"{at}__lte": after.at})
    return Q(**{f"{at}__lte": after.at}) & (Q(**{f"{at}__lt": after.at}) | Q(id__lt=after.pk))


def _of_event(event: TimelineEvent) -> Entry:
    who, note = str(event.actor or event.job), str(event.data.get("note", ""))
    told_already = event.text.endswith(f" by {who}")
    return Entry(event.at, event.get_kind_display(), event.text, "" if told_already else who, note=note)


def _of_change(entry: AuditEntry) -> Entry:
    return Entry(entry.at, "Change", entry.text, str(entry.actor or entry.job))


def _of_touch(touch: Signal) -> Entry:
    return Entry(touch.occurred_at, "Signal", touch.type.label, touch.source.name)
