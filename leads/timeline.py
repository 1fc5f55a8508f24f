"""The one writer of a lead's timeline; events are added and never changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.utils import timezone

from leads import copying, prepared
from leads.actors import Actor, columns
from leads.models import Lead, TimelineEvent

Kind = TimelineEvent.Kind
MOMENTS = "moments"  # among what an event keeps
WORDS_OF_A_MOMENT = "%-d %B %Y, %H:%M"
_waiting: ContextVar[list[dict[str, Any]] | None] = ContextVar("waiting", default=None)


def record(
    lead: Lead,
    kind: Kind,
    text: str,
    *,
    by: Actor,
    at: datetime,
    moments: Sequence[datetime] = (),
    **data: Any,
) -> None:
    """Write down that something happened to `lead` at `at`, in one sentence.

    Where the sentence names a `moment`, pass it in `moments` too: whoever reads it then, reads it in their own zone.
    """
    kept = {**data, MOMENTS: [one.isoformat() for one in moments]} if moments else data
    actor = columns(by)
    event = {
        "lead_id": lead.pk,
        "at": at,
        "kind": kind.value,
        "text": text[:500],
        "actor_id": actor["actor"].pk if actor["actor"] else None,
        "job": actor["job"],
        "data": kept,
    }
    waiting = _waiting.get()
    if waiting is None:
        prepared.insert(TimelineEvent, [event])
    else:
        waiting.append(event)


def moment(at: datetime) -> str:
    """The moment as a stored sentence names it, in UTC: nobody knows yet who will read it."""
    return f"{at.astimezone(UTC):{WORDS_OF_A_MOMENT}} UTC"


def as_read(event: TimelineEvent) -> str:
    """The event's sentence with the moments that it names in the reader's zone."""
    text = event.text
    for at in map(datetime.fromisoformat, event.data.get(MOMENTS, ())):
        text = text.replace(moment(at), f"{timezone.localtime(at):{WORDS_OF_A_MOMENT}}", 1)
    return text


@contextmanager
def together() -> Iterator[None]:
    """What is recorded one by one inside, in one transaction, is stored at the end of the block, in the same order."""
    if _waiting.get() is not None:
        yield
        return
    waiting: list[dict[str, Any]] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    prepared.insert_later(TimelineEvent, waiting)


def record_each(told: Iterable[tuple[Lead, str, datetime]], kind: Kind, *, by: Actor) -> None:
    """Write down what happened to many leads, each in one sentence at its own time, in the order given."""
    TimelineEvent.objects.bulk_create(
        [
            TimelineEvent(lead=lead, kind=kind, text=text[:500], at=at, **columns(by))
            for lead, text, at in told
        ]
    )


class Told(NamedTuple):
    """One sentence for the timeline of a lead that is known by its id."""

    lead_id: int
    at: datetime
    text: str
    data: dict[str, Any]


def record_very_many(events: Iterable[Told], kind: Kind, *, by: Actor) -> None:
    """Write down what a job found out about any number of leads, in one stream, in the order given."""
    actor = columns(by)
    same = kind.value, actor["actor"].pk if actor["actor"] else None, actor["job"]
    rows = ((*same, lead_id, at, text[:500], data) for lead_id, at, text, data in events)
    copying.stream_rows(TimelineEvent, COLUMNS, rows)


COLUMNS = ("kind", "actor_id", "job", "lead_id", "at", "text", "data")
