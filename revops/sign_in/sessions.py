"""Sessions in the database as Django keeps them, read and written by statements that are prepared once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection
from django.utils import timezone

from leads import prepared

OPEN = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
# What a session remembers need not be on the disk before the answer leaves; that it begins or ends must, and that is
# an insert or a delete. The setting ends with the transaction, so the statement only ever runs in one of its own.
SAVE = """
    WITH soon AS (SELECT set_config('synchronous_commit', 'off', true) AS said)
    UPDATE django_session SET session_data = %s, expire_date = %s FROM soon WHERE session_key = %s
"""


class SessionStore(db.SessionStore):
    """One session."""

    def load(self) -> dict[str, Any]:
        """What it remembers; nothing where it ended."""
        found = prepared.row(OPEN, [self.session_key, timezone.now()])
        if found is None:
            self._session_key = None
            return {}
        remembered: dict[str, Any] = self.decode(found[0])
        return remembered

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's own signature
        """Keep what was changed; raises UpdateError where somebody ended the session meanwhile."""
        if must_create or self.session_key is None or connection.in_atomic_block:
            super().save(must_create)
            return
        told = self.encode(self._session)  # type: ignore[attr-defined]  # Django's own property
        if not prepared.run(SAVE, [told, _full_hour(self.get_expiry_date()), self.session_key]):
            raise UpdateError


def _full_hour(end: datetime) -> datetime:
    """The next one: an index of ends need not be written with every change of what a session remembers."""
    return end.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
