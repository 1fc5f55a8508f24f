"""A file of new people taken in, one in twenty of whom asks for a demo, beside the bare chain in SQL."""

from __future__ import annotations

import csv
import resource
import tempfile
from collections.abc import Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from django.utils import timezone

from bench import bare_chain
from bench.bench import Bench
from bench.operations.batch import ONE_IN, bare_row, somebody
from bench.result import Result, of_rows
from bench.rounds import compare
from bench.timing import milliseconds
from leads import imports
from leads.domain.csv_guess import NEW_TYPES
from leads.domain.csv_mapping import RowMapping
from leads.models import Source
from revops.imports.importing import Import

MOST, TOGETHER = 100_000, 2_000
MAPPING = RowMapping(
    fields={
        "person.email": "{mail}",
        "person.first_name": "{first}",
        "person.last_name": "{last}",
        "person.title": "{title}",
        "person.phone": "{phone}",
        "person.country": "{country}",
        "company.name": "{company}",
        "company.employees": "{size}",
        "type": "{kind}",
    },
    new_types=NEW_TYPES,
)


def run(bench: Bench) -> list[Result]:
    rows, people = min(MOST, bench.scale.leads // 10), somebody(bench.scale.accounts)
    bare_chain.prepare()
    _taken_in(list(islice(people, 200)))  # what is read once a process is read now
    compared = compare(
        ours=lambda: _taken_in(list(islice(people, rows))),
        ceiling=lambda: milliseconds(partial(_bare, list(islice(people, rows)))),
        size=float,
        rounds=bench.scale.rounds,
    )
    label = f"file of {rows:,} new people into {bench.scale.leads:,} leads, 1 in {ONE_IN} qualifies"
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)  # this process, and the second that takes rows in
    memory = round(sum(resource.getrusage(one).ru_maxrss for one in both) / 1024)
    goal = "≥ 0.20, ≤ 512 MB, ≥ 5,000 rows/s; best ≥ 0.70"
    return [of_rows(label, compared, rows=rows, goal=goal, memory_mb=memory)]


def _taken_in(people: list[dict[str, str]]) -> float:
    """How long the file takes, from its first byte to its last hand-off."""
    source, _ = Source.objects.get_or_create(name="bench list")
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = Path(folder) / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            written = csv.DictWriter(file, people[0])
            written.writeheader()
            written.writerows(people)
        return milliseconds(lambda: _expect(len(people), _steps(path, source)))


def _steps(path: Path, source: Source) -> Iterator[int]:
    run = Import(file=imports.open_csv(path), mapping=MAPPING, source=source, now=timezone.now())
    return (done.stored for done in run.steps(lambda _: None))


def _expect(rows: int, stored: Iterator[int]) -> None:
    if (found := sum(stored)) != rows:
        raise ValueError(f"{found} of {rows} rows were taken in.")


def _bare(people: list[dict[str, str]]) -> None:
    for first in range(0, len(people), TOGETHER):
        bare_chain.take(map(bare_row, people[first : first + TOGETHER]), now=timezone.now())
