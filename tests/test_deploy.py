"""The examples of how to deploy name only what there is, and the table of settings names every setting."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
COMPOSE = (ROOT / "deploy/container/compose.yaml").read_text()
DOCKERFILE = (ROOT / "deploy/container/Dockerfile").read_text()
GUIDE = (ROOT / "docs/operate.md").read_text()
READ = re.compile(r"(?:env\.\w+|_required_url|_networks)\(\s*\"([A-Z_]+)\"")


def test_every_setting_that_is_read_stands_in_the_guide_and_no_other() -> None:
    read = set(READ.findall((ROOT / "revops/settings.py").read_text()))
    table = GUIDE.partition("## Settings")[2].partition("\n## ")[0]
    first_cells = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)
    told = set(re.findall(r"`([A-Z_]+)`", " ".join(first_cells)))

    assert told == read


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


@pytest.mark.parametrize("script", sorted((ROOT / "deploy").rglob("*.sh")), ids=lambda script: script.name)
def test_a_script_is_one_that_a_shell_can_read_and_run(script: Path) -> None:
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["/bin/sh", "-n", script], check=False).returncode == 0


def test_redis_is_set_up_as_the_start_up_check_asks() -> None:
    assert "maxmemory-policy noeviction" in (ROOT / "deploy/redis/baton.conf").read_text()


@pytest.mark.parametrize(
    ("missing", "told"),
    [
        ("SECRET_KEY", "SECRET_KEY is not set. Set it to a long random text"),
        ("DATABASE_URL", "DATABASE_URL is not set. Set it to an address that begins with postgres://"),
        ("REDIS_URL", "REDIS_URL is not set. Set it to an address that begins with redis://"),
    ],
)
def test_a_start_without_a_setting_says_which_and_stops(missing: str, told: str) -> None:
    given = {
        "SECRET_KEY": "x" * 50,
        "DATABASE_URL": "postgres://127.0.0.1:1/none",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PATH": "/usr/bin:/bin",
    }
    del given[missing]

    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "check"], env=given, capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert told in done.stderr
