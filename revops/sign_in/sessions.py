"""Sessions in the database, each read by one statement together with the person who is signed in.

Beside what a session remembers stands the number of its person, so that both are one read. Whether the session is
still theirs is for `recognising` to say: what it remembers holds the proof that Django puts there.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.utils import timezone

from leads import prepared, quick_rows
from leads.json_text import json_text
from leads.models import User

OPEN = """
    SELECT session_data, {person} FROM django_session
    LEFT JOIN leads_user AS person ON person.id = substring(session_data FROM '^[0-9]+')::bigint
    WHERE session_key = %s AND expire_date > %s
"""
KEEP = "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s"
# What a session remembers need not be on the disk before the answer leaves; that it begins or ends must, and that is
# an insert or a delete. The setting ends with the transaction, so the statement only ever runs in one of its own.
SAVE = """
    WITH soon AS (SELECT set_config('synchronous_commit', 'off', true) AS said)
    UPDATE django_session SET session_data = %s, expire_date = %s FROM soon WHERE session_key = %s
"""


class SessionStore(db.SessionStore):
    """One session."""

    person: User | None = None
    """Whose it says it is, as read with it."""
    _kept = ""
    """What was kept last with a transaction."""

    def load(self) -> dict[str, Any]:
        """What it remembers; nothing where it ended."""
        found = prepared.row(_opening(), [self.session_key, timezone.now()])
        if found is None:
            self._session_key = None
            return {}
        told, *person = found
        if person[0] is not None:
            self.person = quick_rows.kept(User, dict(zip(_columns(), person, strict=True)))
        remembered: dict[str, Any] = self.decode(told)
        return remembered

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Whose it is, then what it remembers as JSON: nobody but us writes there, so that no seal is needed."""
        return str(session_dict.get(SESSION_KEY, "")) + json_text(session_dict)

    def decode(self, session_data: str | bytes) -> dict[str, Any]:
        """What it remembers, also of a session that was sealed as Django does."""
        text = session_data if isinstance(session_data, str) else session_data.decode()
        begins = text.find("{")
        remembered: dict[str, Any] = super().decode(text) if begins < 0 else json.loads(text[begins:])
        return remembered

    def keep_with(self) -> None:
        """Keep what was changed with the open transaction, on the way of its commit, so that `save` need not.

        Of a session that somebody ended meanwhile nothing is kept.
        """
        self._kept = self.encode(self._session)  # type: ignore[attr-defined]  # Django's own property
        prepared.run_later(KEEP, [self._kept, _full_hour(self.get_expiry_date()), self.session_key])

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        """Keep what was changed; raises UpdateError where somebody ended the session meanwhile."""
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        told = self.encode(self._session)  # type: ignore[attr-defined]
        if told == self._kept:
            return
        if connection.in_atomic_block:
            super().save()
        elif not prepared.run(SAVE, [told, _full_hour(self.get_expiry_date()), self.session_key]):
            raise UpdateError


def _full_hour(end: datetime) -> datetime:
    """The next one: an index of ends need not be written with every change of what a session remembers."""
    return end.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


@cache
def _opening() -> str:
    return OPEN.format(person=", ".join(f"person.{name}" for name in _columns()))


@cache
def _columns() -> tuple[str, ...]:
    """Those of a person, the id first."""
    return tuple(field.attname for field in User._meta.concrete_fields)  # noqa: SLF001 - Django's own door to it
