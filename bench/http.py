"""Clients that ask again as soon as they are answered, lean enough to leave the machine to the server."""

import socket
import threading
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

RequestMaker = Callable[[], bytes | None]
STATUS_ENDS = len("HTTP/1.1 200")


class UnexpectedAnswer(Exception):
    """The server said something else than the measurement is about."""


@dataclass
class Load:
    """What the clients saw: how long it took altogether, and each answer's milliseconds."""

    seconds: float = 0.0
    milliseconds: list[float] = field(default_factory=list)


def request(method: str, path: str, *, headers: Mapping[str, str] | None = None, body: str = "") -> bytes:
    """One HTTP request, whole."""
    content = body.encode()
    lines = {
        "Host": "127.0.0.1",
        "Connection": "close",
        "Content-Length": str(len(content)),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content


def press(port: int, make: RequestMaker, *, clients: int, seconds: float, expected: Collection[int]) -> Load:
    """Keep `clients` asking for `seconds`, or until `make` has no more; raises UnexpectedAnswer."""
    load, faults = Load(), list[Exception]()
    began = time.perf_counter()

    def ask_on() -> None:
        try:
            while time.perf_counter() - began < seconds and not faults and (message := make()):
                sent = time.perf_counter()
                _check(_answer(port, message), expected)
                load.milliseconds.append((time.perf_counter() - sent) * 1000)
        except (OSError, UnexpectedAnswer) as fault:
            faults.append(fault)

    threads = [threading.Thread(target=ask_on) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - began
    if faults:
        raise faults[0]
    return load


def _answer(port: int, message: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(message)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def _check(answer: bytes, expected: Collection[int]) -> None:
    status = answer[:STATUS_ENDS].rpartition(b" ")[2].decode() or "nothing"
    if status not in {str(one) for one in expected}:
        raise UnexpectedAnswer(
            f"{status} where {expected} was expected: {answer[:2000].decode(errors='replace')}"
        )
