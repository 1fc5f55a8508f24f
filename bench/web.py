"""Web servers to measure, each two gunicorn sync workers as the demo runs them, gone when the block ends."""

import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.http import request
from revops.embedded.process import Program, start

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
PATIENCE = 60


@dataclass(frozen=True)
class Web:
    """A server that answers at 127.0.0.1."""

    port: int
    program: Program

    def processes(self) -> list[psutil.Process]:
        return psutil.Process(self.program.process.pid).children(recursive=True)


@dataclass(frozen=True)
class Start:
    """By which Python a server runs, with what in its environment, and where it says that it is there."""

    python: str = sys.executable
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    health: str = "/healthz"
    folder: Path = ROOT  # whose modules come first


@dataclass
class Webs:
    """The servers of a run, each started when it is first asked for."""

    state: Path
    _running: dict[str, Web] = field(default_factory=dict)
    _ends: ExitStack = field(default_factory=ExitStack)

    def of(self, application: str, *, how: Start | None = None) -> Web:
        """The server of an application."""
        if application not in self._running:
            starting = serving_web(application, state=self.state, how=how or Start())
            self._running[application] = self._ends.enter_context(starting)
        return self._running[application]

    def stop(self) -> None:
        """End them; who is asked for afterwards is started again."""
        self._running.clear()
        self._ends.close()


@contextmanager
def serving_web(application: str, *, state: Path, how: Start) -> Iterator[Web]:
    """Gunicorn with `application` until the block ends."""
    with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
        program = start(
            application,
            _command(application, listener.fileno(), python=how.python),
            log=state / "log" / f"{application.partition(':')[0]}.log",
            folder=how.folder,
            environment=how.environment,
            pass_fds=[listener.fileno()],
        )
        try:
            web = Web(listener.getsockname()[1], program)
            _wait_for(web, how.health)
            yield web
        finally:
            program.ask_to_stop()
            program.see_end(within=15)


def _command(application: str, descriptor: int, *, python: str) -> list[str]:
    gunicorn = [python, "-m", "gunicorn", application, "--no-control-socket", "--graceful-timeout=5"]
    return [*gunicorn, f"--workers={WORKERS}", f"--bind=fd://{descriptor}"]


def _wait_for(web: Web, health: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not _answers(web.port, health):
        if web.program.has_ended() or time.monotonic() > deadline:
            raise web.program.failure("did not start")
        time.sleep(0.1)


def _answers(port: int, path: str) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(request("GET", path))
            return connection.recv(64).startswith(b"HTTP/1.1 200")
    except OSError:
        return False
