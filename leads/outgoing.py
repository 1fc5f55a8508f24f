"""The one client for addresses that people typed: reaches nothing inside and never hangs (P8, P36).

The name is looked up once, the found addresses are checked, and the socket is opened to what was checked, so that a
name that changes its mind leads nowhere. One deadline holds for everything: looking up, connecting, the handshake,
sending, and an answer that drips for ever. Redirects are not followed, proxies not asked, answers cut at a limit.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address, ip_network
from queue import Empty, SimpleQueue
from threading import Thread
from time import monotonic
from typing import IO, Any

from django.conf import settings

from leads.domain import addresses
from leads.domain.addresses import NotAllowed, Policy, Target

MOST_SECONDS = 10.0
LARGEST = 64 * 1024
_HEADERS_TOO = 64 * 1024  # what may come before and around a body
Resolve = Callable[[str, int], Sequence[str]]


class NotAnswered(Exception):
    """No answer came: the message says in plain words what went wrong, and holds no address."""


@dataclass(frozen=True)
class Request:
    """What to send. The address and the headers may hold secrets, so neither is printed."""

    url: str = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    method: str = "POST"


@dataclass(frozen=True)
class Answer:
    """What came back within the deadline and the limit; `is_cut` where there was more. Headers are in lower case."""

    status: int
    body: bytes
    is_cut: bool
    headers: Mapping[str, str]

    @property
    def is_fine(self) -> bool:
        """2xx; a redirect is none, for it is not followed."""
        return 200 <= self.status < 300  # noqa: PLR2004 - the range of HTTP itself


@dataclass(frozen=True)
class Limits:
    """How long everything together may take, in seconds, and how many bytes of the body are read."""

    seconds: float = MOST_SECONDS
    size: int = LARGEST


def usual_policy() -> Policy:
    """What the settings let be called: https at public addresses, and the networks that they name."""
    networks = tuple(ip_network(each) for each in settings.OUTGOING_NETWORKS)
    schemes = ("https", "http") if settings.OUTGOING_HTTP else ("https",)
    return Policy(schemes, tuple(settings.OUTGOING_PORTS), networks)


def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of `host` by the system's resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def send(
    request: Request,
    *,
    policy: Policy | None = None,
    limits: Limits | None = None,
    resolve: Resolve = look_up,
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """Send `request` and read the answer; without a `policy` that of the settings holds.

    Raises NotAllowed where the address may not be called, and NotAnswered where no answer came in time.
    """
    limits, policy = limits or Limits(), policy or usual_policy()
    deadline = monotonic() + min(limits.seconds, MOST_SECONDS)
    target = addresses.read(request.url, policy)
    try:
        with closing(_connect(target, policy, resolve, deadline=deadline)) as plain:
            if target.scheme == "http":
                return _ask(plain, target, request, deadline=deadline, size=limits.size)
            plain.settimeout(_left(deadline))
            with (tls or _usual_tls()).wrap_socket(plain, server_hostname=target.host) as safe:
                return _ask(safe, target, request, deadline=deadline, size=limits.size)
    except NotAnswered:
        raise
    except TimeoutError:
        raise NotAnswered(f"No answer within {min(limits.seconds, MOST_SECONDS):g} seconds.") from None
    except ssl.SSLCertVerificationError as error:
        raise NotAnswered(f"The certificate is not trusted: {error.verify_message}.") from None
    except (OSError, http.client.HTTPException, UnicodeError, ValueError) as error:
        raise NotAnswered(f"The connection failed: {_in_words(error)}.") from None


@cache
def _usual_tls() -> ssl.SSLContext:
    """Certificates are checked against those that the system trusts; read once, for that takes a while."""
    return ssl.create_default_context()


def _connect(target: Target, policy: Policy, resolve: Resolve, *, deadline: float) -> socket.socket:
    """A socket to the first address that answers; every one that the name leads to must be allowed."""
    found = [ip_address(each) for each in _looked_up(target, resolve, deadline=deadline)]
    if not found:
        raise NotAnswered("The host has no address.")
    for each in found:
        addresses.check(each, target.port, policy)
    failed: OSError | None = None
    for each in found:
        try:
            return socket.create_connection((str(each), target.port), timeout=_left(deadline))
        except TimeoutError:
            raise
        except OSError as error:
            failed = error
    raise failed or OSError("no address answers")


def _looked_up(target: Target, resolve: Resolve, *, deadline: float) -> Sequence[str]:
    """What the resolver says, in time: the system's own cannot be told to hurry, so it runs beside."""
    answers: SimpleQueue[Sequence[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(target.host, target.port))
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller hears of it
            answers.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=_left(deadline))
    except Empty:
        raise NotAnswered("The name of the host could not be looked up in time.") from None
    if isinstance(found, Exception):
        raise NotAnswered("The name of the host could not be looked up.")
    return found


def _ask(sock: socket.socket, target: Target, request: Request, *, deadline: float, size: int) -> Answer:
    line = _Line(sock, deadline=deadline, most=size + _HEADERS_TOO)
    connection = http.client.HTTPConnection(target.host, target.port)
    connection.sock = line  # it sends and reads as a socket does, by the deadline
    fixed = {"Host": _host_header(target), "Connection": "close", "Accept-Encoding": "identity"}
    connection.request(request.method, target.path, request.body, {**request.headers, **fixed})
    with connection.getresponse() as response:
        body, is_cut = _read(response, size)
        return Answer(response.status, body, is_cut, _named(response))


def _named(response: http.client.HTTPResponse) -> Mapping[str, str]:
    """The headers by their names in lower case, however the receiver writes them."""
    return {name.lower(): value for name, value in response.headers.items()}


def _read(response: http.client.HTTPResponse, size: int) -> tuple[bytes, bool]:
    """As much of the body as comes in time and under the limit: the status has already said what counts."""
    body = b""
    try:
        while len(body) <= size and (more := response.read1(size + 1 - len(body))):
            body += more
    except (OSError, http.client.HTTPException):
        return body[:size], True
    return body[:size], len(body) > size


class _Line:
    """A socket on which each step gets only the time that is left, and each answer only so many bytes."""

    def __init__(self, sock: socket.socket, *, deadline: float, most: int) -> None:
        self._sock, self._deadline, self._most = sock, deadline, most

    def sendall(self, data: bytes) -> None:
        self._sock.settimeout(_left(self._deadline))
        self._sock.sendall(data)

    def makefile(self, mode: str) -> IO[bytes]:
        return io.BufferedReader(_Reader(self._sock, deadline=self._deadline, most=self._most))

    def close(self) -> None:
        """Whoever opened the socket closes it: the answer is still being read."""


class _Reader(io.RawIOBase):
    """What comes from the socket, until the deadline or the limit."""

    def __init__(self, sock: socket.socket, *, deadline: float, most: int) -> None:
        self._sock, self._deadline, self._left = sock, deadline, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(_left(self._deadline))
        count = self._sock.recv_into(memoryview(buffer)[: max(self._left, 0)]) if self._left > 0 else 0
        self._left -= count
        return count


def _left(deadline: float) -> float:
    """The seconds until the deadline; raises TimeoutError when it is over."""
    left = deadline - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _host_header(target: Target) -> str:
    host = f"[{target.host}]" if ":" in target.host else target.host
    usual = addresses.PORTS[target.scheme] == target.port
    return host if usual else f"{host}:{target.port}"


def _in_words(error: Exception) -> str:
    """The system's words for it, or the kind of the error: an error's own text may repeat what was sent."""
    return (error.strerror or "") if isinstance(error, OSError) and error.strerror else type(error).__name__


__all__ = [
    "Answer",
    "Limits",
    "NotAllowed",
    "NotAnswered",
    "Policy",
    "Request",
    "look_up",
    "send",
    "usual_policy",
]
