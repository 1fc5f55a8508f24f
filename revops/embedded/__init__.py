"""Gives a run its PostgreSQL and Valkey: those named in the environment, or else its own from wheels.

Its own live in one data folder under one holder, end when the holder ends in whatever way, and write nothing
elsewhere. For the demo, the tests and a look at the product; never for production.
"""

import fcntl
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from revops.embedded.addresses import check_broker, check_database
from revops.embedded.folder import InUseError, guest_book, held, in_words, prepare, write_private
from revops.embedded.postgres import PostgreSQL
from revops.embedded.process import CannotStartError, Program
from revops.embedded.server import PATIENCE
from revops.embedded.valkey import Valkey

__all__ = ["CannotStartError", "InUseError", "Servers", "serving", "shared"]


@dataclass(frozen=True)
class Servers:
    """Addresses that answer, and the programs behind those that are our own."""

    database_url: str
    redis_url: str
    programs: tuple[Program, ...] = ()
    are_new: bool = False

    @property
    def environment(self) -> dict[str, str]:
        """The variables in which the settings look for the servers."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def serving(
    state: Path, given: Mapping[str, str], *, durable: bool = True, wait_for_guests: bool = False
) -> Iterator[Servers]:
    """Hold the data folder and run its servers until the block ends; a `given` address is used instead.

    Raises CannotStartError with one sentence, and InUseError where another process is the holder.
    """
    with ExitStack() as stack:
        try:
            prepare(state)
            guests = stack.enter_context(guest_book(state))
            stack.enter_context(held(state))
            published = state / "servers.json"
            published.unlink(missing_ok=True)
            servers = _started(stack, state, given=given, durable=durable)
            stack.callback(published.unlink, missing_ok=True)
            write_private(published, json.dumps(servers.environment))
        except OSError as error:
            raise CannotStartError(in_words(error)) from error
        if wait_for_guests:
            stack.callback(fcntl.flock, guests, fcntl.LOCK_EX)
        yield servers


@contextmanager
def shared(state: Path, given: Mapping[str, str]) -> Iterator[Servers]:
    """The servers of whoever holds the data folder, or else our own until nobody uses them any more."""
    with ExitStack() as stack:
        yield _joined(stack, state, given)


def _joined(stack: ExitStack, state: Path, given: Mapping[str, str]) -> Servers:
    """Become the holder, or the guest of one; a holder that is just starting or stopping is waited for."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return stack.enter_context(serving(state, given, wait_for_guests=True))
        except InUseError:
            if time.monotonic() > deadline:
                raise
        with ExitStack() as visit:
            fcntl.flock(visit.enter_context(guest_book(state)), fcntl.LOCK_SH)
            if (state / "servers.json").exists():
                stack.enter_context(visit.pop_all())
                addresses = json.loads((state / "servers.json").read_text())
                return Servers(addresses["DATABASE_URL"], addresses["REDIS_URL"])
        time.sleep(0.1)


def _started(stack: ExitStack, state: Path, *, given: Mapping[str, str], durable: bool) -> Servers:
    """Try what is given first, so that a wrong address is told at once; then start what is missing."""
    addresses = {name: given[name] for name in ("DATABASE_URL", "REDIS_URL") if given.get(name)}
    if "DATABASE_URL" in addresses:
        check_database(addresses["DATABASE_URL"])
    if "REDIS_URL" in addresses:
        check_broker(addresses["REDIS_URL"])
    programs: list[Program] = []
    are_new = False
    for kind in (PostgreSQL, Valkey):
        if kind.variable not in addresses:
            server = kind(state, durable=durable)
            stack.callback(server.stop)
            programs.append(server.start())
            addresses[kind.variable] = server.url
            are_new = are_new or (kind is PostgreSQL and server.is_new)
    return Servers(addresses["DATABASE_URL"], addresses["REDIS_URL"], tuple(programs), are_new)
