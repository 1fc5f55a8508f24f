"""P4: a database that restarts, orderly or as in a crash, loses no acknowledged signal; the rest goes on by itself."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from itertools import count, pairwise
from pathlib import Path
from threading import Event

import psycopg
import pytest

from revops.embedded.folder import prepare
from revops.embedded.postgres import PostgreSQL
from tests import factories
from tests.figures import say
from tests.processes import Processes, until

CLIENTS, RESTARTS = 3, 10
TAKEN = (200, 201, 202)
Attempt = tuple[float, str, bool]  # when it was answered, the signal's id, whether it was acknowledged


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[PostgreSQL]:
    """A durable database of the test's own."""
    folder = tmp_path / "d"
    prepare(folder)
    server = PostgreSQL(folder, durable=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def running(postgres: PostgreSQL, tmp_path: Path) -> Iterator[Processes]:
    processes = Processes(tmp_path / "p", database=postgres.url)
    yield processes
    processes.end()


def restart(postgres: PostgreSQL, how: signal.Signals) -> None:
    assert postgres.program is not None
    postgres.program.process.send_signal(how)
    postgres.program.process.wait(60)
    postgres.is_new = False
    postgres.start()


def restart_again_and_again(postgres: PostgreSQL) -> None:
    """In this thread: the kernel ends a server with the thread that started it."""
    for number in range(RESTARTS):
        time.sleep(3)
        restart(postgres, (signal.SIGINT, signal.SIGQUIT)[number % 2])
    time.sleep(5)


def send(client: int, *, port: int, key: str, over: Event) -> list[Attempt]:
    """One signal after the other until it is over, whatever comes of each."""
    attempts: list[Attempt] = []
    for number in count():
        if over.is_set():
            return attempts
        name = f"signal-{client}-{number}"
        taken = _post(name, port=port, key=key)
        attempts.append((time.monotonic(), name, taken))
    return attempts


def _post(name: str, *, port: int, key: str) -> bool:
    body = factories.signal("page_view", email=f"{name}@acme.example", signal_id=name)
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("POST", "/api/v1/signals", json.dumps(body), {"Authorization": f"Bearer {key}"})
        return connection.getresponse().status in TAKEN
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def longest_outage(attempts: list[Attempt]) -> float:
    """The longest time between two acknowledgements with a failure in between."""
    in_order = sorted(attempts)
    good = [at for at, _, taken in in_order if taken]
    bad = [at for at, _, taken in in_order if not taken]
    return max(
        (after - before for before, after in pairwise(good) if any(before < at < after for at in bad)),
        default=0,
    )


def selected(postgres: PostgreSQL, query: str) -> set[str]:
    with psycopg.connect(
        host="127.0.0.1" if postgres.port else str(postgres.socket.parent),
        port=postgres.port or 5432,
        dbname="baton",
        user="baton",
        password=postgres.password,
    ) as db:
        return {row[0] for row in db.execute(query)}


@pytest.mark.faults
def test_ten_restarts_of_the_database_under_load(postgres: PostgreSQL, running: Processes) -> None:
    for command in ("migrate", "install_operating_model"):
        running.manage(command)
    key = running.manage("create_api_key", "website")
    port, over = running.start_web(), Event()
    running.start_worker()
    running.start_beat()

    with ThreadPoolExecutor(CLIENTS) as clients:
        sending = [clients.submit(send, number, port=port, key=key, over=over) for number in range(CLIENTS)]
        try:
            restart_again_and_again(postgres)
        finally:
            over.set()
    attempts = [attempt for each in sending for attempt in each.result()]
    taken = {name for _, name, was in attempts if was}
    stored = selected(
        postgres, "SELECT signal_id FROM leads_signal UNION SELECT signal_id FROM leads_failedsignal"
    )
    unsent = "SELECT key FROM leads_outboxmessage WHERE sent_at IS NULL AND dead_at IS NULL"
    until(lambda: not selected(postgres, unsent), what="what was to be told is told", within=120, every=1)

    missing, outage = taken - stored, longest_outage(attempts)
    say(
        f"P4, {RESTARTS} restarts of PostgreSQL, fast and immediate in turn, under load",
        measured=f"{len(taken)} acknowledged, missing {len(missing)}, longest outage {outage:.1f} s",
        target="0, 10 s",
        is_kept=not missing and outage <= 10,
    )
    assert taken
    assert missing == set()
