"""Keeps statements in their order, reads moments quickly, and sees by a look that a connection is still there.

A server that ended or was restarted closes the socket, or says so on it: either is seen at once, for nothing. Only a
network that went silent is not, so whoever was not asked for a while is asked as Django does it.
"""

from __future__ import annotations

import select
import time
from datetime import UTC
from typing import Any

from django.db.backends.postgresql import base, operations
from django.db.backends.utils import CursorWrapper
from django.db.utils import DatabaseError
from psycopg.types.datetime import TimestamptzLoader

from leads.sending import Sender, sender_of
from revops.giving_way import give_way_together

ServerSideCursor: Any = base.ServerSideCursor  # whose stubs do not know how one is made
PAUSE = 5.0  # seconds without an answer, after which a look is not enough


class Operations(operations.DatabaseOperations):
    """What is said in logs and tests of what was asked."""

    def last_executed_query(self, cursor: Any, sql: str, params: Any) -> str:
        """As it was sent; of a prepared one, which was sent by its name, the text without the values."""
        return sql if isinstance(cursor, Sender) else super().last_executed_query(cursor, sql, params)


class InTurn(CursorWrapper):
    """A cursor that sends nothing before what waits."""

    def _execute(self, sql: str, params: Any, *ignored: Any) -> Any:
        self._catch_up()
        return super()._execute(sql, params, *ignored)  # type: ignore[misc]  # left out of the stubs

    def _executemany(self, sql: str, param_list: Any, *ignored: Any) -> Any:
        self._catch_up()
        return super()._executemany(sql, param_list, *ignored)  # type: ignore[misc]  # left out of the stubs

    def _catch_up(self) -> None:
        with self.db.wrap_database_errors:
            sender_of(self.db.connection).catch_up()


class DatabaseWrapper(base.DatabaseWrapper):
    """One connection."""

    ops_class = Operations
    _answered_at = 0.0

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """One whose moments in UTC are read in C, to what Django makes of each in Python in ten times as long.

        The server's side of it gives way as this one does.
        """
        session = super().get_new_connection(conn_params)
        give_way_together(session.fileno(), session.info.backend_pid)
        if self.timezone == UTC:
            session.adapters.register_loader("timestamptz", TimestamptzLoader)
        return session

    def create_cursor(self, name: str | None = None) -> Any:
        """For whatever is sent by other ways than `leads.prepared`: after what waits there."""
        with self.wrap_database_errors:
            self._sender.catch_up()
        if self.timezone != UTC:
            return super().create_cursor(name)
        if name is None:
            return self.connection.cursor()
        held = self.connection.autocommit
        return ServerSideCursor(self.connection, name=name, scrollable=False, withhold=held)

    def make_cursor(self, cursor: Any) -> CursorWrapper:
        """One that also waits its turn where it was made before something else began to wait."""
        return InTurn(cursor, self)

    def _savepoint(self, sid: str) -> None:
        self._tell(self.ops.savepoint_create_sql(sid))

    def _savepoint_commit(self, sid: str) -> None:
        self._tell(self.ops.savepoint_commit_sql(sid))

    def _tell(self, statement: str) -> None:
        """Of a savepoint that begins or ends the server hears with what is sent next."""
        if self.queries_logged or self.execute_wrappers:
            with self.cursor() as cursor:
                cursor.execute(statement)
        else:
            self._sender.later_as_it_is(statement)

    def _commit(self) -> None:
        if self.connection is not None:
            try:
                with self.wrap_database_errors:
                    if self._sender.commit():
                        return
            except Exception as why:
                if not isinstance(why, DatabaseError):  # after which Django rolls back
                    self.rollback()
                raise
        super()._commit()  # type: ignore[misc]  # left out of the stubs

    def _rollback(self) -> None:
        if self.connection is not None:
            self._sender.forget()
        super()._rollback()  # type: ignore[misc]  # left out of the stubs

    @property
    def _sender(self) -> Sender:
        return sender_of(self.connection)

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
