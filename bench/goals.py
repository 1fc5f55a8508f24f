"""Reads a goal such as "≥ 0.20, p95 ≤ 60 ms; best ≥ 0.50" and says whether figures reach it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum

CONDITION = re.compile(
    r"(?:(?P<name>p50|p95|p99) )?(?P<sign>[≥≤<>]) (?P<number>[\d,.]+) ?"
    r"(?P<unit>× the peer|×|ms|s|MB|statements|rows/s|leads/s|/s)?(?P<amount> (?:of|at) .+)?"
)
UNITS = {  # unit: the figures that it may be about, and what one of it is in them
    None: (("ratio",), 1.0),
    "×": (("ratio",), 1.0),
    "× the peer": (("times_the_peer",), 1.0),
    "ms": (("milliseconds", "p95"), 1.0),
    "s": (("milliseconds", "p95"), 1000.0),
    "MB": (("memory_mb",), 1.0),
    "statements": (("statements",), 1.0),
    "/s": (("per_second",), 1.0),
    "rows/s": (("per_second",), 1.0),
    "leads/s": (("per_second",), 1.0),
}


class Verdict(StrEnum):
    BEST = "best"
    YES = "yes"
    NO = "no"
    OPEN = "–"  # no goal, or one of an amount of data that this run did not have


def judge(goal: str, figures: Mapping[str, float], *, full: bool) -> Verdict:
    """What became of the goal; one that names an amount ("≤ 2 s of 50,000") is judged on the full data only."""
    asked, _, best = goal.partition("; best ")
    reached = _all(asked, figures, full=full)
    if reached is None:
        return Verdict.OPEN
    if reached and best and _all(best, figures, full=full):
        return Verdict.BEST
    return Verdict.YES if reached else Verdict.NO


def _all(conditions: str, figures: Mapping[str, float], *, full: bool) -> bool | None:
    """Whether every condition holds; None where one cannot be told, unless another is missed anyway."""
    told = [_holds(one, figures, full=full) for one in re.split(r", (?=\D)", conditions)]
    if False in told:
        return False
    return None if None in told else True


def _holds(condition: str, figures: Mapping[str, float], *, full: bool) -> bool | None:
    found = CONDITION.fullmatch(condition)
    if found is None or (found["amount"] and not full):
        return None
    names, scale = UNITS[found["unit"]]
    figure = next((figures[name] for name in (found["name"] or "", *names) if name in figures), None)
    if figure is None:
        return None
    number = float(found["number"].replace(",", "")) * scale
    if found["sign"] in "≥>":
        return figure >= number
    return figure <= number if found["sign"] == "≤" else figure < number
