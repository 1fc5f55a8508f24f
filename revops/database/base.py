"""Sees that a connection is still there by looking at its socket, asking only after a pause.

A server that ended or was restarted closes the socket, or says so on it: either is seen at once, for nothing. Only a
network that went silent is not, so whoever was not asked for a while is asked as Django does it.
"""

from __future__ import annotations

import select
import time
from typing import Any

from django.db.backends.postgresql import base, operations

from leads.sending import Sender

PAUSE = 5.0  # seconds without an answer, after which a look is not enough


class Operations(operations.DatabaseOperations):
    """What is said in logs and tests of what was asked."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """As it was sent; of a prepared one, which was sent by its name, the text without the values."""
        return sql if isinstance(cursor, Sender) else super().last_executed_query(cursor, sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection."""

    ops_class = Operations
    _answered_at = 0.0

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
