"""Puts what must leave into the outbox, in the same transaction as the change it tells of (SL-12, PF-8).

People are told by the channels that each chose; events go to the endpoints that listen. The same key is told once,
what is rolled back is never told, and what is written down as history is no news. What a decision tells can be held
for as long as the decision can be undone: the undo withdraws what has not left, and says of what has that it was taken
back (QU-13).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q

from leads import copying, notices, prepared, quick_rows
from leads.cells import cell
from leads.domain.events import EventKind
from leads.domain.notices import Channel, Kind
from leads.models import Lead, OutboxMessage, User, WebhookEndpoint
from leads.notices import Wishes
from leads.remembering import remembered

# Controls, and what turns the rest of a line round: a name may hold them, and a subject shows none.
UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_telling_history = ContextVar("telling_history", default=False)


@dataclass(frozen=True)
class Hold:
    """Until when messages wait, and the name of the decision whose undoing takes them back."""

    undo_key: str
    until: datetime


_holding: ContextVar[Hold | None] = ContextVar("holding", default=None)


class Message(NamedTuple):
    """What to say; `key` names the event, so that telling it again changes nothing."""

    key: str
    title: str
    text: str = ""
    path: str = ""
    kind: Kind = Kind.OTHER


@dataclass(frozen=True)
class Event:
    """What happened to a lead, for programs outside; `key` names it, and `title` says it in a sentence."""

    key: str
    kind: EventKind
    lead: Lead
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)


@contextmanager
def history() -> Iterator[None]:
    """Tell nobody of what is written down inside the block: it happened long ago, and is no news."""
    token = _telling_history.set(True)
    try:
        yield
    finally:
        _telling_history.reset(token)


@contextmanager
def held(hold: Hold) -> Iterator[None]:
    """Whatever is told inside the block leaves when the hold is over, unless it is taken back before."""
    token = _holding.set(hold)
    try:
        yield
    finally:
        _holding.reset(token)


def take_back(undo_key: str, *, now: datetime) -> None:
    """Withdraw what that decision told and has not left; say of what has left, to whom it went, that it is undone.

    A letter that is leaving at this moment is waited for, and counts as gone; so does what an endpoint was tried with.
    """
    told = OutboxMessage.objects.filter(undo_key=undo_key)
    tried = Q(endpoint__isnull=False, attempts__gt=0)
    told.filter(sent_at__isnull=True).exclude(tried).delete()
    gone = list(told.filter(Q(sent_at__isnull=False) | tried))
    _write(_taken_back(message, now=now) for message in gone)


def tell(people: Iterable[User], message: Message, *, now: datetime) -> None:
    """Queue `message` for each person by the channels they chose; the same key is told once, and history never."""
    tell_each([(people, message)], now=now)


def tell_each(letters: Iterable[tuple[Iterable[User], Message]], *, now: datetime) -> None:
    """Queue each message for its own people, all at once; otherwise as `tell`."""
    if _telling_history.get():
        return
    pairs = [(person, message) for people, message in letters for person in people]
    if not pairs:
        return
    wishes = notices.wishes_of({person.pk for person, _ in pairs})
    _write(
        _letter(person, message, channel, wishes=wishes[person.pk], now=now)
        for person, message in pairs
        for channel in wishes[person.pk].channels(message.kind)
    )


def tell_very_many(
    letters: Iterable[tuple[Iterable[User], Message, datetime]], events: Iterable[tuple[Event, datetime]]
) -> None:
    """Queue letters and events, each as told at its own time, in two streams; otherwise as `tell` and `publish`.

    All of them are new: nobody was told anything by any of these keys before.
    """
    if _telling_history.get():
        return
    told = list(letters)
    people = {person.id: person for addressed, _, _ in told for person in addressed}
    wishes = notices.wishes_of(people)
    copying.write(OutboxMessage, LETTER, _lines(told, wishes))
    listened = [(event, endpoint, at) for event, at in events for endpoint in _listening_to(event)]
    copying.insert([_published(event, endpoint, now=at) for event, endpoint, at in listened])


LETTER = (
    "channel",
    "recipient_id",
    "endpoint_id",
    "due_at",
    "created_at",
    "undo_key",
    "kind",
    "key",
    "title",
    "text",
    "path",
)


def _lines(
    told: Iterable[tuple[Iterable[User], Message, datetime]], wishes: Mapping[int, Wishes]
) -> Iterator[str]:
    """The rows of letters; by which channels, and when, is worked out once for all of a kind to a person."""
    ways: dict[tuple[int, Kind, datetime], list[str]] = {}
    for people, message, at in told:
        said = (message.key, _one_line(message.title), message.text, message.path)
        end = "\t".join(map(cell, said))
        for person in {person.id: person for person in people}.values():
            way = (person.id, message.kind, at)
            if way not in ways:
                ways[way] = _ways(person, message.kind, wishes[person.id], now=at)
            for begin in ways[way]:
                yield f"{begin}\t{end}"


def _ways(person: User, kind: Kind, wishes: Wishes, *, now: datetime) -> list[str]:
    """The cells of `LETTER` with its kind, one line a channel."""
    due_at, undo_key = _leaves(now)
    mail_due_at = wishes.mail_due_at(due_at, zone=person.time_zone)
    rows = [
        (
            channel,
            person.pk,
            wishes.endpoint_id if channel is Channel.WEBHOOK else None,
            mail_due_at if channel is Channel.EMAIL else due_at,
            now,
            undo_key,
            kind,
        )
        for channel in wishes.channels(kind)
    ]
    return ["\t".join(map(cell, row)) for row in rows]


def is_heard(kind: EventKind) -> bool:
    """Whether an event of the kind may be published now: history is not, nor what no endpoint listens to."""
    return not _telling_history.get() and any(kind in endpoint.kinds for endpoint in _listening())


def mail_about_account(person: User, message: Message, *, kind: str, now: datetime) -> None:
    """Queue a mail about how `person` signs in: it leaves at once, whatever they chose to be told."""
    _write(
        [
            OutboxMessage(
                channel=Channel.EMAIL,
                recipient=person,
                kind=kind,
                key=message.key,
                title=_one_line(message.title),
                text=message.text,
                path=message.path,
                created_at=now,
                due_at=now,
            )
        ]
    )


def publish(*events: Event, now: datetime) -> None:
    """Queue each event for every endpoint that listens to its kind and team; history is published to nobody."""
    if not _telling_history.get():
        publish_each((event, now) for event in events)


def publish_each(events: Iterable[tuple[Event, datetime]]) -> None:
    """Queue each event at its own moment for every endpoint that listens, all at once; none of them is history."""
    told = list(events)
    if not told:
        return
    _write(_published(event, endpoint, now=now) for event, now in told for endpoint in _listening_to(event))


def _listening_to(event: Event) -> list[WebhookEndpoint]:
    return [
        endpoint
        for endpoint in _listening()
        if event.kind in endpoint.kinds and endpoint.team_id in (None, event.lead.team_id)
    ]


@remembered
def _listening() -> list[WebhookEndpoint]:
    """The few endpoints that anything is published to."""
    return list(WebhookEndpoint.objects.of_organisation().filter(is_on=True))


def publish_test(endpoint: WebhookEndpoint, *, key: str, title: str, now: datetime) -> None:
    """Queue a message that says nothing but that it arrived."""
    payload = {"type": "test", "timestamp": now.isoformat(), "data": {"text": title}}
    _write(
        [
            OutboxMessage(
                channel=Channel.WEBHOOK,
                endpoint=endpoint,
                kind="test",
                key=key,
                title=_one_line(title),
                payload=payload,
                created_at=now,
                due_at=now,
            )
        ]
    )


def _write(rows: Iterable[OutboxMessage]) -> None:
    prepared.store_later(list(rows), ending="ON CONFLICT DO NOTHING")


def _letter(
    person: User, message: Message, channel: Channel, *, wishes: Wishes, now: datetime
) -> OutboxMessage:
    due_at, undo_key = _leaves(now)
    if channel is Channel.EMAIL:
        due_at = wishes.mail_due_at(due_at, zone=person.time_zone)
    return quick_rows.fresh(
        OutboxMessage,
        {
            "channel": channel,
            "recipient_id": person.pk,
            "endpoint_id": wishes.endpoint_id if channel is Channel.WEBHOOK else None,
            "kind": message.kind,
            "key": message.key,
            "title": _one_line(message.title),
            "text": message.text,
            "path": message.path,
            "undo_key": undo_key,
            "created_at": now,
            "due_at": due_at,
        },
    )


def _published(event: Event, endpoint: WebhookEndpoint, *, now: datetime) -> OutboxMessage:
    lead = event.lead
    due_at, undo_key = _leaves(now)
    data = {
        "lead": {"id": lead.pk, "name": lead.name, "stage": lead.stage, "tier": lead.tier},
        **event.data,
    }
    return quick_rows.fresh(
        OutboxMessage,
        {
            "channel": Channel.WEBHOOK,
            "endpoint_id": endpoint.pk,
            "kind": event.kind,
            "key": event.key,
            "title": _one_line(event.title),
            "path": lead.get_absolute_url(),
            "payload": {"type": event.kind.value, "timestamp": now.isoformat(), "data": data},
            "undo_key": undo_key,
            "created_at": now,
            "due_at": due_at,
        },
    )


def _leaves(now: datetime) -> tuple[datetime, str]:
    """When what is told now leaves, and which decision can take it back."""
    hold = _holding.get()
    return (hold.until, hold.undo_key) if hold else (now, "")


def _taken_back(message: OutboxMessage, *, now: datetime) -> OutboxMessage:
    """The second message, by the same channel to the same person or endpoint."""
    is_event = message.payload is not None
    return OutboxMessage(
        channel=message.channel,
        recipient_id=message.recipient_id,
        endpoint_id=message.endpoint_id,
        kind=EventKind.TAKEN_BACK if is_event else message.kind,
        payload=_taken_back_event(message, now=now) if is_event else None,
        key=f"{message.key}:taken-back"[:120],
        title=_one_line(f"Taken back: {message.title}"),
        text="The decision that this came from was undone, so there is nothing to do.",
        path=message.path,
        created_at=now,
        due_at=now,
    )


def _taken_back_event(message: OutboxMessage, *, now: datetime) -> dict[str, Any]:
    told = message.payload or {}
    lead = told.get("data", {}).get("lead")
    data = {"id": f"msg_{message.pk}", "type": told.get("type"), "lead": lead}
    return {"type": EventKind.TAKEN_BACK.value, "timestamp": now.isoformat(), "data": data}


def _one_line(title: str) -> str:
    """A title becomes a mail's subject, of one line that nothing turns round; a name may hold anything."""
    line = " ".join(title.split())
    return (line if line.isprintable() else UNSEEN.sub("", line))[:200]
