"""Says what a promise came to, for whoever runs the slow tests with `make faults`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

NUMBER = re.compile(r"P(\d+)\b")


class Figure(NamedTuple):
    """One line of the table at the end."""

    promise: str
    measured: str
    target: str
    kept: str


class Proof(NamedTuple):
    """Where a promise is proven: by `make faults`, `make test` or `make bench`, in which file, by which function."""

    promise: str
    command: str
    file: str
    function: str


PROOFS = [Proof(*line.split()) for line in (Path(__file__).parent / "promises.txt").read_text().splitlines()]
SAID: list[Figure] = []


def say(promise: str, *, measured: str, target: str, is_kept: bool = True) -> None:
    """The promise, the figure, the target: at once, and in the table at the end.

    What is said after the assertions was kept; who says it before says whether it was.
    """
    SAID.append(Figure(promise, measured, target, "yes" if is_kept else "NO"))
    sys.stdout.write(f"\n{promise}: {measured} (target: {target})\n")


def table(broken: list[str]) -> str:
    """Every promise in order: what was said of it; the test that ended before it could; or who proves it instead."""
    failed = [Figure(_promise_of(name), f"{name} failed", "", "NO") for name in broken]
    said = [*SAID, *failed]
    rows = sorted([*said, *_elsewhere({_number(each.promise) for each in said})], key=_place)
    lines = [("promise", "figure", "target", "kept"), *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(4)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def _elsewhere(said: set[int]) -> Iterator[Figure]:
    """The promises of which nothing was said, with their proof."""
    for proof in PROOFS:
        if _number(proof.promise) not in said:
            where = "not run" if proof.command == "faults" else f"by make {proof.command}"
            yield Figure(proof.promise, f"{where}: {proof.file}::{proof.function}", "", "")


def _promise_of(test: str) -> str:
    """The promise that the test proves, by its name without parameters; the name itself where it proves none."""
    name = test.partition("[")[0]
    return next((proof.promise for proof in PROOFS if proof.function == name), name)


def _number(promise: str) -> int:
    found = NUMBER.match(promise)
    return int(found[1]) if found else 0


def _place(figure: Figure) -> tuple[int, str]:
    return _number(figure.promise), figure.promise
