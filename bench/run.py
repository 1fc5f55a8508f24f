"""Builds the data set, measures everything on it and tells the figures; started by `python -m bench`."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command
from django.utils import timezone

from bench.result import Result
from bench.scale import SCALES, Scale
from bench.web import serving_web


def main(database_pid: int, *, keep: bool) -> None:
    from bench import dataset, report

    scale, state, now = SCALES[os.environ["SCALE"]], Path(os.environ["STATE"]), timezone.now()
    with _told(f"Building {scale.leads:,} leads with {scale.touches:,} touches"):
        dataset.build(scale, now=now)
        call_command("collectstatic", interactive=False, verbosity=0)
    facts = report.machine()
    results = _measure(scale, state, database_pid)
    report.write_json(state / "bench.json", scale, results, facts=facts)
    print(
        f"\n{report.table(results)}\n\n{report.BLURRED} the machine was not calm: trust the ratio by CPU more"
    )
    print(f"All figures: {state / 'bench.json'}")
    if keep:
        report.keep(scale, results, facts=facts, at=now)


def _measure(scale: Scale, state: Path, database_pid: int) -> list[Result]:
    from bench.bench import Bench
    from bench.meter import Meter

    environment = dict(os.environ)
    results: list[Result] = []
    with (
        serving_web("revops.wsgi:application", state=state, environment=environment) as baton,
        serving_web(
            "bench.wsgi:application",
            state=state,
            environment=environment | {"DJANGO_SETTINGS_MODULE": "bench.settings"},
        ) as bare,
    ):
        bench = Bench(scale, baton, bare, Meter(database_pid))
        for operation in _operations():
            with _told(f"Measuring {operation.__name__.rpartition('.')[2]}"):
                results += operation.run(bench)
    return results


def _operations() -> tuple[Any, ...]:
    """What is measured, in order; imported only once Django is set up."""
    from bench.operations import (
        calibration,
        compliance,
        decay,
        decisions,
        pages,
        rescoring,
        routing,
        signals,
        sweep,
        what_if,
    )

    return (
        pages,
        compliance,
        signals,
        decisions,
        sweep,
        decay,
        what_if,
        rescoring,
        calibration,
        routing,
    )


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    sys.stdout.write(f"{what} … ")
    sys.stdout.flush()
    yield
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    django.setup()
    main(int(sys.argv[1]), keep="--keep" in sys.argv[2:])
