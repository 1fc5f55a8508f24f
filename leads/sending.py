"""Sends statements with their values apart, and lets the server plan each of them once a connection.

The driver's own library is asked without its cursors: what those do around a statement takes Python longer than all
that is said here, and a signal sends up to thirty.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC
from functools import cache
from itertools import count
from typing import Any, NamedTuple

import psycopg
from psycopg import errors
from psycopg.adapt import AdaptersMap, PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult
from psycopg.types.datetime import TimestamptzLoader

PLANS = 300  # that a connection keeps; there are about a hundred statements, those used last stay
GOOD = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
Key = tuple[str, tuple[int, ...]]


class Answer(NamedTuple):
    """What a statement returned, and how many rows it changed."""

    rows: list[tuple[Any, ...]]
    changed: int


class _Adapting:
    """How values are written and read: as Django does, but for moments, which it turns in Python one by one."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        self.connection = session
        self.adapters = AdaptersMap(session.adapters)
        if session.info.parameter_status("TimeZone") == str(UTC):
            self.adapters.register_loader("timestamptz", TimestamptzLoader)


class Sender:
    """Of one connection; to Django a cursor whose statements say $1, $2 … for their values."""

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        self._session, self._server = session, session.pgconn
        self._values = Transformer(_Adapting(session))
        self._names: OrderedDict[Key, bytes] = OrderedDict()
        self._fresh = count()

    def execute(self, text: str, values: Sequence[Any] = ()) -> Answer:
        """The statement with these values; raises what psycopg would."""
        told: Any = self._values.dump_sequence(values, _any_format(len(values)))
        types, formats = self._values.types or (), self._values.formats
        if not self._session.autocommit and self._server.transaction_status == TransactionStatus.IDLE:
            self._good(self._server.exec_(b"BEGIN"))
        key = (text, types)
        try:
            return self._read(self._server.exec_prepared(self._name(key), told, formats))
        except (errors.FeatureNotSupported, errors.InvalidSqlStatementName):
            self._names.pop(
                key, None
            )  # its table was made anew, or the plan is gone: planned again the next time
            raise

    def _name(self, key: Key) -> bytes:
        """Under what the server knows the statement with values of these types."""
        names = self._names
        if (known := names.get(key)) is not None:
            names.move_to_end(key)
            return known
        if len(names) >= PLANS:
            _, oldest = names.popitem(last=False)
            self._good(self._server.exec_(b"DEALLOCATE " + oldest))
        name = b"baton_%d" % next(self._fresh)
        self._good(self._server.prepare(name, key[0].encode(), key[1]))
        names[key] = name
        return name

    def _read(self, result: PGresult) -> Answer:
        if self._good(result).status == ExecStatus.COMMAND_OK:
            return Answer([], result.command_tuples or 0)
        self._values.set_pgresult(result)
        found = self._values.load_rows(0, result.ntuples, tuple)
        return Answer(found, len(found))

    def _good(self, result: PGresult) -> PGresult:
        if result.status in GOOD:
            return result
        if self._server.status == ConnStatus.BAD:
            raise psycopg.OperationalError(self._server.get_error_message())
        raise errors.error_from_result(result)


@cache
def _any_format(number: int) -> list[PyFormat]:
    """Each value as its type is written best."""
    return [PyFormat.AUTO] * number
