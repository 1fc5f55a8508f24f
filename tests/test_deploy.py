"""The examples of how to deploy name only what there is, and PostgreSQL, Redis and the probe take them as they are."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
import yaml
from django.test import Client
from django.test.utils import override_settings
from pytest_django.live_server_helper import LiveServer

from revops.embedded.folder import prepare
from revops.embedded.postgres import PostgreSQL
from revops.embedded.valkey import Valkey

ROOT = Path(__file__).parent.parent
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
COMPOSE = (ROOT / "deploy/container/compose.yaml").read_text()
SERVICES: dict[str, Any] = yaml.safe_load(COMPOSE)["services"]
SETTINGS = (ROOT / "revops/settings.py").read_text()
DOCKERFILE = (ROOT / "deploy/container/Dockerfile").read_text()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_a_unit_starts_something_that_there_is(unit: Path) -> None:
    parsed = configparser.RawConfigParser(strict=False)
    parsed.optionxform = str  # type: ignore[assignment, method-assign]
    parsed.read(unit)
    program, *arguments = parsed["Service"]["ExecStart"].split()

    assert shutil.which(Path(program).name, path=str(Path(sys.executable).parent))
    named = [each for each in arguments if each.startswith("deploy/")]
    assert [each for each in named if not (ROOT / each).exists()] == []
    if program.endswith("celery"):
        assert arguments[:2] == ["-A", "revops.celery:app"]
    else:
        assert arguments[0] == "revops.wsgi:application"


def test_the_containers_start_and_mount_what_there_is() -> None:
    folder = ROOT / "deploy/container"
    mounted = re.findall(r"\"(\.\./[^:\"]+):", COMPOSE)

    assert mounted
    assert [path for path in mounted if not (folder / path).exists()] == []
    commands = re.findall(r"manage\.py (\w+)", COMPOSE + DOCKERFILE)
    own = {path.stem for path in (ROOT / "revops/management/commands").glob("*.py")}
    assert set(commands) <= own | {"migrate", "collectstatic"}
    assert "deploy/gunicorn.conf.py" in DOCKERFILE


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_finds_no_fault_in_a_unit(unit: Path) -> None:
    command = [shutil.which("systemd-analyze") or "", "verify", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    told = [line for line in done.stderr.splitlines() if unit.stem.partition("@")[0] in line]

    assert [
        line for line in told if "is not executable" not in line
    ] == []  # /srv/baton is not of this machine


@pytest.mark.parametrize("script", sorted((ROOT / "deploy").rglob("*.sh")), ids=lambda script: script.name)
def test_a_script_is_one_that_a_shell_can_read_and_run(script: Path) -> None:
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["/bin/sh", "-n", script], check=False).returncode == 0


def test_an_image_copies_what_there_is_and_nobody_in_it_is_root() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    copied = re.findall(r"^COPY (\S+)", DOCKERFILE, re.MULTILINE)
    last = DOCKERFILE.rpartition("\nRUN ")[2]

    assert copied
    assert [path for path in copied if not (ROOT / path).exists() or path in ignored] == []
    assert re.search(r"^USER (?!root)", last, re.MULTILINE)
    named = set(re.findall(r"\b([A-Z][A-Z_]+)=", DOCKERFILE)) - {"DJANGO_SETTINGS_MODULE", "PYTHONUNBUFFERED"}
    assert named <= {"BIND", *re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", SETTINGS)}


def test_every_program_of_the_containers_is_installed_and_waits_for_what_it_needs() -> None:
    ours = {name: one for name, one in SERVICES.items() if one.get("image") == "baton"}
    programs = {(one.get("command") or ["gunicorn"])[0] for one in ours.values()}

    assert set(ours) == {"migrate", "web", "worker", "beat"}
    assert programs == {"gunicorn", "celery", "sh"}
    needed = {other for one in SERVICES.values() for other in one.get("depends_on", {})}
    assert needed <= set(SERVICES)
    for one in SERVICES.values():
        for other, how in one.get("depends_on", {}).items():
            assert (how["condition"] == "service_healthy") == ("healthcheck" in SERVICES[other])


class AsInContainers(PostgreSQL):
    """The embedded server with the options of the compose file, in less memory."""

    def _options(self) -> list[str]:
        options: list[str] = SERVICES["postgres"]["command"][1:3]
        copy = self.state / "baton.conf"
        shutil.copyfile(ROOT / "deploy/postgresql/baton.conf", copy)
        copy.chmod(0o644)
        given = [each.replace("/etc/baton.conf", str(copy)) for each in options]
        return [*given, "-c", "shared_buffers=64MB", *super()._options()]


def test_postgresql_takes_every_setting_of_ours(tmp_path: Path) -> None:
    prepare(tmp_path / "d")
    server = AsInContainers(tmp_path / "d", durable=False)
    written = re.findall(r"^(\w+) = ", (ROOT / "deploy/postgresql/baton.conf").read_text(), re.MULTILINE)

    server.start()
    try:
        folder = server.socket.parent
        chosen_here = {option.partition("=")[0] for option in server._options()}  # before what a file says
        with psycopg.connect(host=str(folder), user="baton", dbname="baton") as connection:
            read = connection.execute("SELECT name FROM pg_settings WHERE source = 'configuration file'")
            taken = {name for (name,) in read}
    finally:
        server.stop()

    assert taken == set(written) - chosen_here


class AsRedis(Valkey):
    """The embedded broker with our settings for Redis after its own."""

    def _configuration(self) -> str:
        return super()._configuration() + (ROOT / "deploy/redis/baton.conf").read_text()


def test_the_broker_takes_the_settings_for_redis(tmp_path: Path) -> None:
    prepare(tmp_path / "v")
    server = AsRedis(tmp_path / "v", durable=True)

    server.start()
    try:
        with redis.Redis.from_url(server.url) as client:
            kept = client.config_get("maxmemory*", "append*")
    finally:
        server.stop()

    wanted = {"maxmemory": str(256 * 2**20), "maxmemory-policy": "noeviction", "appendonly": "yes"}
    assert kept.items() >= wanted.items()


def probed(port: int, site: str) -> int:
    """The exit code of the probe of the compose file, asking the port in the site's name."""
    command = SERVICES["web"]["healthcheck"]["test"]
    assert command[:2] == ["CMD", "python"]
    given = {**os.environ, "BIND": f"0.0.0.0:{port}", "SITE_URL": site}
    done = subprocess.run(
        [sys.executable, *command[2:]], cwd=ROOT, env=given, capture_output=True, check=False
    )
    return done.returncode


def test_the_probe_is_content_with_a_site_that_answers_and_with_no_other(live_server: LiveServer) -> None:
    port = live_server.thread.port

    assert probed(port, "http://localhost") == 0
    assert probed(port, "https://somebody-else.example") != 0
    assert probed(1, "http://localhost") != 0


@pytest.mark.django_db
def test_a_balancer_is_answered_in_the_clear_and_everybody_else_is_led_to_https() -> None:
    with override_settings(SECURE_SSL_REDIRECT=True):
        answers = {path: Client().get(path).status_code for path in ("/healthz", "/readyz", "/queue/")}

    assert answers == {"/healthz": 200, "/readyz": 200, "/queue/": 301}


def test_redis_is_set_up_as_the_start_up_check_asks() -> None:
    assert "maxmemory-policy noeviction" in (ROOT / "deploy/redis/baton.conf").read_text()


def test_neither_an_image_nor_the_history_takes_the_secrets_of_a_compose_file() -> None:
    kept = {"deploy/container/environment", "deploy/container/database-password"}

    for name in (".dockerignore", ".gitignore"):
        assert kept <= {line.lstrip("/") for line in (ROOT / name).read_text().splitlines()}
    assert {f"file: {Path(path).name}" for path in kept if "password" in path} <= set(
        re.findall(r"file: [\w-]+", COMPOSE)
    )
