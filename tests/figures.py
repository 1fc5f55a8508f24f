"""Says what a promise came to, for whoever runs the slow tests with `make faults`."""

from __future__ import annotations

import sys
from typing import NamedTuple


class Figure(NamedTuple):
    """One line of the table at the end."""

    promise: str
    measured: str
    target: str
    is_kept: bool


SAID: list[Figure] = []


def say(promise: str, *, measured: str, target: str, is_kept: bool = True) -> None:
    """The promise, the figure, the target: at once, and in the table at the end.

    What is said after the assertions was kept; who says it before says whether it was.
    """
    SAID.append(Figure(promise, measured, target, is_kept))
    sys.stdout.write(f"\n{promise}: {measured} (target: {target})\n")


def table(broken: list[str]) -> str:
    """All that was said, and the tests that ended before they could say what came of it."""
    said = [(each.promise, each.measured, each.target, "yes" if each.is_kept else "NO") for each in SAID]
    said += [(name, "the test failed", "", "NO") for name in broken]
    rows = [("promise", "figure", "target", "kept"), *said]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
