"""Data sets that are built once and kept: each a database of its own, of which every run works on a copy.

The database that DATABASE_URL names is only asked to make others beside it; nothing in it is read or changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path

import environ
import psycopg
from psycopg import errors, sql

from bench.scale import Amounts

ROOT = Path(__file__).parent.parent
SQL = ROOT / "bench/sql"
PREFIX = "bench_set"
MOST_AGE = timedelta(days=6)  # later another week's decay would be due
AGE = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
OTHERS = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s"


@dataclass(frozen=True)
class Place:
    """A data set beside the database at `url`, and the copy of it that a run works on."""

    url: str
    name: str

    @property
    def copy(self) -> str:
        return f"{self.name}_run"

    @property
    def set_url(self) -> str:
        return address(self.url, self.name)

    @property
    def copy_url(self) -> str:
        return address(self.url, self.copy)


def place(url: str, amounts: Amounts) -> Place:
    """Where the set of these amounts is kept; other amounts or other statements are another set."""
    words = "".join(path.read_text() for path in sorted(SQL.glob("[1-7]_*.sql")))
    print_ = hashlib.sha256(f"{astuple(amounts)}{words}".encode()).hexdigest()[:8]
    return Place(url, f"{PREFIX}_{amounts.leads}_{print_}")


def address(url: str, name: str) -> str:
    """`url` with another database's name: after its last slash, which in a socket's path is quoted."""
    kept, _, query = url.partition("?")
    mark = "%2F" if "%2F" in kept.rpartition("/")[2] else "/"
    return f"{kept.rpartition(mark)[0]}{mark}{name}" + (f"?{query}" if query else "")


@dataclass(frozen=True)
class Built:
    """When the set was built, and up to when what is open in it has been moved along."""

    at: datetime
    fresh_at: datetime


def built(found: Place, *, now: datetime) -> Built | None:
    """What is known of the set where it is there, whole, not too old, and made by migrations that are here."""
    with connected(found.url) as server:
        row = server.execute(AGE, [found.name]).fetchone()
    if row is None or row[0] is None:
        return None
    times = [datetime.fromisoformat(word) for word in row[0].split()]
    told = Built(times[0], times[-1])
    return told if now - told.at < MOST_AGE and not _strange(found) else None


def _strange(found: Place) -> bool:
    """Whether the set was made by migrations that have been folded since, or by those of another branch."""
    here = {(path.parts[-3], path.stem) for path in ROOT.glob("*/migrations/0*.py")}
    with connected(found.set_url) as database:
        if database.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return False
        applied = set(database.execute("SELECT app, name FROM django_migrations").fetchall())
    ours = {app for app, _ in here}
    return any(app in ours for app, _ in applied - here)


def begin(found: Place) -> None:
    """An empty database for the set; what was built of the same amounts by other statements goes."""
    kind = found.name.rpartition("_")[0]
    with connected(found.url) as server:
        others = [name for (name,) in server.execute(OTHERS, [kind + "_", found.name]).fetchall()]
        for name in (*others, found.name):
            _drop(server, name)
        server.execute(_database("CREATE DATABASE {} TEMPLATE template0", found.name))


def finish(found: Place, told: Built) -> None:
    """Say that the set is whole, and how old."""
    words = sql.Literal(f"{told.at.isoformat()} {told.fresh_at.isoformat()}")
    with connected(found.url) as server:
        server.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(found.name), words))


def renew(found: Place) -> None:
    """A fresh copy of the set in the place of the last one; whoever is connected to either is put off."""
    drop(found)
    with connected(found.url) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(found.copy), sql.Identifier(found.name)
            )
        )


def drop(found: Place) -> None:
    """Take the copy away; the set stays."""
    with connected(found.url) as server:
        _drop(server, found.copy)


def _drop(server: psycopg.Connection, name: str) -> None:
    """With whoever still asks it; the server itself ends a vacuum of its own, which we may not."""
    try:
        server.execute(_database("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))
    except errors.InsufficientPrivilege:
        server.execute(_database("DROP DATABASE {}", name))


@contextmanager
def connected(url: str) -> Iterator[psycopg.Connection]:
    """A connection that commits each statement."""
    parts = environ.Env.db_url_config(url)
    named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    told = {name: parts[key] for name, key in named.items() if parts.get(key)}
    with psycopg.connect(**told, autocommit=True) as server:
        yield server


def _database(statement: str, name: str) -> sql.Composed:
    return sql.SQL(statement).format(sql.Identifier(name))
