"""One line of the table: an operation beside its ceiling and its goal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace

from bench import costs
from bench.goals import Verdict, judge
from bench.meter import Figures
from bench.rounds import Comparison, Round
from bench.timing import Took

LONG = 100  # milliseconds from which on the costs of a single time can be read


@dataclass(frozen=True)
class Result:
    operation: str
    figure: str
    ceiling: str
    ratio: str
    goal: str
    is_calm: bool  # whether the machine was ours while we measured
    details: dict[str, float] = field(default_factory=dict)
    peer: str = ""
    key: str = ""  # the same at every scale
    reached: str = Verdict.OPEN
    failure: str = ""

    def named(self, key: str, *, full: bool) -> Result:
        """With its name, and what became of its goal."""
        return replace(self, key=key, reached=judge(self.goal, self.details, full=full))


def failed(name: str, error: Exception) -> Result:
    """The line of an operation that broke."""
    reason = f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]
    return Result(name, "failed", "", "", "", is_calm=True, key=f"{name}-1", failure=reason)


def of_load(operation: str, found: Comparison[Figures], *, goal: str, statements: int) -> Result:
    """Requests a second: the ratio is a share of the ceiling; the one by processor time hears no neighbours."""
    details = {one.name: round(found.median(_figure(one.name)), 3) for one in fields(Figures)}
    ceiling, ratio = found.median(lambda one: one.ceiling), found.median(lambda one: one.ratio)
    ceiling_cpu = found.median(_ceiling_cpu)
    by_cpu = found.median(lambda one: _ceiling_cpu(one) / max(one.ours.cpu_ms, 0.001))
    more = {
        "statements": statements,
        "ceiling_per_second": round(ceiling, 1),
        "ceiling_cpu_ms": round(ceiling_cpu, 3),
        "ratio": round(ratio, 3),
        "ratio_by_cpu": round(by_cpu, 3),
    }
    return Result(
        operation,
        "{per_second:,.0f}/s, p50 {p50:.1f}, p95 {p95:.1f}, p99 {p99:.1f} ms".format(**details),
        f"{ceiling:,.0f}/s",
        f"{ratio:.2f} (by CPU {by_cpu:.2f})",
        goal,
        found.is_calm,
        {**details, **more, **_peer_of(found), **found.counts},
        peer=_peer_told(found),
    )


def of_time(operation: str, found: Comparison[float], *, goal: str, **details: float) -> Result:
    """Milliseconds: the ratio says how many times the ceiling."""
    ours, ceiling = found.median(lambda one: one.ours), found.median(lambda one: one.ceiling)
    ratio = found.median(lambda one: one.ratio)
    more = {
        "milliseconds": round(ours, 3),
        "ceiling_milliseconds": round(ceiling, 3),
        "ratio": round(ratio, 2),
        **_costs_of(found),
    }
    told = f"{ratio:.1f} ×" + (f" (by CPU {more['ratio_by_cpu']:.1f} ×)" if "ratio_by_cpu" in more else "")
    return Result(
        operation,
        f"{ours:,.1f} ms",
        f"{ceiling:,.1f} ms",
        told,
        goal,
        found.is_calm,
        {**more, **details, **found.counts},
    )


def of_rows(operation: str, found: Comparison[float], *, rows: int, goal: str, **details: float) -> Result:
    """Milliseconds that so many rows took, told as rows a second: the ratio is a share of the ceiling."""
    ours = rows / found.median(lambda one: one.ours) * 1000
    ceiling = rows / found.median(lambda one: one.ceiling) * 1000
    ratio = found.median(lambda one: 1 / one.ratio)
    more = {
        "rows": rows,
        "per_second": round(ours, 1),
        "milliseconds": round(found.median(lambda one: one.ours), 1),
        "ceiling_per_second": round(ceiling, 1),
        "ratio": round(ratio, 3),
        **_costs_of(found),
    }
    if "ratio_by_cpu" in more:
        more["ratio_by_cpu"] = round(1 / max(more["ratio_by_cpu"], 0.001), 3)
    told = f"{ratio:.2f}" + (f" (by CPU {more['ratio_by_cpu']:.2f})" if "ratio_by_cpu" in more else "")
    return Result(
        operation,
        f"{ours:,.0f} rows/s",
        f"{ceiling:,.0f} rows/s",
        told,
        goal,
        found.is_calm,
        {**more, **details, **found.counts},
    )


def _figure(name: str) -> Callable[[Round[Figures]], float]:
    return lambda one: float(getattr(one.ours, name))


def _ceiling_cpu(one: Round[Figures]) -> float:
    return (one.before.cpu_ms + one.after.cpu_ms) / 2


def _peer_of(found: Comparison[Figures]) -> dict[str, float]:
    if not found.has_peer:
        return {}
    rate = found.median(lambda one: one.peer.per_second if one.peer else 0)
    p95 = found.median(lambda one: one.peer.p95 if one.peer else 0)
    cpu = found.median(lambda one: one.peer.cpu_ms if one.peer else 0)
    times = found.median(lambda one: one.ours.per_second / one.peer.per_second if one.peer else 0)
    return {
        "peer_per_second": round(rate, 1),
        "peer_p95": round(p95, 3),
        "peer_cpu_ms": round(cpu, 3),
        "times_the_peer": round(times, 2),
    }


def _peer_told(found: Comparison[Figures]) -> str:
    figures = _peer_of(found)
    told = "{peer_per_second:,.1f}/s, p95 {peer_p95:.1f} ms ({times_the_peer:.1f} × as many here)"
    return told.format(**figures) if figures else ""


def _costs_of(found: Comparison[float]) -> dict[str, float]:
    """What the times cost, where they know it and are long enough for it to be read."""
    times = [time for one in found.rounds for time in (one.before, one.ours, one.after)]
    if not all(isinstance(time, Took) for time in times) or found.median(lambda one: one.ours) < LONG:
        return {}
    known = {
        "web_cpu_ms": found.median(lambda one: _python(one.ours)),
        "database_cpu_ms": found.median(lambda one: _database(one.ours)),
        "wal_bytes": found.median(lambda one: _log(one.ours)),
        "ceiling_cpu_ms": found.median(lambda one: (_cpu(one.before) + _cpu(one.after)) / 2),
    }
    if costs.knows_database() and known["ceiling_cpu_ms"] >= LONG:
        known["ratio_by_cpu"] = (known["web_cpu_ms"] + known["database_cpu_ms"]) / known["ceiling_cpu_ms"]
    return {name: round(value, 3) for name, value in known.items()}


def _python(time: float) -> float:
    return time.spent.python * 1000 if isinstance(time, Took) else 0.0


def _database(time: float) -> float:
    return time.spent.database * 1000 if isinstance(time, Took) else 0.0


def _log(time: float) -> float:
    return time.spent.log_bytes if isinstance(time, Took) else 0.0


def _cpu(time: float) -> float:
    return _python(time) + _database(time)
