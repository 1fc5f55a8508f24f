"""Keeps plans, and sees that a connection is still there by looking at its socket, asking only after a pause.

A server that ended or was restarted closes the socket, or says so on it: either is seen at once, for nothing. Only a
network that went silent is not, so whoever was not asked for a while is asked as Django does it.
"""

from __future__ import annotations

import select
import time
from typing import Any

from django.db.backends.postgresql import base, operations

PLANS = 300  # that a session keeps; there are about a hundred statements, those used last stay
PAUSE = 5.0  # seconds without an answer, after which a look is not enough


class Operations(operations.DatabaseOperations):
    """What is said in logs and tests of what was asked."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """As it was sent; of a prepared one, which was sent by its name, the text without the values."""
        return super().last_executed_query(cursor, sql, params) or sql


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection."""

    ops_class = Operations
    _answered_at = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """A session that keeps the plans which `leads.prepared` asks for: Django's own never keeps any."""
        session = super().get_new_connection(conn_params)
        session.prepare_threshold, session.prepared_max = 0, PLANS
        return session

    def _savepoint_rollback(self, sid: str) -> None:
        """Psycopg forgets all plans when it sees a rollback; whoever only passes over a rep with a cap keeps them."""
        self.connection.prepare_threshold = None
        try:
            super()._savepoint_rollback(sid)  # type: ignore[misc]  # left out of the stubs
        finally:
            self.connection.prepare_threshold = 0

    def is_usable(self) -> bool:
        """Whether the next statement will find its server."""
        now = time.monotonic()
        if not self.errors_occurred and now - self._answered_at < PAUSE and self._is_quiet():
            return True
        usable: bool = super().is_usable()
        if usable:
            self._answered_at = now
        return usable

    def _is_quiet(self) -> bool:
        """Open, and nothing came that nobody asked for."""
        if self.connection is None or self.connection.closed:
            return False
        looking = select.poll()
        looking.register(self.connection.fileno(), select.POLLIN)
        return not looking.poll(0)
