"""The peer: django-crm, an open CRM with an API, in an environment and a database of its own on the same servers.

It has as many leads as Baton has beside it. It is asked with PEER=1, for its first installation takes minutes and a
way to the package index; it needs Python 3.12.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import environ
from psycopg import sql

from bench import kept

RELEASE = "django-crm==1.35.0"
NAME = "bench_peer_{leads}"
CHECK = "import sys; sys.exit(sys.version_info < (3, 12))"
NOT_ASKED = "not measured: say PEER=1, which installs it first"
NO_PYTHON = "not measured: needs Python 3.12"
BORNE = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
# Somebody with a token, and leads who are all open; run by the peer's own Python.
SEED = """
import sys
import django; django.setup()
from django.db import connection
from common.models import Org, PersonalAccessToken, Profile, User
from leads.models import Lead
org = Org.objects.create(name="Bench", company_name="Bench")
with connection.cursor() as cursor:
    cursor.execute("SELECT set_config('app.current_org', %s, false)", [str(org.pk)])
user = User.objects.create(email="bench@peer.example")
profile = Profile.objects.create(user=user, org=org, role="ADMIN")
for first in range(0, int(sys.argv[1]), 2000):
    Lead.objects.bulk_create([
        Lead(org=org, created_by=user, first_name="Eva", last_name=f"Klein-{n}", title="VP Marketing",
             email=f"person-{n}@peer.example", company_name="Company", status="assigned")
        for n in range(first, first + 2000)
    ], batch_size=500)
with connection.cursor() as cursor:
    cursor.execute("VACUUM ANALYZE")
print(PersonalAccessToken.generate(profile, "bench")[0])
"""


class NoPeer(Exception):
    """It cannot be measured here, for the reason that is told."""


@dataclass(frozen=True)
class Peer:
    """What a server of it needs: a Python, an environment, and a token for requests."""

    folder: Path
    environment: Mapping[str, str]
    token: str

    @property
    def python(self) -> str:
        return str(self.folder / "bin/python")


def prepare(state: Path, *, url: str, leads: int) -> Peer:
    """Install it and fill its database with so many leads where that has not been done; raises NoPeer."""
    if os.environ.get("PEER") != "1":
        raise NoPeer(NOT_ASKED)
    name = NAME.format(leads=leads)
    found = Peer(state / "peer", _environment(url, name), _token(url, name))
    _install(found)
    return replace(found, token=found.token or _fill(found, url, name, leads=leads))


def find_python(candidates: Iterator[str] | None = None) -> str:
    """The first Python of 3.12 or newer; raises NoPeer where there is none."""
    for candidate in candidates or _candidates():
        if subprocess.run([candidate, "-c", CHECK], capture_output=True, check=False).returncode == 0:
            return candidate
    raise NoPeer(NO_PYTHON)


def _candidates() -> Iterator[str]:
    names = ("python3.14", "python3.13", "python3.12", "python3")
    yield from filter(None, map(shutil.which, names))
    yield from map(str, sorted((Path.home() / ".pyenv/versions").glob("3.1[2-9].*/bin/python")))


def _install(peer: Peer) -> None:
    """Make its environment where it is not whole."""
    done = peer.folder / RELEASE
    if not done.exists():
        peer.folder.mkdir(exist_ok=True)
        _do(peer, [find_python(), "-m", "venv", "--clear", str(peer.folder)], own=False)
        _do(peer, [peer.python, "-m", "pip", "install", "--quiet", RELEASE], own=False)
        done.touch()


def _environment(url: str, name: str) -> dict[str, str]:
    """As its settings read it; nothing of Baton's."""
    parts = environ.Env.db_url_config(url)
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "crm.settings",
        "SECRET_KEY": os.environ["SECRET_KEY"].ljust(32, "0"),
        "ALLOWED_HOSTS": "127.0.0.1",
        "CELERY_BROKER_URL": "memory://",
        "DBNAME": name,
        "DBUSER": str(parts["USER"]),
        "DBPASSWORD": str(parts["PASSWORD"] or ""),
        "DBHOST": str(parts["HOST"]),
        "DBPORT": str(parts["PORT"] or ""),
    }


def _token(url: str, name: str) -> str:
    """Of a database that is whole."""
    with kept.connected(url) as server:
        row = server.execute(BORNE, [name]).fetchone()
    return row[0] or "" if row else ""


def _fill(peer: Peer, url: str, name: str, *, leads: int) -> str:
    """Make its database, its tables and its leads; its token, which the database then bears."""
    database = sql.Identifier(name)
    with kept.connected(url) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(database))
        _do(peer, [peer.python, "-m", "django", "migrate", "--verbosity=0"])
        token = _do(peer, [peer.python, "-c", SEED, str(leads)]).split()[-1]
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(database, sql.Literal(token)))
    return token


def _do(peer: Peer, command: list[str], *, own: bool = True) -> str:
    """What the command prints, run apart from our modules, by default in its own environment; or else NoPeer."""
    environment = dict(peer.environment) if own else None
    done = subprocess.run(
        command, env=environment, cwd=peer.folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["it said nothing"]
        raise NoPeer(f"not measured: {' '.join(command[1:4])} failed: {lines[-1]}")
    return done.stdout
