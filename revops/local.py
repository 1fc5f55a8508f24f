"""The one-command run: servers, web, worker, beat and arriving signals, all gone when it ends."""

import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NoReturn

from revops.embedded import serving, shared
from revops.embedded.folder import in_words, kept_secret
from revops.embedded.process import (
    CannotStartError,
    Program,
    Stopped,
    die_with_parent,
    raise_stopped,
    run,
    start,
)

ROOT = Path(__file__).resolve().parent.parent
MANAGE = (sys.executable, str(ROOT / "manage.py"))
USAGE = "Say either `python -m revops.local demo` or `python -m revops.local manage COMMAND`."
PATIENT = "--worker-class=revops.web_worker.PatientWorker"
PATIENCE = 120  # seconds until the web must answer
WELCOME = """
Baton is ready at {address}

Sign in with the password baton-demo as
  sdr@demo.baton       works the queue
  sdr2@demo.baton      works the queue of another team
  ae@demo.baton        takes on what was accepted
  csm@demo.baton       looks after customers
  manager@demo.baton   watches the clocks
  marketer@demo.baton  sees what became of each campaign
  ops@demo.baton       keeps scorecards, rules and service levels
  viewer@demo.baton    reads and changes nothing

Data and logs: {state}
Ctrl-C stops everything and keeps the data.
"""


def main(arguments: Sequence[str]) -> int:
    """Do `demo` or `manage COMMAND` and give the exit code; what cannot start is one sentence and 1."""
    if "MAKELEVEL" in os.environ:
        die_with_parent(signal.SIGTERM)
    raise_stopped()
    try:
        match list(arguments):
            case ["demo"]:
                demo(data_folder(), port=_port(os.environ.get("PORT") or "8000"))
            case ["manage", *command]:
                return manage(data_folder(), command)
            case _:
                sys.stderr.write(f"{USAGE}\n")
    except CannotStartError as error:
        sys.stderr.write(f"{error}\n")
    except OSError as error:
        sys.stderr.write(f"{in_words(error)}\n")
    except Stopped:
        return 0 if list(arguments) == ["demo"] else 128 + signal.SIGTERM
    return 1


def data_folder() -> Path:
    """STATE, or `.state/demo` of the checkout."""
    chosen = os.environ.get("STATE") or ROOT / ".state/demo"
    return Path(os.path.abspath(chosen))  # noqa: PTH100 - a link keeps the path of a socket short


def demo(state: Path, *, port: int) -> NoReturn:
    """Run everything until somebody ends it (Stopped) or a part ends by itself (CannotStartError)."""
    with _listening(port) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        _say(f"Starting Baton on the data in {state}")
        with serving(state, os.environ) as servers:
            environment = {"SITE_URL": address, **settings_for(state, servers.environment)}
            _prepare(state, environment)
            with _running(state, environment, listener) as programs:
                _wait_for_web(listener, programs)
                _say(WELCOME.format(address=address, state=state))
                _watch([*servers.programs, *programs])


def manage(state: Path, command: Sequence[str]) -> int:
    """Run `manage.py COMMAND` on the demo's servers, whether the demo runs or not, and give its exit code."""
    with shared(state, os.environ) as servers:
        environment = settings_for(state, servers.environment)
        if servers.are_new:
            _do(state, environment, "migrate", "--verbosity=0")
        signal.signal(signal.SIGINT, lambda *_: None)  # the terminal sends it to the command too
        return run([*MANAGE, *command], environment=environment)


def settings_for(state: Path, addresses: Mapping[str, str]) -> dict[str, str]:
    """The environment in which Baton runs on this data folder; the caller's own settings win."""
    ours = {
        "DJANGO_SETTINGS_MODULE": "revops.settings",
        "SECRET_KEY": kept_secret(state / "secret_key"),
        "STATIC_ROOT": str(state / "static"),
        "TMPDIR": str(state / "tmp"),
        "PYTHONUNBUFFERED": "1",
        "ORGANISATION_CURRENCY": "EUR",  # of the demo company
    }
    return {**ours, **os.environ, **addresses, "STATE": str(state)}


def _prepare(state: Path, environment: Mapping[str, str]) -> None:
    """Bring the database up to date, fill it where it is empty, and collect the static files meanwhile."""
    with _meanwhile(state, environment, "collectstatic", "--noinput", "--verbosity=0"):
        _do(state, environment, "migrate", "--verbosity=0")
        _do(state, environment, "load_demo")


def _do(state: Path, environment: Mapping[str, str], *command: str) -> None:
    with _meanwhile(state, environment, *command):
        return


@contextmanager
def _meanwhile(state: Path, environment: Mapping[str, str], *command: str) -> Iterator[None]:
    """Run a management command beside the block and wait for it; its failure is a CannotStartError."""
    program = start(
        f"manage.py {command[0]}",
        [*MANAGE, *command],
        log=state / "log" / f"{command[0]}.log",
        folder=ROOT,
        environment=environment,
        aloud=True,
    )
    try:
        yield
        code = program.process.wait()
    finally:
        program.ask_to_stop()
        program.see_end(within=5)
    if code:
        raise program.failure("failed")


def _processes(state: Path, listener: socket.socket) -> dict[str, Sequence[str]]:
    """What each process runs, as arguments of Python; nothing is put outside the data folder."""
    web = ("gunicorn", "revops.wsgi:application", "--workers=2", "--graceful-timeout=5", PATIENT)
    celery = ("celery", "-A", "revops.celery:app")
    schedule = f"--schedule={state / 'beat-schedule'}"
    return {
        "web": ("-m", *web, "--preload", "--no-control-socket", f"--bind=fd://{listener.fileno()}"),
        "worker": ("-m", *celery, "worker", "--loglevel=INFO", "--concurrency=2", "--without-mingle"),
        "beat": ("-m", *celery, "beat", "--loglevel=INFO", "--pidfile=", schedule),
        "signals": (MANAGE[1], "demo_signals"),
    }


@contextmanager
def _running(state: Path, environment: Mapping[str, str], listener: socket.socket) -> Iterator[list[Program]]:
    """Web, worker, beat and arriving signals, until the block ends.

    Should we be killed, the servers end with us, and who works on them then may ignore a mere request; the web
    ends its own workers. Nothing is lost either way, for all work to do is a row of the database.
    """
    programs: list[Program] = []
    try:
        for name, command in _processes(state, listener).items():
            programs.append(
                start(
                    f"The {name} process",
                    [sys.executable, *command],
                    log=state / "log" / f"{name}.log",
                    folder=ROOT,
                    environment=environment,
                    when_orphaned=signal.SIGTERM if name == "web" else signal.SIGKILL,
                    pass_fds=[listener.fileno()] if name == "web" else [],
                )
            )
        yield programs
    finally:
        for program in reversed(programs):
            program.ask_to_stop()
        for program in programs:
            program.see_end(within=15)


def _wait_for_web(listener: socket.socket, programs: Sequence[Program]) -> None:
    """Return once /healthz answers 200."""
    deadline = time.monotonic() + PATIENCE
    while not _is_healthy(listener.getsockname()[1]):
        _stop_if_one_ended(programs)
        if time.monotonic() > deadline:
            raise programs[0].failure(f"did not answer for {PATIENCE} s")
        time.sleep(0.1)


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _watch(programs: Sequence[Program]) -> NoReturn:
    while True:
        _stop_if_one_ended(programs)
        time.sleep(0.2)


def _stop_if_one_ended(programs: Sequence[Program]) -> None:
    for program in programs:
        if program.has_ended():
            raise program.failure("ended by itself, so everything was stopped")


@contextmanager
def _listening(port: int) -> Iterator[socket.socket]:
    """A socket bound to the port before anything else is made or started."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError as error:
            reason = "in use" if error.errno == errno.EADDRINUSE else f"closed to us ({error.strerror})"
            raise CannotStartError(f"Port {port} is {reason}: choose another with PORT=.") from None
        yield listener


def _port(value: str) -> int:
    if value.isascii() and value.isdigit() and int(value) < 2**16:
        return int(value)
    raise CannotStartError(f"PORT must be a number up to 65535, and is {value!r}.")


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
