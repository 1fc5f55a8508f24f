"""P37: what is secret is in no log, no message of the broker, no error page, no column and nothing that leaves.

Addresses of people may stand where work is done, in pages, mails and webhooks, and nowhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
import redis
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.utils import timezone

from leads import api_keys, read_keys, webhook_secrets, webhooks
from leads.domain.events import EventKind
from leads.models import FailedSignal, OutboxMessage, Source, User
from leads.webhooks import Wanted
from revops.imports import file_importing
from tests import canary, factories
from tests.api_callers import signed
from tests.figures import say
from tests.hosted_forms import EVA, ticket
from tests.processes import Processes, until
from tests.receivers import Receiver, receiving, status

PASSWORD = "canary password that nobody guesses"
GUESS, TYPED = "canary-guess-of-a-password", "canary.typed@nobody.example"
WRONG_KEY, TOKEN = "baton_canary-key-that-never-was", "canary-token-in-an-address"
HERE = {"OUTGOING_HTTP": "yes", "OUTGOING_NETWORKS": "127.0.0.0/8", "FORM_LEAST_SECONDS": "0"}
WORDS = (canary.EMAIL, canary.SECOND_EMAIL, canary.LAST, "5550123", canary.SECRET, TYPED)

# Whoever asks for an address, or sends an id, is shown that again.
ASKED = (canary.EMAIL, TOKEN)


@dataclass
class Visitor:
    """Somebody at the site, with cookies; keeps what errors showed."""

    port: int
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.opener = build_opener(HTTPCookieProcessor())

    def ask(self, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> str:
        """What is answered; of an answer over 400 it is kept too."""
        sent = Request(f"http://127.0.0.1:{self.port}{path}", body, dict(headers))
        try:
            with self.opener.open(sent, timeout=60) as answer:
                shown: str = answer.read().decode()
        except HTTPError as error:
            shown = error.read().decode()
            self.errors.append(shown)
        return shown

    def fill_in(self, path: str, fields: Mapping[str, str]) -> str:
        """Open the page and send its form."""
        page = self.ask(path)
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        return self.ask(path, urlencode({**fields, "csrfmiddlewaretoken": token}).encode())

    def send(self, body: object, key: str, path: str = "/api/v1/signals") -> str:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        return self.ask(path, raw, headers)


@contextmanager
def missing(table: str) -> Iterator[None]:
    """While the block runs, whatever asks for the table fails."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO away")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE away RENAME TO {table}")


@pytest.fixture
def olga(olga: User) -> User:
    olga.password = Argon2PasswordHasher().encode(PASSWORD, "a salt of its own")  # as the site itself does
    olga.save()
    return olga


@dataclass(frozen=True)
class Secrets:
    """What was given out once, and may be nowhere in clear."""

    key: str
    reading: str
    coming: str
    leaving: str

    @property
    def all(self) -> tuple[str, ...]:
        given = (self.key, self.reading, self.coming, self.leaving)
        return (*given, PASSWORD, GUESS, WRONG_KEY, TOKEN, settings.SECRET_KEY)


def given_out(receiver: Receiver, website: Source, *, by: User, now: datetime) -> Secrets:
    endpoint = webhooks.create(Wanted("Warehouse", receiver.url, "BATON", list(EventKind)), by=by, now=now)
    return Secrets(
        key=api_keys.issue(website.name, now=now),
        reading=read_keys.issue(by, name="BI", scopes=["leads:read"], by=by, now=now),
        coming=webhook_secrets.add(website, by=by, now=now),
        leaving=webhooks.secret_of(endpoint),
    )


def programs_call(visitor: Visitor, secrets: Secrets) -> None:
    """Good and bad requests of programs, and one whose work fails."""
    good = canary.payload("demo_request", signal_id=f"crm-{canary.EMAIL}", properties={"c": canary.SECRET})
    visitor.send(good, secrets.key)
    visitor.send(good, WRONG_KEY)
    visitor.send({**good, "type": canary.SECRET, "person": {"email": [canary.EMAIL]}}, secrets.key)
    visitor.send(b'{"email": "' + canary.EMAIL.encode(), secrets.key)
    visitor.send({**good, "signal_id": f"crm-{canary.EMAIL}", "answers": {"other": "body"}}, secrets.key)
    message = signed(secrets.coming, good, message_id="one")
    for headers in (message.headers, {**message.headers, "webhook-signature": f"v1,{secrets.coming}"}):
        visitor.ask("/api/v1/webhooks/website", message.body, {**headers, "Content-Type": "application/json"})
    reading = {"Authorization": f"Bearer {secrets.reading}"}
    visitor.ask(f"/api/v1/leads?{urlencode({'email': canary.EMAIL, 'token': TOKEN})}", headers=reading)
    with missing("routing_routingrule"):
        visitor.send(canary.payload("demo_request", canary.SECOND_EMAIL, signal_id="fails"), secrets.key)


def people_come(visitor: Visitor, ops: User) -> None:
    """A form, wrong and right sign-ins, a search, a page that breaks."""
    shown = visitor.ask("/forms/demo/")
    form = {**EVA, "email": canary.EMAIL, "answer_critical_event": canary.SECRET}
    ours = type("Page", (), {"content": shown.encode()})
    assert "Thank" in visitor.ask("/forms/demo/", urlencode({**form, "ticket": ticket(ours)}).encode())
    visitor.ask("/forms/demo/", urlencode({**form, "ticket": TOKEN}).encode())
    visitor.fill_in("/sign-in/", {"login": TYPED, "password": GUESS})
    visitor.fill_in("/sign-in/", {"login": ops.email, "password": GUESS})
    visitor.ask(f"/sign-in/?{urlencode({'token': TOKEN, 'email': canary.EMAIL})}")
    assert "Sign out" in visitor.fill_in("/sign-in/", {"login": ops.email, "password": PASSWORD})
    visitor.ask(f"/leads/?{urlencode({'q': canary.EMAIL})}")
    visitor.ask(f"/no-such-place/{TOKEN}?email={canary.EMAIL}")
    with missing("leads_lead"):
        assert "Something broke" in visitor.ask(f"/leads/?{urlencode({'q': canary.EMAIL, 'token': TOKEN})}")


def work_is_done(processes: Processes, ops: User, *, now: datetime) -> None:
    """A file, a job that fails, a signal that is given up, and all that is to leave leaves."""
    waiting = canary.through_files(by=ops, now=now)
    file_importing.begin(waiting, by=ops, now=now)
    FailedSignal.objects.update(attempts=4)
    with missing("leads_outboxmessage"):
        processes.tick("revops.tasks.relay_outbox", "revops.tasks.retry_failed_signals")
        worker = processes.start_worker()
        until(lambda: "leads_outboxmessage" in worker.log.read_text(), what="the job has failed")
    jobs = ("relay_outbox", "send_webhooks", "work_off_background", "retry_failed_signals")

    def beat() -> bool:
        processes.tick(*(f"revops.tasks.{job}" for job in jobs))
        return not OutboxMessage.objects.waiting().exists()

    until(beat, what="everything has left", every=1)


def what_it_holds(path: Path) -> bytes:
    """Nothing if its process has taken it away since it was listed."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def in_files(folder: Path, words: tuple[str, ...]) -> list[str]:
    """The files, and the words that stand in them."""
    read = {path: what_it_holds(path) for path in folder.rglob("*") if path.is_file()}
    return [f"{path.name}: {word}" for path, text in read.items() for word in words if word.encode() in text]


def in_the_broker(url: str, words: tuple[str, ...]) -> list[str]:
    """The keys that hold one of the words, or are called by it."""
    found = []
    with redis.Redis.from_url(url) as broker:
        for key in broker.scan_iter(count=1000):
            is_list = broker.type(key) == b"list"
            held = broker.lrange(key, 0, -1) if is_list else [broker.dump(key) or b""]  # one may expire here
            text = b" ".join([key, *held])
            found += [f"{key!r}: {word}" for word in words if word.encode() in text]
    return found


def test_secrets_and_addresses_are_nowhere_they_are_not_meant(
    *, processes: Processes, ana: User, olga: User, website: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    for name, value in HERE.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(settings, "OUTGOING_HTTP", True)
    monkeypatch.setattr(settings, "OUTGOING_NETWORKS", [HERE["OUTGOING_NETWORKS"]])
    with receiving(status(200)) as receiver:
        secrets = given_out(receiver, website, by=olga, now=now)
        visitor = Visitor(processes.start_web())

        programs_call(visitor, secrets)
        people_come(visitor, olga)
        work_is_done(processes, olga, now=now)

    logs, both = processes.folder / "log", (*WORDS, *secrets.all)
    left = [*map(str, receiver.received)]
    found = {
        "logs": in_files(logs, both),
        "broker": in_the_broker(processes.valkey.url, both),
        "broker's files": in_files(processes.folder / "valkey", both),
        "error pages": [
            word for word in both if word not in ASKED for page in visitor.errors if word in page
        ],
        "mails": in_files(processes.mails, secrets.all),
        "what left": [word for word in secrets.all for each in left if word in each],
        "database": canary.found((*map(re.escape, secrets.all), TYPED)),
    }
    assert len(visitor.errors) > 8
    assert len(left) > 0
    say(
        "P37, secrets and addresses searched for",
        measured=f"found {sum(map(len, found.values()))}",
        target="0",
    )
    assert {place: words for place, words in found.items() if words} == {}
    assert len(canary.found((canary.EMAIL,))) > 5
    assert factories.lead_of(canary.EMAIL)
