"""The client for addresses that people typed, against real servers: nothing inside is reached, nothing hangs (P8)."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

import pytest

from leads.outgoing import Answer, Limits, NotAllowed, NotAnswered, Policy, Request, look_up, send
from tests import receivers
from tests.receivers import LOCAL, OK, Behaviour, receiving

SOON = Limits(seconds=0.5)
GENEROUS = 10  # seconds; far beyond the deadline above, for a machine that is busy


def ask(url: str, *, limits: Limits = SOON) -> Answer:
    return send(Request(url, b'{"a": 1}', {"Content-Type": "application/json"}), policy=LOCAL, limits=limits)


def test_a_request_arrives_as_it_was_sent_and_the_answer_comes_back() -> None:
    with receiving(receivers.answer(OK)) as receiver:
        came = ask(f"{receiver.url}?x=1", limits=Limits(seconds=GENEROUS))

    [got] = receiver.received
    assert (came.status, came.body, came.is_fine, came.is_cut) == (200, b"ok", True, False)
    assert (got.line, got.body) == ("POST /hook?x=1 HTTP/1.1", b'{"a": 1}')
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "behave",
    [
        receivers.hang,
        receivers.reset,
        receivers.drip(b""),
        receivers.drip(b"HTTP/1.1 200 OK\r\nX-A: "),
        receivers.drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 3),
        receivers.answer(b"this is no HTTP\r\n\r\n"),
        receivers.answer(b""),
        receivers.answer(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 5000),
        receivers.answer(b"HTTP/1.1 200 OK\r\nX-A: " + b"a" * 200_000),
    ],
)
def test_who_does_not_answer_in_time_and_in_order_is_said_so(behave: Behaviour) -> None:
    with receiving(behave) as receiver:
        began = monotonic()
        with pytest.raises(NotAnswered) as told:
            ask(receiver.url)

    assert monotonic() - began < GENEROUS
    assert str(receiver.port) not in str(told.value)


def test_a_body_that_drips_for_ever_is_cut_at_the_deadline() -> None:
    with receiving(receivers.drip(b"HTTP/1.1 200 OK\r\n\r\n")) as receiver:
        began = monotonic()
        came = ask(receiver.url)

    assert monotonic() - began < GENEROUS
    assert (came.status, came.is_cut) == (200, True)
    assert set(came.body) <= set(b"x")


@pytest.mark.parametrize("size", [0, 10, 64 * 1024])
def test_a_flood_is_cut_at_the_limit(size: int) -> None:
    with receiving(receivers.flood) as receiver:
        came = ask(receiver.url, limits=Limits(seconds=GENEROUS, size=size))

    assert (len(came.body), came.is_cut) == (size, True)


def test_a_redirect_is_not_followed() -> None:
    with receiving(receivers.answer(OK)) as inside:
        to_it = f"Location: {inside.url}\r\n"
        with receiving(receivers.status(302, headers=to_it)) as receiver:
            came = ask(receiver.url, limits=Limits(seconds=GENEROUS))

    assert (came.status, came.is_fine, inside.connections) == (302, False, 0)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(NotAnswered, match="refused"):
        ask(f"http://127.0.0.1:{port}/")


def test_a_header_with_a_line_break_is_never_sent() -> None:
    with receiving(receivers.answer(OK)) as receiver, pytest.raises(NotAnswered):
        send(Request(receiver.url, headers={"X-A": "b\r\nX-C: d"}), policy=LOCAL, limits=SOON)

    assert receiver.received == []


# Nothing inside (P36)


def test_without_leave_this_machine_is_not_reached() -> None:
    policy = Policy(schemes=("http", "https"), ports=range(1, 65536))
    with receiving(receivers.answer(OK)) as receiver:
        for host in (
            "127.0.0.1",
            "localhost",
            "127.1",
            "0x7f.1",
            "2130706433",
            "[::ffff:127.0.0.1]",
            "[::1]",
        ):
            with pytest.raises((NotAllowed, NotAnswered)):
                send(Request(f"http://{host}:{receiver.port}/"), policy=policy, limits=SOON)

    assert receiver.connections == 0


class Changing:
    """A name whose address is public when it is first asked for, and inside ever after."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.answers[min(self.asked, len(self.answers)) - 1]


def test_a_name_that_leads_inside_is_not_followed_however_it_is_mixed() -> None:
    policy = Policy(schemes=("http",), ports=range(1, 65536))
    with receiving(receivers.answer(OK)) as receiver:
        for addresses in (["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"]):
            with pytest.raises(NotAllowed):
                send(
                    Request(f"http://friendly.example:{receiver.port}/"),
                    policy=policy,
                    limits=SOON,
                    resolve=Changing(addresses),
                )

    assert receiver.connections == 0


def test_a_name_that_changes_its_mind_is_asked_once_and_called_where_it_was_checked() -> None:
    with receiving(receivers.answer(OK)) as checked, receiving(receivers.answer(OK)) as other:
        name = Changing(["127.0.0.1"], ["10.0.0.1"])
        came = send(
            Request(f"http://friendly.example:{checked.port}/x"),
            policy=LOCAL,
            limits=Limits(seconds=GENEROUS),
            resolve=name,
        )

    assert (came.status, name.asked, other.connections) == (200, 1, 0)
    assert checked.received[0].headers["host"] == f"friendly.example:{checked.port}"


def test_a_resolver_that_hangs_or_fails_holds_nobody() -> None:
    def hang(host: str, port: int) -> Sequence[str]:
        with socket.create_server(("127.0.0.1", 0)) as nobody:
            nobody.settimeout(3)
            nobody.accept()
        return []

    def fail(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "no such name")

    for resolve in (hang, fail):
        began = monotonic()
        with pytest.raises(NotAnswered, match="looked up"):
            send(Request("https://friendly.example/"), policy=Policy(), limits=SOON, resolve=resolve)
        assert monotonic() - began < GENEROUS


def test_the_system_resolver_answers_with_addresses() -> None:
    assert "127.0.0.1" in look_up("localhost", 80) or "::1" in look_up("localhost", 80)


# TLS


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for friendly.example that nobody has signed."""
    made = tmp_path / "both.pem"
    command = (
        f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=friendly.example -keyout {made} -out {made}.crt"
        " -addext subjectAltName=DNS:friendly.example"
    )
    subprocess.run(command.split(), check=True, capture_output=True)
    with made.open("a") as both:
        both.write(Path(f"{made}.crt").read_text())
    return made


def test_over_tls_the_name_is_asked_for_and_its_certificate_checked(certificate: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    names: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: names.append(name)
    trusting = ssl.create_default_context(cafile=f"{certificate}.crt")
    limits = Limits(seconds=GENEROUS)

    with receiving(receivers.answer(OK), tls=server) as receiver:
        here = Changing(["127.0.0.1"])
        request = Request(f"https://friendly.example:{receiver.port}/")
        came = send(request, policy=LOCAL, limits=limits, resolve=here, tls=trusting)
        with pytest.raises(NotAnswered, match="certificate is not trusted"):
            send(request, policy=LOCAL, limits=limits, resolve=here)
        other = Request(f"https://another.example:{receiver.port}/")
        with pytest.raises(NotAnswered, match="certificate is not trusted"):
            send(other, policy=LOCAL, limits=limits, resolve=here, tls=trusting)

    assert came.status == 200
    assert names[0] == "friendly.example"


def test_a_handshake_that_never_ends_is_cut_at_the_deadline() -> None:
    with receiving(receivers.hang) as receiver, pytest.raises(NotAnswered, match="No answer within"):
        ask(f"https://127.0.0.1:{receiver.port}/")
