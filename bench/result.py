"""One line of the table: an operation beside its ceiling and its goal."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.meter import Figures
from bench.rounds import Comparison


@dataclass(frozen=True)
class Result:
    operation: str
    figure: str
    ceiling: str
    ratio: str
    goal: str
    is_calm: bool  # whether the machine was ours while we measured
    details: dict[str, float] = field(default_factory=dict)


def of_load(operation: str, found: Comparison[Figures], *, goal: str, statements: int) -> Result:
    """Requests a second: the ratio is a share of the ceiling; the one by processor time hears no neighbours."""
    details = {
        name: round(found.median(lambda one, name=name: getattr(one.ours, name)), 3)
        for name in Figures.__dataclass_fields__
    }
    ceiling = found.median(lambda one: one.ceiling)
    cpu_ratio = found.median(lambda one: (one.before.cpu_ms + one.after.cpu_ms) / 2 / one.ours.cpu_ms)
    ratio = found.median(lambda one: one.ratio)
    shown = f"{details['per_second']:,.0f}/s, p50 {details['p50']:.1f}, p95 {details['p95']:.1f} ms"
    return Result(
        operation,
        shown,
        f"{ceiling:,.0f}/s",
        f"{ratio:.2f} (by CPU {cpu_ratio:.2f})",
        goal,
        found.is_calm,
        {
            **details,
            "statements": statements,
            "ceiling_per_second": round(ceiling, 1),
            "ceiling_cpu_ms": round(found.median(lambda one: (one.before.cpu_ms + one.after.cpu_ms) / 2), 3),
            "ratio": round(ratio, 3),
            "ratio_by_cpu": round(cpu_ratio, 3),
            "calm_rounds": len(found.rounds) if found.is_calm else 0,
            "rounds": found.taken,
        },
    )


def of_time(operation: str, found: Comparison[float], *, goal: str, **details: float) -> Result:
    """Milliseconds: the ratio says how many times the ceiling."""
    ours, ceiling = found.median(lambda one: one.ours), found.median(lambda one: one.ceiling)
    ratio = found.median(lambda one: one.ratio)
    more = {
        "milliseconds": round(ours, 3),
        "ceiling_milliseconds": round(ceiling, 3),
        "ratio": round(ratio, 2),
    }
    return Result(
        operation,
        f"{ours:,.1f} ms",
        f"{ceiling:,.1f} ms",
        f"{ratio:.1f} ×",
        goal,
        found.is_calm,
        {**more, **details, "rounds": found.taken},
    )


def of_rows(operation: str, found: Comparison[float], *, rows: int, goal: str, **details: float) -> Result:
    """Milliseconds that so many rows took, told as rows a second: the ratio is a share of the ceiling."""
    ours = rows / found.median(lambda one: one.ours) * 1000
    ceiling = rows / found.median(lambda one: one.ceiling) * 1000
    ratio = found.median(lambda one: 1 / one.ratio)
    more = {
        "rows": rows,
        "per_second": round(ours, 1),
        "ceiling_per_second": round(ceiling, 1),
        "ratio": round(ratio, 3),
    }
    return Result(
        operation,
        f"{ours:,.0f} rows/s",
        f"{ceiling:,.0f} rows/s",
        f"{ratio:.2f}",
        goal,
        found.is_calm,
        {**more, **details, "rounds": found.taken},
    )
