"""Runs things at the same moment over real database connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from typing import Protocol, TypeVar

from django.db import connections

T = TypeVar("T")
PATIENCE = 60  # seconds until a thread that nobody joins gives up


class Race(Protocol):
    """Starts every job at one barrier; what each gave or raised."""

    def __call__(self, *jobs: Callable[[], T]) -> list[T | Exception]: ...


@contextmanager
def racers(count: int) -> Iterator[Race]:
    """Threads that race again and again, each with a connection of its own, which stays open between the races."""
    with ThreadPoolExecutor(count) as pool:

        def race(*jobs: Callable[[], T]) -> list[T | Exception]:
            barrier = Barrier(len(jobs))
            return list(pool.map(lambda job: _from(barrier, job), jobs))

        try:
            yield race
        finally:
            race(*[connections.close_all] * count)


def at_once(*jobs: Callable[[], T]) -> list[T | Exception]:
    """Start every job at one barrier, each in a thread with a connection of its own; what each gave or raised."""
    with racers(len(jobs)) as race:
        return race(*jobs)


def _from(barrier: Barrier, job: Callable[[], T]) -> T | Exception:
    """Do the job once everybody is ready; at one barrier no thread can take two jobs."""
    try:
        connections["default"].ensure_connection()
        barrier.wait(PATIENCE)
        return job()
    except Exception as error:  # noqa: BLE001 - the test judges what went wrong
        return error


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
