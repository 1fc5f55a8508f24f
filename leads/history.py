"""A lead's whole story in order: touches, stages, hand-offs, attempts, notes, changes; a page at a time (QU-4).

However much happened, a page costs one read of each of three tables, each by its index; what the caller has read
already is not read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet

from leads import audit, timeline
from leads.models import AuditEntry, Lead, Signal, TimelineEvent
from leads.prepared import Given, Query

A_PAGE = 50
MOST_DIGITS = 18
EVENTS, CHANGES, TOUCHES = 0, 1, 2
Kind = TimelineEvent.Kind
NEWEST_EVENTS = Query(
    lambda: (
        TimelineEvent.objects.filter(lead=Given("lead"))
        .select_related("actor")
        .order_by("-at", "-id")[: A_PAGE + 1]
    )
)
NEWEST_CHANGES = Query(
    lambda: (
        AuditEntry.objects.filter(subject=Given("subject"))
        .select_related("actor")
        .order_by("-at", "-id")[: A_PAGE + 1]
    )
)


class Did(NamedTuple):
    """One thing that the person did: when, its row, what, and who told of it."""

    at: datetime
    pk: int
    label: str
    source: str


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


def story(
    lead: Lead, part: str = "", *, after: Cursor | None = None, touches: Sequence[Did] | None = None
) -> Page:
    """The newest entries beyond `after`, of the part asked for; of everything where there is no such part.

    `touches` are all that the person did, in order, where the caller knows them.
    """
    chosen = PARTS.get(part, PARTS[""])
    found: list[tuple[Cursor, Entry]] = []
    if chosen.kinds:
        found += _events(lead, chosen, after=after)
    if chosen.changes:
        found += _changes(lead, after=after)
    if chosen.touches:
        found += _touches(lead, touches, after=after)
    found.sort(key=lambda pair: (pair[0].at, -pair[0].rank, pair[0].pk), reverse=True)
    shown = found[:A_PAGE]
    older = shown[-1][0].mark if len(found) > A_PAGE else ""
    return Page([entry for _, entry in shown], older)


def _events(lead: Lead, chosen: Part, *, after: Cursor | None) -> Sequence[tuple[Cursor, Entry]]:
    if after is None and chosen is PARTS[""]:
        return _told(NEWEST_EVENTS.all(lead=lead.pk), EVENTS, _of_event)
    rows = TimelineEvent.objects.filter(lead=lead, kind__in=chosen.kinds).select_related("actor")
    return _read(rows, EVENTS, after=after, told=_of_event)


def _changes(lead: Lead, *, after: Cursor | None) -> Sequence[tuple[Cursor, Entry]]:
    subject = f"lead:{lead.pk}"
    if after is None:
        return _told(NEWEST_CHANGES.all(subject=subject), CHANGES, _of_change)
    return _read(audit.of(subject), CHANGES, after=after, told=_of_change)


def _touches(
    lead: Lead, touches: Sequence[Did] | None, *, after: Cursor | None
) -> Sequence[tuple[Cursor, Entry]]:
    if after is None and touches is not None:
        newest = touches[: -A_PAGE - 2 : -1]
        return [(Cursor(one.at, TOUCHES, one.pk), _touch(one.at, one.label, one.source)) for one in newest]
    rows = Signal.objects.filter(lead=lead).select_related("type", "source")
    return _read(rows, TOUCHES, after=after, told=_of_touch, at="occurred_at")


def _read(
    rows: QuerySet[Any], rank: int, *, after: Cursor | None, told: Callable[[Any], Entry], at: str = "at"
) -> Sequence[tuple[Cursor, Entry]]:
    """A page of one table, and one more to know whether it goes on."""
    if after is not None:
        rows = rows.filter(_beyond(after, rank, at=at))
    return _told(rows.order_by(f"-{at}", "-id")[: A_PAGE + 1], rank, told, at=at)


def _told(
    rows: Iterable[Any], rank: int, told: Callable[[Any], Entry], *, at: str = "at"
) -> Sequence[tuple[Cursor, Entry]]:
    return [(Cursor(getattr(row, at), rank, row.id), told(row)) for row in rows]


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
    return Entry(
        event.at, event.get_kind_display(), timeline.as_read(event), "" if told_already else who, note=note
    )


def _of_change(entry: AuditEntry) -> Entry:
    return Entry(entry.at, "Change", entry.text, str(entry.actor or entry.job))


def _of_touch(touch: Signal) -> Entry:
    return _touch(touch.occurred_at, touch.type.label, touch.source.name)


def _touch(at: datetime, label: str, source: str) -> Entry:
    return Entry(at, "Signal", label, source)
