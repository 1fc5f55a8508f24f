"""The site's process under gunicorn: a request must arrive, so nobody holds a process by sending slowly (P34).

Gunicorn's plain process waits for each byte as long as it is alive: whoever sends one now and then holds it. Here the
head has ten seconds, and the body ten more and one for each 32 KiB that came, so that a large file may take its time.
A few senders can still hold every process for those seconds: a proxy that buffers belongs in front of an open site.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Any

from gunicorn import util
from gunicorn.http.errors import NoMoreData
from gunicorn.workers.sync import SyncWorker

HEAD_SECONDS = 10.0
BODY_SECONDS = 10.0
SLOWEST = 32 * 1024  # bytes a second


class Arriving:
    """A client's connection whose bytes must come in time; in all else the connection itself."""

    def __init__(self, connection: socket.socket, *, alive: Callable[[], None]) -> None:
        self._connection, self._alive = connection, alive
        self._until = time.monotonic() + HEAD_SECONDS
        self._patience: float | None = None
        self._head_is_here = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def settimeout(self, seconds: float | None) -> None:
        """What a reader asks for beside: the sooner of both ends the wait."""
        self._patience = seconds

    def head_is_here(self) -> None:
        """From now on the body comes, with a time of its own."""
        self._head_is_here = True
        self._until = time.monotonic() + BODY_SECONDS

    def recv(self, size: int) -> bytes:
        """The next bytes; raises TimeoutError for a late body, and NoMoreData for a late head, which is told so."""
        left = self._until - time.monotonic()
        wait = left if self._patience is None else min(left, self._patience)
        try:
            came = self._received(size, within=wait)
        except TimeoutError:
            if self._head_is_here or self._patience is not None:
                raise
            util.write_error(self._connection, 408, "Request Timeout", "")
            raise NoMoreData from None
        if self._head_is_here:
            self._until += len(came) / SLOWEST
        return came

    def _received(self, size: int, *, within: float) -> bytes:
        if within <= 0:
            raise TimeoutError
        self._connection.settimeout(within)
        try:
            return self._connection.recv(size)
        finally:
            self._connection.settimeout(None)
            self._alive()


class PatientWorker(SyncWorker):  # type: ignore[misc]
    """Gunicorn's plain process, which waits for a request no longer than it may take."""

    def handle(self, listener: socket.socket, client: socket.socket, addr: Any) -> None:
        super().handle(listener, Arriving(client, alive=self.notify), addr)

    def handle_request(  # noqa: PLR0917 - gunicorn's own signature
        self, listener: socket.socket, req: Any, client: Arriving, addr: Any
    ) -> None:
        client.head_is_here()
        super().handle_request(listener, req, client, addr)
