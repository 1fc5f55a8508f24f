"""The queue, and leads that arrive, while a long file is taken in (P24), beside an idle site."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from django.utils import timezone

from bench import steady_import
from bench.bench import Bench, Maker, headers_of
from bench.http import request
from bench.meter import Figures
from bench.operations.pages import VIEWERS
from bench.operations.signals import PATH, demo_request
from bench.result import Result
from bench.rounds import Comparison, compare
from leads import api_keys
from leads.models import User

CLIENTS = 2  # as many as there are web workers, so that nobody waits for a colleague
numbers = count(1)


def run(bench: Bench) -> list[Result]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        return [
            _line(
                "queue page while a file is taken in",
                _beside(bench, Path(folder), _queue(), status=200),
                "≤ 1.5 ×",
            ),
            _line(
                "signal while a file is taken in",
                _beside(bench, Path(folder), _signals(bench), status=201),
                "p99 ≤ 5 s",
            ),
        ]


def _beside(bench: Bench, folder: Path, make: Maker, *, status: int) -> Comparison[Figures]:
    """Loads between loads on the idle site."""

    def load() -> Figures:
        seconds = bench.scale.seconds
        return bench.meter.load(bench.baton, make, clients=CLIENTS, seconds=seconds, expected=(status,))

    def meanwhile() -> Figures:
        with _importing(folder):
            return load()

    load()  # what is read once a process is read now
    return compare(ours=meanwhile, ceiling=load, size=lambda one: one.p95, rounds=bench.scale.rounds)


@contextmanager
def _importing(folder: Path) -> Iterator[None]:
    """A file of nobody known is under way until the block ends."""
    path = folder / "list.csv"
    steady_import.write(path, mark=f"list-{next(numbers)}-{timezone.now():%H%M%S}")
    command = [sys.executable, "-m", "bench.steady_import", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or not process.stdout.readline():
                raise ValueError("The import ended before it was under way.")
            yield
            if process.poll() is not None:
                raise ValueError("The import ended before the load did.")
        finally:
            process.kill()


def _queue() -> Maker:
    viewers = User.objects.filter(rep__isnull=False).order_by("rep__pk")[:VIEWERS]
    return _turns([request("GET", "/queue/", headers=headers_of(viewer)) for viewer in viewers])


def _turns(messages: list[bytes]) -> Maker:
    turn = count()
    return lambda: messages[next(turn) % len(messages)]


def _signals(bench: Bench) -> Maker:
    key = api_keys.issue("website", now=timezone.now())
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}

    def make() -> bytes:
        n = next(numbers)
        body = demo_request(f"meanwhile-{n}", company=1 + n * 7919 % bench.scale.accounts)
        return request("POST", PATH, headers=headers, body=json.dumps(body))

    return make


def _line(name: str, found: Comparison[Figures], goal: str) -> Result:
    """Milliseconds at the 95th percentile: the ratio says how many times those of the idle site."""
    p50, p95, p99 = (found.median(_ours(percent)) for percent in ("p50", "p95", "p99"))
    idle, ratio = found.median(lambda one: one.ceiling), found.median(lambda one: one.ratio)
    return Result(
        f"{name}, {CLIENTS} clients",
        f"p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f} ms",
        f"p95 {idle:.1f} ms idle",
        f"{ratio:.2f} ×",
        goal,
        found.is_calm,
        {"p50": p50, "p95": p95, "p99": p99, "idle_p95": idle, "ratio": round(ratio, 3), **found.counts},
    )


def _ours(percent: str) -> Callable[..., float]:
    return lambda one: float(getattr(one.ours, percent))
