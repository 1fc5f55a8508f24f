"""The examples of how to deploy name only what there is."""

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


def test_neither_an_image_nor_the_history_takes_the_secrets_of_a_compose_file() -> None:
    kept = {"deploy/container/environment", "deploy/container/database-password"}

    for name in (".dockerignore", ".gitignore"):
        assert kept <= {line.lstrip("/") for line in (ROOT / name).read_text().splitlines()}
    assert {f"file: {Path(path).name}" for path in kept if "password" in path} <= set(
        re.findall(r"file: [\w-]+", COMPOSE)
    )
