"""Puts messages into the outbox, in the same transaction as the change they tell of (SL-12)."""

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


def tell(people: Iterable[User], message: Message, *, now: datetime) -> None:
    """Queue `message` for each person by each channel; the same key is told once, and history never."""
    tell_each([(people, message)], now=now)


def tell_each(letters: Iterable[tuple[Iterable[User], Message]], *, now: datetime) -> None:
    """Queue each message for its own people, all at once; otherwise as `tell`."""
    if _telling_history.get():
        return
    OutboxMessage.objects.bulk_create(
        [
            OutboxMessage(
                channel=channel,
                recipient=person,
                key=message.key,
                title=_one_line(message.title),
                text=message.text,
                path=message.path,
                created_at=now,
                due_at=now,
            )
            for people, message in letters
            for person in people
            for channel in CHANNELS
        ],
        ignore_conflicts=True,
    )


def _one_line(title: str) -> str:
    """A title becomes a mail's subject, which has one line; a name may hold anything."""
    return " ".join(title.split())[:200]
