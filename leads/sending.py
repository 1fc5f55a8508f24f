"""Sends statements with their values apart, lets the server plan each once a connection, and sends several at once.

The driver's own library is asked without its cursors: what those do around a statement takes Python longer than all
that is said here, and a signal sends up to thirty. What nobody waits for goes `later`: with the next statement that
is waited for, in the order given, or with the end of the transaction, which saves half of the ways there and back.
What is waited for can be asked `ahead` of that, so that several are answered on one way.
"""

from __future__ import annotations

import select
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg import errors
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

PLANS = 300  # that a connection keeps; there are about a hundred statements, those used last stay
GOOD = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
Key = tuple[str, tuple[int, ...]]
Done = TypeVar("Done")


class Answer(NamedTuple):
    """What a statement returned, and how many rows it changed."""

    rows: list[tuple[Any, ...]]
    changed: int


class Coming:
    """What a statement will answer that was asked ahead of being waited for."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self.answer: Answer | None = None

    def rows(self) -> list[tuple[Any, ...]]:
        """What it returned; sends what still waits. Raises LookupError for what was rolled back unsent."""
        if self.answer is None:
            self._sender.catch_up()
        if self.answer is None:
            raise LookupError("The transaction in which this was asked is over.")
        return self.answer.rows


class Ready(NamedTuple):
    """A statement by the name under which the server planned it, and its values as they are sent."""

    name: bytes
    told: Any
    formats: Any


class Waiting(NamedTuple):
    """What is sent in front of the next, what is raised where it changes no row, and who is told what it answers."""

    sending: Ready | bytes
    refusal: Exception | None = None
    coming: Coming | None = None


class Sender:
    """Of one connection; to Django a cursor whose statements say $1, $2 … for their values.

    Whoever else sends something on the connection lets it `catch_up` before: `revops.database` sees to that.
    """

    def __init__(self, session: psycopg.Connection[Any]) -> None:
        self._session, self._server = session, session.pgconn
        self._values = Transformer(session)
        self._names: OrderedDict[Key, bytes] = OrderedDict()
        self._fresh = count()
        self._waiting: list[Waiting] = []
        self._socket = select.poll()

    def execute(self, text: str, values: Sequence[Any] = ()) -> Answer:
        """What the statement answers with these values; raises what psycopg would, also for what waited before it."""
        ready = self._ready(text, values)
        self._open()
        result = self._sent(ready) if self._waiting else self._server.exec_prepared(*ready)
        return self._read(self._good(result))

    def ahead(self, text: str, values: Sequence[Any] = ()) -> Coming:
        """Send it in front of the next, and keep what it answers for whoever asks for that."""
        coming = Coming(self)
        if self._session.autocommit:
            coming.answer = self.execute(text, values)
            return coming
        ready = self._ready(text, values)
        self._open()
        self._waiting.append(Waiting(ready, coming=coming))
        return coming

    def beside(self, text: str, values: Sequence[Any], work: Callable[[], Done]) -> tuple[Answer, Done]:
        """What the statement answers, and what came of the work, which sends nothing, done while the server thinks."""
        ready = self._ready(text, values)
        self._open()
        self.catch_up()
        self._server.send_query_prepared(*ready)
        while self._server.flush():
            self._look(select.POLLIN | select.POLLOUT)
        try:
            done = work()
        finally:
            result = self._result()
        return self._read(self._good(result)), done

    def later(self, text: str, values: Sequence[Any] = (), *, refusal: Exception | None = None) -> None:
        """Send it in front of the next, or at once where no transaction is open; the refusal as in `Waiting`."""
        if self._session.autocommit:
            _heed(self.execute(text, values).changed, refusal)
            return
        ready = self._ready(text, values)
        self._open()
        self._waiting.append(Waiting(ready, refusal))

    def later_as_it_is(self, text: str) -> None:
        """The same for a statement without values that is not worth a plan, in a transaction."""
        self._open()
        self._waiting.append(Waiting(text.encode()))

    def catch_up(self) -> None:
        """Send what waits."""
        if self._waiting:
            self._sent()

    def commit(self) -> bool:
        """Send what waits and end the transaction, on one way; False where none is open, or one that has failed.

        What may be refused is sent before: nothing is kept of a transaction in which something was.
        """
        if any(one.refusal for one in self._waiting):
            self.catch_up()
        if not self._waiting and self._server.transaction_status != TransactionStatus.INTRANS:
            return False
        self._sent(b"COMMIT")
        return True

    def forget(self) -> None:
        """Whatever waits is not to be: the transaction is rolled back."""
        self._waiting.clear()

    def _ready(self, text: str, values: Sequence[Any]) -> Ready:
        """The statement as the server knows it, with its values."""
        told: Any = self._values.dump_sequence(values, _any_format(len(values)))
        return Ready(self._name((text, self._values.types or ())), told, self._values.formats)

    def _open(self) -> None:
        """Begin the transaction in front of the next statement, where none has begun."""
        begun = self._waiting or self._server.transaction_status != TransactionStatus.IDLE
        if not (begun or self._session.autocommit):
            self._waiting.append(Waiting(b"BEGIN"))

    def _sent(self, *last: Ready | bytes) -> PGresult:
        """The result of the last, after what waits went in front of it on the same way; raises what failed first."""
        waiting, self._waiting = self._waiting, []
        try:
            results = self._pass_on([*(one.sending for one in waiting), *last])
        except BaseException:
            self._server.finish()  # nobody knows what is still to come on it
            raise
        for result in results:
            self._good(result)
        for one, result in zip(waiting, results, strict=False):
            _heed(result.command_tuples, one.refusal)
            if one.coming is not None:
                one.coming.answer = self._read(result)
        return results[-1]

    def _pass_on(self, sendings: Sequence[Ready | bytes]) -> list[PGresult]:
        server = self._server
        server.enter_pipeline_mode()
        for one in sendings:
            if isinstance(one, bytes):
                server.send_query_params(one, None)
            else:
                server.send_query_prepared(*one)
        server.pipeline_sync()
        while server.flush():
            self._look(select.POLLIN | select.POLLOUT)
        results = [self._result() for _ in sendings]
        self._arrived()  # says that these were all
        server.exit_pipeline_mode()
        return results

    def _result(self) -> PGresult:
        """The result of the next statement, which is read to its end."""
        result = self._arrived()
        if result is None or self._server.status == ConnStatus.BAD:
            raise psycopg.OperationalError(self._server.get_error_message())
        self._arrived()
        return result

    def _arrived(self) -> PGresult | None:
        """What comes next; until it is there other threads go on, which the library would not let."""
        while self._server.is_busy():
            self._look(select.POLLIN)
        return self._server.get_result()

    def _look(self, for_what: int) -> None:
        """Wait until the socket is ready, and take what has come."""
        self._socket.register(self._server.socket, for_what)
        self._socket.poll()
        self._server.consume_input()

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
        if result.status == ExecStatus.COMMAND_OK:
            return Answer([], result.command_tuples or 0)
        self._values.set_pgresult(result)
        found = self._values.load_rows(0, result.ntuples, tuple)
        return Answer(found, len(found))

    def _good(self, result: PGresult) -> PGresult:
        if result.status in GOOD:
            return result
        if self._server.status == ConnStatus.BAD:
            raise psycopg.OperationalError(self._server.get_error_message())
        error = errors.error_from_result(result)
        if isinstance(error, errors.FeatureNotSupported | errors.InvalidSqlStatementName):
            self._names.clear()  # a table was made anew, or plans are gone: planned again the next time
        raise error


def _heed(changed: int | None, refusal: Exception | None) -> None:
    if refusal is not None and not changed:
        raise refusal


def sender_of(session: psycopg.Connection[Any]) -> Sender:
    """The one of this connection."""
    kept: Sender | None = vars(session).get("sender")
    if kept is None:
        kept = vars(session)["sender"] = Sender(session)
    return kept


@cache
def _any_format(number: int) -> list[PyFormat]:
    """Each value as its type is written best."""
    return [PyFormat.AUTO] * number
