"""Puts the runs of three sizes beside each other: how each operation grows with the leads, as a table and a drawing.

The slope is that of the line through the logarithms of leads and of processor time (or else of time): 0 is flat, 1 is
linear.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.drawing import Line, drawn
from bench.scale import GROWING, SCALES

PICTURE = Path(__file__).parent / "growth.svg"
RESULTS = Path(__file__).parent / "RESULTS.md"
COLUMNS = ("operation", *(f"{SCALES[name].leads:,}" for name in GROWING), "slope")


@dataclass(frozen=True)
class Grown:
    """One operation: (leads, milliseconds of processor or clock) by size."""

    operation: str
    points: tuple[tuple[int, float], ...]
    by_cpu: bool

    @property
    def slope(self) -> float:
        """Of the least-squares line through the logarithms."""
        logs = [(math.log10(leads), math.log10(value)) for leads, value in self.points]
        x_mean = sum(x for x, _ in logs) / len(logs)
        y_mean = sum(y for _, y in logs) / len(logs)
        spread = sum((x - x_mean) ** 2 for x, _ in logs)
        return sum((x - x_mean) * (y - y_mean) for x, y in logs) / spread


def main(arguments: list[str]) -> int:
    """Read what the three runs have written; draw and tell it."""
    state = Path(os.environ["STATE"])
    runs = {SCALES[name].leads: _results(state / f"bench-{name}.json") for name in GROWING}
    grown = growing(runs)
    if not grown:
        sys.stderr.write("No operation was measured at more than one size.\n")
        return 1
    picture = PICTURE if "--keep" in arguments else state / PICTURE.name
    picture.write_text(drawn([Line(one.operation, one.points) for one in grown], across="leads", up="ms"))
    print(f"\n{table(grown)}\n\nDrawn in {picture}. Milliseconds of the processor; * of the clock.")
    if "--keep" in arguments:
        _keep(grown)
    return 0


def growing(runs: Mapping[int, Mapping[str, Any]]) -> list[Grown]:
    """The operations that were measured at two sizes or more, in the order of the largest run."""
    largest = runs[max(runs)]
    found = []
    for key, result in largest.items():
        by_cpu = all(_cpu(run[key]) for run in runs.values() if key in run)
        points = tuple(
            (leads, value)
            for leads, run in sorted(runs.items())
            if key in run and (value := (_cpu if by_cpu else _clock)(run[key]))
        )
        if len(points) > 1:
            name = re.sub(r"\bof [\d,]+ (leads|clocks)", r"of all \1", result["operation"])
            found.append(Grown(name, points, by_cpu))
    return found


def table(grown: Sequence[Grown]) -> str:
    """A line for each operation."""
    return "\n".join(
        f"| {' | '.join(cells)} |" for cells in (COLUMNS, ["---"] * len(COLUMNS), *map(_cells, grown))
    )


def _cells(one: Grown) -> list[str]:
    values = dict(one.points)
    told = [f"{values[size]:,.1f}" if (size := SCALES[name].leads) in values else "" for name in GROWING]
    return [one.operation + ("" if one.by_cpu else " *"), *told, f"{one.slope:.2f}"]


def _results(path: Path) -> dict[str, Any]:
    """By key, those that did not break."""
    if not path.exists():
        return {}
    return {one["key"]: one for one in json.loads(path.read_text())["results"] if not one["failure"]}


def _cpu(result: Mapping[str, Any]) -> float:
    costs = result["details"]
    return float(costs.get("web_cpu_ms", 0)) + float(costs.get("database_cpu_ms", 0))


def _clock(result: Mapping[str, Any]) -> float:
    costs = result["details"]
    return float(costs.get("milliseconds") or costs.get("p50") or 0)


def _keep(grown: Sequence[Grown]) -> None:
    introduction, mark, runs = RESULTS.read_text().partition("<!-- runs -->\n")
    told = f"""
## {datetime.now(UTC):%Y-%m-%d}, growth

Milliseconds of the processor for one operation (* of the clock) by the number of leads, with the logarithms' slope.

![Time by leads]({PICTURE.name})

{table(grown)}
"""
    RESULTS.write_text(introduction + mark + told + runs)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
