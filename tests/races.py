"""Runs things at the same moment over real database connections."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connections

T = TypeVar("T")
PATIENCE = 60  # seconds until a thread that nobody joins gives up


def at_once(*jobs: Callable[[], T]) -> list[T | Exception]:
    """Start every job at one barrier, each in a thread with a connection of its own; what each gave or raised."""
    barrier = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T | Exception:
        try:
            connections["default"].ensure_connection()
            barrier.wait(PATIENCE)
            return job()
        except Exception as error:  # noqa: BLE001 - the test judges what went wrong
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))


def shared_out(jobs: Sequence[Callable[[], T]], *, threads: int) -> list[T | Exception]:
    """Do all jobs, `threads` at a time from one barrier; what each gave or raised, in the order of the jobs."""

    def work(number: int) -> list[T | Exception]:
        return [_tried(job) for job in jobs[number::threads]]

    done: list[T | Exception] = [RuntimeError("never ran")] * len(jobs)
    for number, results in enumerate(at_once(*(lambda n=n: work(n) for n in range(threads)))):
        if isinstance(results, Exception):
            raise results
        done[number::threads] = results
    return done


def _tried(job: Callable[[], T]) -> T | Exception:
    try:
        return job()
    except Exception as error:  # noqa: BLE001 - the test judges what went wrong
        return error
