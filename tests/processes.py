"""Runs Baton's own worker and beat, and a broker that can be killed, beside a test on the test's database."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import psutil
from celery import Celery
from django.conf import settings
from django.db import connection

from revops.embedded.folder import prepare
from revops.embedded.process import Program, start
from revops.embedded.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent
CELERY = (sys.executable, "-m", "celery", "-A")
DEPLOYED = ("revops.wsgi:application", "--config=deploy/gunicorn.conf.py")
GUNICORN = (sys.executable, "-m", "gunicorn", *DEPLOYED, "--no-control-socket", "--workers=2")
WORKER = ("worker", "--loglevel=INFO", "--concurrency=1", "--without-mingle", "--without-gossip")
MESSAGE_ID = re.compile(r"^Message-ID: <(outbox-\d+)@", re.MULTILINE)


class Processes:
    """A broker of its own, and whatever was started on it; all of it ends with `end`."""

    def __init__(self, folder: Path, *, database: str = "") -> None:
        prepare(folder)
        self.folder = folder
        self.database = database or database_url()
        self.mails = folder / "mails"
        self.valkey = Valkey(folder, durable=True)
        self.valkey.start()
        self.client = Celery(broker=_as_celery_writes_it(self.valkey.url))
        self._started: list[Program] = []
        self.web: Program | None = None

    def start_worker(self, *, off_by: timedelta = timedelta(0)) -> Program:
        """A worker with one child, when it takes work; the clock of its machine may be wrong."""
        off = {"CLOCK_IS_OFF_BY": str(off_by.total_seconds())}
        app = "tests.wrong_clock:app" if off_by else "revops.celery:app"
        worker = self._start("worker", (*CELERY, app, *WORKER), settings=off)
        until(lambda: " ready." in worker.log.read_text(), what="the worker is ready")
        return worker

    def start_beat(self) -> Program:
        """The beat with Baton's own schedule."""
        schedule = self.folder / f"schedule-{len(self._started)}"
        return self._start(
            "beat", (*CELERY, "revops.celery:app", "beat", "--pidfile=", f"--schedule={schedule}")
        )

    def start_web(self) -> int:
        """The site on two processes; the port on which it answers."""
        with socket.create_server(("127.0.0.1", 0), backlog=512) as listener:
            port: int = listener.getsockname()[1]
            bind = f"--bind=fd://{listener.fileno()}"
            self.web = self._start("web", (*GUNICORN, bind), inherited=[listener.fileno()])
        until(lambda: _answers(port), what="the site answers")
        return port

    def reload_web(self) -> None:
        """Have the site begin new processes and let the old ones end what they answer; waits for the new ones."""
        assert self.web is not None
        master = psutil.Process(self.web.process.pid)
        old = {child.pid for child in master.children()}
        master.send_signal(signal.SIGHUP)
        until(
            lambda: len(left := {child.pid for child in master.children()}) > 1 and not left & old,
            what="the old processes of the site have ended",
        )

    def manage(self, *command: str) -> str:
        """What a management command says."""
        done = subprocess.run(
            [sys.executable, ROOT / "manage.py", *command],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.strip()

    def tick(self, *tasks: str) -> None:
        """What the beat does when these jobs are due."""
        for task in tasks:
            self.client.send_task(task, expires=60)

    def kill_broker(self) -> None:
        """End the broker as a crash would."""
        assert self.valkey.program is not None
        self.valkey.program.process.kill()
        self.valkey.program.process.wait()

    def start_broker(self) -> None:
        """Start the broker on what the crash left."""
        self.valkey.start()

    def sent_mails(self) -> Counter[str]:
        """How often each mail left, by its id."""
        files = self.mails.glob("*") if self.mails.exists() else ()
        return Counter(name for file in files for name in MESSAGE_ID.findall(file.read_text()))

    def end(self) -> None:
        self.client.close()
        for program in self._started:
            program.ask_to_stop(signal.SIGKILL)
            program.see_end(within=10)
        self.valkey.stop()

    def _start(
        self,
        name: str,
        command: tuple[str, ...],
        *,
        inherited: Sequence[int] = (),
        settings: Mapping[str, str] = {},
    ) -> Program:
        number = len(self._started)
        program = start(
            name,
            command,
            log=self.folder / "log" / f"{name}-{number}.log",
            folder=ROOT,
            environment=self._environment() | dict(settings),
            when_orphaned=signal.SIGKILL,
            pass_fds=inherited,
        )
        self._started.append(program)
        return program

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "revops.settings",
            "DATABASE_URL": self.database,
            "REDIS_URL": self.valkey.url,
            "SECRET_KEY": settings.SECRET_KEY,
            "DEBUG": "off",
            "EMAIL_URL": f"filemail:///{self.mails}",
        }


def _answers(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def kill(worker: Program, *, whole: bool) -> None:
    """`kill -9` of the worker with its children, or of a child alone."""
    with suppress(psutil.NoSuchProcess, ProcessLookupError):
        if whole:
            os.killpg(worker.process.pid, signal.SIGKILL)
            worker.process.wait()
            return
        for child in psutil.Process(worker.process.pid).children():
            child.kill()


def until(done: Callable[[], object], *, what: str, within: float = 60, every: float = 0.1) -> float:
    """Wait until `done` says so; how many seconds it took. Fails the test after `within` seconds."""
    began = time.monotonic()
    while not done():
        waited = time.monotonic() - began
        assert waited < within, f"after {waited:.0f} s it is still not so that {what}"
        time.sleep(every)
    return time.monotonic() - began


def database_url() -> str:
    """The address of the test's database, as settings read it."""
    parts = connection.settings_dict
    user = quote(parts["USER"], safe="") + (
        f":{quote(parts['PASSWORD'], safe='')}" if parts["PASSWORD"] else ""
    )
    if parts["HOST"].startswith("/"):
        return f"postgres://{user}@/{quote(parts['HOST'] + '/' + parts['NAME'], safe='')}"
    port = f":{parts['PORT']}" if parts["PORT"] else ""
    return f"postgres://{user}@{parts['HOST']}{port}/{parts['NAME']}"


def _as_celery_writes_it(url: str) -> str:
    return url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
