"""Reads what has been spent so far: processor seconds of Python and of the database, and bytes of its log."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import psutil
from django.db import connection


@dataclass(frozen=True)
class Spent:
    """Processor seconds, and bytes of the database's log; the difference of two readings is a cost."""

    python: float
    database: float
    log_bytes: float

    def since(self, before: Spent) -> Spent:
        return Spent(
            self.python - before.python,
            self.database - before.database,
            self.log_bytes - before.log_bytes,
        )


def here() -> Spent:
    """What this process and all that it started have spent."""
    this = psutil.Process()
    return Spent(_whole(this) + seconds(this.children(recursive=True)), _database(), _log_position())


def of(processes: Iterable[psutil.Process]) -> Spent:
    """What these processes have spent."""
    return Spent(seconds(processes), _database(), _log_position())


def seconds(processes: Iterable[psutil.Process]) -> float:
    """Processor seconds of those that still run."""
    found = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            found += times.user + times.system
    return found


def knows_database() -> bool:
    """Whether the database is our own, so that its processes can be read."""
    return bool(int(os.environ.get("DATABASE_PROCESS") or 0))


def _database() -> float:
    """All of the server's processes, those that have ended too; 0 where it is not our own."""
    if not knows_database():
        return 0.0
    server = psutil.Process(int(os.environ["DATABASE_PROCESS"]))
    return _whole(server) + seconds(server.children())


def _whole(process: psutil.Process) -> float:
    """Of a process and of its children that have ended."""
    times = process.cpu_times()
    return float(times.user + times.system + times.children_user + times.children_system)


def _log_position() -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')")
        return float(cursor.fetchone()[0])
