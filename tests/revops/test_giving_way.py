"""Whoever gives way does so with its session at the database, where that is a process of this machine (P24)."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from revops.giving_way import FILE, give_way, give_way_together

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives a thread a priority of its own"),
]


def nice_of(process: int) -> int:
    return os.getpriority(os.PRIO_PROCESS, process)


def session() -> int:
    """The process that serves this thread's connection, which is opened where it is not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def session_of_a_file() -> int:
    """How nice the session of a thread is that takes a file in."""
    give_way(FILE)
    try:
        return nice_of(session())
    finally:
        connection.close()


@pytest.fixture
def _is_here() -> None:
    if not connection.settings_dict["HOST"].startswith("/"):
        pytest.skip("The database's server is reached over a network.")


@pytest.mark.usefixtures("_is_here")
def test_the_session_of_a_file_gives_way_as_its_process_does() -> None:
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(session_of_a_file).result() == FILE


@pytest.mark.usefixtures("_is_here")
def test_a_session_of_a_page_gives_way_to_nobody() -> None:
    connection.close()

    assert nice_of(session()) == nice_of(os.getpid())


@pytest.fixture
def line() -> Iterator[socket.socket]:
    """To a server on this machine that began no process, as a server elsewhere began none here."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours


def test_a_process_that_only_bears_the_same_number_is_left_alone(line: socket.socket) -> None:
    before = nice_of(os.getpid())

    def try_it() -> None:
        give_way(FILE)
        give_way_together(line.fileno(), os.getppid())
        give_way_together(line.fileno(), 2**22 + 1)  # nobody's number

    with ThreadPoolExecutor(1) as thread:
        parent = nice_of(os.getppid())
        thread.submit(try_it).result()

    assert nice_of(os.getppid()) == parent
    assert nice_of(os.getpid()) == before
