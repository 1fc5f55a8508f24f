"""Puts messages into the outbox, in the same transaction as the change they tell of (SL-12).

What a decision tells can be held for as long as the decision can be undone: the undo withdraws what has not left, and
says of what has that it was taken back (QU-13).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime

from leads.models import OutboxMessage, User

CHANNELS = (OutboxMessage.Channel.IN_APP, OutboxMessage.Channel.EMAIL)
_telling_history = ContextVar("telling_history", default=False)


@dataclass(frozen=True)
class Hold:
    """Until when messages wait, and the name of the decision whose undoing takes them back."""

    undo_key: str
    until: datetime


_holding: ContextVar[Hold | None] = ContextVar("holding", default=None)


@dataclass(frozen=True)
class Message:
    """What to say; `key` names the event, so that telling it again changes nothing."""

    key: str
    title: str
    text: str = ""
    path: str = ""


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

    A message that is leaving at this moment is waited for, and counts as gone.
    """
    told = OutboxMessage.objects.filter(undo_key=undo_key)
    told.filter(sent_at__isnull=True).delete()
    gone = list(told.filter(sent_at__isnull=False))
    OutboxMessage.objects.bulk_create(
        [_taken_back(message, now=now) for message in gone], ignore_conflicts=True
    )


def tell(people: Iterable[User], message: Message, *, now: datetime) -> None:
    """Queue `message` for each person by each channel; the same key is told once, and history never."""
    tell_each([(people, message)], now=now)


def tell_each(letters: Iterable[tuple[Iterable[User], Message]], *, now: datetime) -> None:
    """Queue each message for its own people, all at once; otherwise as `tell`."""
    if _telling_history.get():
        return
    hold = _holding.get()
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                channel=channel,
                recipient=person,
                key=message.key,
                title=_one_line(message.title),
                text=message.text,
                path=message.path,
                undo_key=hold.undo_key if hold else "",
                created_at=now,
                due_at=hold.until if hold else now,
            )
            for people, message in letters
            for person in people
            for channel in CHANNELS
        ],
        ignore_conflicts=True,
    )


def _taken_back(message: OutboxMessage, *, now: datetime) -> OutboxMessage:
    """The second message, by the same channel to the same person."""
    return OutboxMessage(
        channel=message.channel,
        recipient_id=message.recipient_id,
        key=f"{message.key}:taken-back"[:120],
        title=_one_line(f"Taken back: {message.title}"),
        text="The decision that this came from was undone, so there is nothing to do.",
        path=message.path,
        created_at=now,
        due_at=now,
    )


def _one_line(title: str) -> str:
    """A title becomes a mail's subject, which has one line; a name may hold anything."""
    return " ".join(title.split())[:200]
