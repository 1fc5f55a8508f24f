"""Every address that the project answers, and the table of who is answered what."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path

from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver

TABLES = Path(__file__).parent / "access"
ROLES = ("sdr", "ae", "csm", "manager", "other sdr", "other manager", "marketer", "ops", "viewer", "nobody")

# The tables hold every address, each method that it may be asked by, and what each role is answered. The record asked
# for belongs to the team of the first four; `302` for nobody leads to the sign-in, and a POST carries an empty form.
# Each file opens with a line that names the columns.
LINES = [line for each in TABLES.glob("*.txt") for line in each.read_text().splitlines()[1:]]
EXPECTED = {
    (name, method): dict(zip(ROLES, map(int, statuses), strict=True))
    for name, method, *statuses in map(str.split, LINES)
}


def addresses(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    """The name and the parameters of every address that the project answers."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}", tuple(pattern.pattern.converters)
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)


def ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """What is answered; whatever it changed is taken back, and who signed out is signed in again."""
    signed_in = deepcopy(client.cookies)
    with transaction.atomic():
        answer = client.generic(method, path)
        if answer.streaming:
            b"".join(answer.streaming_content)  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    client.cookies = signed_in
    return answer.status_code, answer.headers.get("Location", "")
