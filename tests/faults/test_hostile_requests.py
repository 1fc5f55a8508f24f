"""P34, P35: the site as it is deployed answers what is too much, too slow or forged, and goes on."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
from django.utils import timezone

from leads import api_keys
from leads.models import Lead, Signal, Source
from tests.processes import Processes
from tests.raw_http import ask, head, opened, told

MIB = 1024 * 1024
FORM = "Content-Type: application/x-www-form-urlencoded"
JSON = "Content-Type: application/json"


@pytest.fixture
def port(processes: Processes, website: Source) -> int:
    """Where the site answers, on two processes, by the configuration that `deploy/` holds."""
    return processes.start_web()


def requests(bearer: str) -> Iterator[tuple[str, bytes, set[int]]]:
    """What is sent, and with which status it may be answered."""
    signal, enter = "POST /api/v1/signals", "POST /sign-in/"
    long = "9" * 5000
    yield "two GiB announced to the API", head(signal, bearer, JSON, "Content-Length: 2147483648"), {413}
    body = b" " * (2 * MIB)
    yield "two MiB sent to the API", head(signal, bearer, JSON, f"Content-Length: {len(body)}") + body, {413}
    yield "two GiB announced to a page", head(enter, FORM, "Content-Length: 2147483648"), {413}
    fields = b"a=" + body
    yield "a form field of two MiB", head(enter, FORM, f"Content-Length: {len(fields)}") + fields, {403, 413}
    yield "a length of 5,000 digits", head(signal, bearer, JSON, f"Content-Length: {long}"), {400, 413}
    yield "a negative length", head(signal, bearer, JSON, "Content-Length: -1"), {400}
    yield "two lengths", head(signal, JSON, "Content-Length: 2", "Content-Length: 9") + b"{}", {400}
    both = head(signal, bearer, JSON, "Content-Length: 6", "Transfer-Encoding: chunked")
    yield "a length and chunks", both + b"0\r\n\r\nG", {400}
    deep = b"[" * 100_000
    yield "100,000 deep", head(signal, bearer, JSON, f"Content-Length: {len(deep)}") + deep, {422}
    yield "a header of 100 kB", head("GET /sign-in/", f"X-Long: {'x' * 100_000}"), {400, 431}
    yield "a thousand headers", head("GET /sign-in/", *(f"X-{n}: x" for n in range(1000))), {400, 431}
    yield "a line of 100 kB", head(f"GET /sign-in/?{'x' * 100_000}"), {400, 414}
    yield "a header without a name", head("GET /sign-in/", ": x"), {400}
    yield "no HTTP at all", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}
    yield "another host", head("GET /sign-in/", host="evil.example"), {400}
    yield "another host for the API", head("GET /api/v1/leads", bearer, host="evil.example"), {400}
    yield "two hosts", head("GET /sign-in/", "Host: evil.example"), {400}
    yield "a form without its token", head(enter, FORM, "Content-Length: 9") + b"login=eva", {403}


def test_what_is_too_much_or_forged_is_answered_in_the_four_hundreds(port: int) -> None:
    bearer = f"Authorization: Bearer {api_keys.issue('website', now=timezone.now())}"
    wrong = []

    for name, sent, right in requests(bearer):
        answer = ask(port, sent)
        if answer.status not in right:
            wrong.append(f"{name}: {answer.status}, expected {right}")

    assert wrong == []
    assert ask(port, head("GET /healthz")).status == 200
    assert not Signal.objects.exists()
    assert not Lead.objects.exists()


PLACES = (
    "//evil.example",
    "//evil.example/%2f..",
    "/\\evil.example",
    "/%5Cevil.example",
    "/%0d%0aLocation:%20https://evil.example",
    "/leads?next=%0d%0aSet-Cookie:%20a=b",
    "/sign-in/?next=//evil.example",
    "/sign-in/?next=/%0d%0aLocation:%20https://evil.example",
    "http://evil.example/leads/",
    "https://evil.example",
)


def test_no_address_leads_off_site_nor_writes_a_header(port: int) -> None:
    for place in PLACES:
        answer = ask(port, head(f"GET {place}"))

        [location] = re.findall(r"^Location: (.*?)\r?$", answer.headers, re.MULTILINE) or ["/"]
        assert answer.status < 500, place
        assert re.match(r"/(?![/\\])", location), (place, location)
        assert not re.search(r"^(Set-Cookie: a=b|Location: https)", answer.headers, re.MULTILINE)
        assert b"evil.example/" not in re.sub(rb"value=\"[^\"]*\"", b"", answer.body), place


def dribbled(connection: socket.socket, piece: bytes, *, until: Event) -> None:
    """Send the piece again and again, slower than anybody would."""
    with suppress(OSError):
        while not until.wait(0.5):
            connection.sendall(piece)


def test_slow_senders_are_let_go_and_a_neighbour_is_answered(port: int) -> None:
    bearer = f"Authorization: Bearer {api_keys.issue('website', now=timezone.now())}"
    began = [
        (b"GET /sign-in/ HTTP/1.1\r\nHost: 127.0.0.1\r\n", b"X-More: x\r\n"),
        (head("POST /api/v1/signals", bearer, JSON, f"Content-Length: {MIB}"), b"["),
    ]
    enough = Event()
    with ThreadPoolExecutor(len(began)) as pool:
        slow = [opened(port, beginning) for beginning, _ in began]
        for connection, (_, piece) in zip(slow, began, strict=True):
            pool.submit(dribbled, connection, piece, until=enough)

        neighbour = ask(port, head("GET /healthz"))
        let_go = [told(connection).status for connection in slow]
        enough.set()

    assert neighbour.status == 200
    assert let_go == [408, 400]


def test_chunks_without_end_hold_nobody(port: int) -> None:
    bearer = f"Authorization: Bearer {api_keys.issue('website', now=timezone.now())}"
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    enough = Event()
    with ThreadPoolExecutor(1) as pool:
        endless = opened(port, head("POST /api/v1/signals", bearer, JSON, "Transfer-Encoding: chunked"))
        pool.submit(dribbled, endless, chunk, until=enough)
        answer = told(endless)
        enough.set()

    assert 400 <= answer.status < 500
    assert ask(port, head("GET /healthz")).status == 200
    assert not Signal.objects.exists()
