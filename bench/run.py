"""Measures each operation on a copy of the data set and tells the figures; started by `python -m bench`.

An operation that breaks is told with its reason and does not end the others.
"""

from __future__ import annotations

import logging
import os
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from bench import kept
from bench.named import chosen
from bench.result import Result, failed
from bench.scale import SCALES
from bench.web import Webs

if TYPE_CHECKING:
    from bench.bench import Bench


def main(*, keep: bool) -> int:
    """Measure what ONLY names, write the figures as they come; 1 when an operation broke."""
    from bench import report
    from bench.bench import Bench

    scale, state, now = SCALES[os.environ["SCALE"]], Path(os.environ["STATE"]), timezone.now()
    place = kept.place(os.environ["BESIDE"], scale.amounts)
    call_command("collectstatic", interactive=False, verbosity=0)
    results: list[Result] = []
    facts: dict[str, str] = {}
    bench = Bench(scale, Webs(state))
    try:
        for name, module in chosen(os.environ.get("ONLY", "")).items():
            with _told(f"Measuring {name}"):
                if bench.needs_fresh_data:
                    _renew(bench, place)
                facts = facts or report.machine()
                results += _measured(bench, name, module=module)
            report.write_json(state / f"bench-{scale.name}.json", scale, results, facts=facts)
    finally:
        bench.webs.stop()
    print(f"\n{report.table(results)}\n\n{report.LEGEND}\nAll figures: {state}/bench-{scale.name}.json")
    if keep:
        report.keep(scale, results, facts=facts, at=now)
    return int(any(result.failure for result in results))


def _measured(bench: Bench, name: str, *, module: str) -> list[Result]:
    """The operation's lines; one line with the reason where it broke."""
    bench.needs_fresh_data = True
    try:
        operation = import_module(f"bench.operations.{module}")
        found: list[Result] = operation.run(bench)
    except Exception as error:  # noqa: BLE001 - the others are measured all the same
        print()
        traceback.print_exc(file=sys.stdout)
        return [failed(name, error)]
    bench.needs_fresh_data = not getattr(operation, "KEEPS_DATA", False)
    return [
        result.named(f"{name}-{number}", full=bench.scale.amounts == SCALES["full"].amounts)
        for number, result in enumerate(found, 1)
    ]


def _renew(bench: Bench, place: kept.Place) -> None:
    bench.webs.stop()
    connections.close_all()
    kept.renew(place)
    bench.needs_fresh_data = False


@contextmanager
def _told(what: str) -> Iterator[None]:
    began = time.monotonic()
    sys.stdout.write(f"{what} … ")
    sys.stdout.flush()
    yield
    print(f"{time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    django.setup()
    logging.disable(logging.INFO)
    sys.exit(main(keep="--keep" in sys.argv[1:]))
