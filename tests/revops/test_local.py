"""The one-command run as its user meets it: the whole process, its output, its exit code, and what it leaves."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
FOUND = """
from django.utils import timezone
from revops import operating_model
from revops.demo import organisation
operating_model.install(now=timezone.now())
organisation.found(begins=timezone.now(), now=timezone.now())
"""
LOCAL = [sys.executable, "-m", "revops.local"]
OURS = {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE", "MAKELEVEL", "PORT", "STATE"}
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in OURS}


def local(*arguments: str, **variables: str | Path) -> subprocess.CompletedProcess[str]:
    """Run it to its end."""
    environment = {**ENVIRONMENT, **{name: str(value) for name, value in variables.items()}}
    return subprocess.run(
        [*LOCAL, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_port_in_use_is_one_sentence_and_nothing_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        ended = local("demo", PORT=port, STATE=tmp_path / "s")

    assert ended.returncode == 1
    assert ended.stderr == f"Port {port} is in use: choose another with PORT=.\n"
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize("port", ["eighty", "-1", "65536", "８０８０"])
def test_port_that_is_none_is_one_sentence(port: str, tmp_path: Path) -> None:
    ended = local("demo", PORT=port, STATE=tmp_path / "s")

    assert (ended.returncode, ended.stderr) == (1, f"PORT must be a number up to 65535, and is {port!r}.\n")


@pytest.mark.parametrize(
    ("variables", "beginning"),
    [
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL must be like postgres://"),
        ({"DATABASE_URL": "postgres://127.0.0.1:1/none"}, "DATABASE_URL names no database we can use"),
        ({"REDIS_URL": "nonsense"}, "REDIS_URL must be like redis://"),
        ({"REDIS_URL": "redis://127.0.0.1:1/0"}, "REDIS_URL names no broker we can use"),
        ({"STATE": "/dev/null"}, "/dev/null cannot be used"),
    ],
)
def test_bad_setting_is_one_sentence(variables: dict[str, str], beginning: str, tmp_path: Path) -> None:
    ended = local("demo", **{"PORT": "0", "STATE": str(tmp_path / "s"), **variables})

    assert ended.returncode == 1
    assert ended.stderr.startswith(beginning)
    assert ended.stderr.count("\n") == 1


def test_anything_else_is_told_the_two_ways_to_say_it() -> None:
    ended = local("dance")

    assert ended.returncode == 1
    assert "demo" in ended.stderr
    assert "manage COMMAND" in ended.stderr


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty but migrated database."""
    folder = tmp_path_factory.mktemp("local") / "the state"
    assert local("manage", "check", STATE=folder).returncode == 0
    return folder


def test_command_gives_its_own_output_and_exit_code(state: Path) -> None:
    said = local("manage", "shell", "--verbosity=0", "--command=print(6 * 7)", STATE=state)
    failed = local("manage", "shell", "--verbosity=0", "--command=raise SystemExit(3)", STATE=state)

    assert (said.returncode, said.stdout, said.stderr) == (0, "42\n", "")
    assert failed.returncode == 3


def test_new_data_folder_is_migrated_before_the_first_command(state: Path) -> None:
    ended = local("manage", "migrate", "--check", STATE=state)

    assert (ended.returncode, ended.stderr) == (0, "")


def test_two_commands_at_once_share_the_servers(state: Path) -> None:
    wait = "--command=import time; time.sleep(2); from django.db import connection; connection.cursor(); print('ok')"
    environment = {**ENVIRONMENT, "STATE": str(state)}
    command = [*LOCAL, "manage", "shell", "--verbosity=0", wait]

    both = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]

    assert [process.communicate(timeout=60)[0] for process in both] == ["ok\n", "ok\n"]


def test_database_of_another_baton_is_refused_in_one_sentence(tmp_path: Path, state: Path) -> None:
    later = "MigrationRecorder(connection).record_applied('leads', '9999_later')"
    imports = "from django.db import connection; from django.db.migrations.recorder import MigrationRecorder"
    subprocess.run(["/bin/cp", "-a", state, tmp_path / "s"], check=True)
    local("manage", "shell", "--verbosity=0", f"--command={imports}; {later}", STATE=tmp_path / "s")

    ended = local("demo", PORT="0", STATE=tmp_path / "s")

    assert ended.returncode == 1
    assert (
        "another Baton made it, with migrations that this one does not know (leads.9999_later)"
        in ended.stderr
    )


def test_database_of_somebody_else_is_refused_in_one_sentence(tmp_path: Path, state: Path) -> None:
    stranger = "from leads.models import User; User.objects.create(email='jo@example.com', name='Jo')"
    subprocess.run(["/bin/cp", "-a", state, tmp_path / "s"], check=True)
    local("manage", "shell", "--verbosity=0", f"--command={stranger}", STATE=tmp_path / "s")

    ended = local("demo", PORT="0", STATE=tmp_path / "s")

    assert ended.returncode == 1
    assert ended.stderr.startswith("manage.py load_demo failed: CommandError: This database is not a demo's")
    assert ended.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def company(state: Path) -> Path:
    """The demo company without its history, which takes minutes to tell."""
    assert local("manage", "shell", "--verbosity=0", f"--command={FOUND}", STATE=state).returncode == 0
    return state


@pytest.fixture
def demo(company: Path) -> Iterator[subprocess.Popen[str]]:
    """The whole demo, begun, on any free port."""
    environment = {**ENVIRONMENT, "STATE": str(company), "PORT": "0"}
    process = subprocess.Popen(
        [*LOCAL, "demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


def greeting(demo: subprocess.Popen[str]) -> str:
    """What it says until it is ready."""
    assert demo.stdout is not None
    assert demo.stderr is not None
    said = ""
    while "Ctrl-C" not in said:
        line = demo.stdout.readline()
        assert line, f"it ended: {demo.stderr.read()}"
        said += line
    return said


def descendants(demo: subprocess.Popen[str]) -> list[psutil.Process]:
    return psutil.Process(demo.pid).children(recursive=True)


def still_running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Which of them do not end, though they are given a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and any(is_alive(process) for process in processes):
        time.sleep(0.05)
    return [process for process in processes if is_alive(process)]


def is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def test_demo_serves_works_and_ends_at_sigterm_with_nothing_left(
    demo: subprocess.Popen[str], company: Path
) -> None:
    said = greeting(demo)
    address = re.search(r"^Baton is ready at http://(127\.0\.0\.1:\d+)$", said, re.MULTILINE)
    assert address
    web = HTTPConnection(address[1], timeout=30)
    web.request("GET", "/readyz")
    ready = web.getresponse().status
    web.close()
    while_running = local("manage", "create_api_key", "website", STATE=company)
    processes = descendants(demo)

    demo.send_signal(signal.SIGTERM)
    _rest, errors = demo.communicate(timeout=60)

    assert ready == 200
    assert while_running.returncode == 0
    assert len(while_running.stdout.split()) == 1
    assert len(processes) > 10
    assert (demo.returncode, errors) == (0, "")
    assert still_running(processes) == []
    for name in ("sdr", "sdr2", "ae", "manager", "marketer", "ops", "viewer"):
        assert f"  {name}@demo.baton " in said
    for name in ("worker", "beat", "signals"):
        assert (company / "log" / f"{name}.log").stat().st_size > 0


def test_killed_demo_leaves_nothing(demo: subprocess.Popen[str]) -> None:
    greeting(demo)
    processes = descendants(demo)

    demo.kill()

    assert still_running(processes) == []


def test_part_that_ends_by_itself_is_named_and_ends_the_rest(demo: subprocess.Popen[str]) -> None:
    greeting(demo)
    processes = descendants(demo)
    beat = next(process for process in processes if "beat" in process.cmdline())

    beat.kill()
    _rest, errors = demo.communicate(timeout=60)

    assert demo.returncode == 1
    assert errors.startswith("The beat process ended by itself, so everything was stopped")
    assert still_running(processes) == []
