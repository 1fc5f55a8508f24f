"""Requests as bytes, for what no honest client would send."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import NamedTuple


class Told(NamedTuple):
    """What the site answered; status 0 where it hung up without a word."""

    status: int
    headers: str
    body: bytes


def head(line: str, *headers: str, host: str = "127.0.0.1") -> bytes:
    """A request's head, ended."""
    return "\r\n".join([f"{line} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode("latin-1")


def opened(port: int, sent: bytes, *, seconds: float = 60) -> socket.socket:
    """A connection on which these bytes were sent, as far as the site took them."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=seconds)
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.sendall(sent)
    return connection


def told(connection: socket.socket) -> Told:
    """All that comes until the site hangs up."""
    came = b""
    with connection, suppress(ConnectionResetError):
        while some := connection.recv(65536):
            came += some
    beginning, _, body = came.partition(b"\r\n\r\n")
    words = beginning.split(maxsplit=2)
    return Told(int(words[1]) if len(words) > 1 else 0, beginning.decode("latin-1"), body)


def ask(port: int, sent: bytes) -> Told:
    """Send these bytes; what is answered."""
    return told(opened(port, sent))
