"""A real server on this machine that answers well, fails, hangs, resets, redirects, or drips for ever."""

from __future__ import annotations

import json
import socket
import ssl
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_network
from threading import Event, Thread

from leads import webhooks
from leads.domain.addresses import Policy
from leads.domain.events import CHOOSABLE
from leads.models import Team, User, WebhookEndpoint
from leads.webhooks import Wanted

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
LOCAL = Policy(schemes=("https", "http"), networks=(ip_network("127.0.0.0/8"),))


@dataclass(frozen=True)
class Received:
    """One request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """Listens on a free port; `behave` says what is done with each request."""

    behave: Behaviour
    tls: ssl.SSLContext | None = None
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    ended: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._socket.getsockname()[1]
        Thread(target=self._listen, daemon=True).start()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}/hook"

    def end(self) -> None:
        self.ended.set()
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with suppress(OSError), connection, self._safe(connection) as line:
            self.received.append(_read(line))
            self.behave(line, self)

    def _safe(self, connection: socket.socket) -> socket.socket:
        return self.tls.wrap_socket(connection, server_side=True) if self.tls else connection


Behaviour = Callable[[socket.socket, Receiver], None]


@contextmanager
def receiving(behave: Behaviour, *, tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(behave, tls)
    try:
        yield receiver
    finally:
        receiver.end()


def answer(data: bytes) -> Behaviour:
    return lambda line, _: line.sendall(data)


def status(code: int, body: bytes = b"", headers: str = "") -> Behaviour:
    head = f"HTTP/1.1 {code} X\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode()
    return answer(head + body)


def hang(line: socket.socket, receiver: Receiver) -> None:
    receiver.ended.wait(30)


def reset(line: socket.socket, receiver: Receiver) -> None:
    """Linger 0: the close sends RST, as a machine that falls over does."""
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def drip(before: bytes) -> Behaviour:
    """Begin well, then a byte every now and then, for ever."""

    def behave(line: socket.socket, receiver: Receiver) -> None:
        line.sendall(before)
        while not receiver.ended.wait(0.05):
            line.sendall(b"x")

    return behave


def flood(line: socket.socket, receiver: Receiver) -> None:
    """As much as the line takes, for ever."""
    line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while not receiver.ended.is_set():
        line.sendall(b"y" * 65536)


def _read(line: socket.socket) -> Received:
    data = b""
    while b"\r\n\r\n" not in data:
        more = line.recv(65536)
        if not more:
            raise OSError("nothing was asked")
        data += more
    head, body = data.split(b"\r\n\r\n", 1)
    first, *rest = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in rest)}
    while len(body) < int(headers.get("content-length", 0)):
        body += line.recv(65536)
    return Received(first, headers, body)


def endpoint(
    receiver: Receiver, *, by: User, now: datetime, team: Team | None = None, kinds: object = CHOOSABLE
) -> WebhookEndpoint:
    """An endpoint of the organisation that listens to everything."""
    chosen = [str(kind) for kind in kinds]  # type: ignore[attr-defined]
    return webhooks.create(Wanted("Warehouse", receiver.url, "BATON", chosen, team), by=by, now=now)


def types(receiver: Receiver) -> list[str]:
    return [json.loads(got.body)["type"] for got in receiver.received]
