"""The decisions of a calibration: what is enough, what leaks and is set aside, which weights follow (SC-15)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from statistics import NormalDist
from typing import Any

FULL = 100
CONFIDENCE = 0.90
MINIMUM = 50  # of each ending; under it nothing is suggested
FEWEST_TO_JUDGE = 20  # rows whose level differs from the commonest one
ENOUGH_TO_SUSPECT = 50
TOO_GOOD = 0.97
TOO_TELLING = 0.85
EXPECTED_AT_LEAST = 5.0
BY_CHANCE = 0.01


class Verdict(StrEnum):
    """What a calibration may say."""

    SUGGESTED = "suggested"
    TOO_LITTLE = "too little"
    NOTHING = "nothing"


class Aside(StrEnum):
    """Why a criterion keeps its weight and takes no part."""

    SEPARATES = "separates"
    KNOWN_TELLS = "known tells"
    ALL_ALIKE = "all alike"


@dataclass(frozen=True)
class Plan:
    """How a calibration is computed; the same plan over the same rows gives the same numbers."""

    minimum: int = MINIMUM
    folds: int = 5
    resamples: int = 200
    newest: float = 0.2
    seed: int = 20_261_122


@dataclass(frozen=True)
class Counted:
    """Rows with a good ending among some."""

    good: int
    rows: int

    @property
    def rate(self) -> float:
        """The share of good endings; 0 of none."""
        return self.good / self.rows if self.rows else 0.0


@dataclass(frozen=True)
class LevelFigures:
    """How those at one level of a criterion ended; None is the level of those of whom nothing was known."""

    level: int | None
    good: int
    rows: int
    rate: float
    low: float
    high: float
    lift: float


@dataclass(frozen=True)
class CriterionFigures:
    """One criterion: how its levels ended, what the regression makes of it, and the weight that follows.

    Intervals hold 90 % of the resamples. Set aside, it keeps its weight and has no coefficient.
    """

    code: str
    label: str
    weight: int
    levels: tuple[LevelFigures, ...]
    correlation: float | None = None
    alone: float | None = None
    aside: str = ""
    coefficient: float | None = None
    coefficient_low: float | None = None
    coefficient_high: float | None = None
    suggested: int | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Bin:
    """Rows of like prediction: what was foreseen beside what came, with the interval of the latter."""

    predicted: float
    observed: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True)
class Findings:
    """What a calibration found. The AUCs are of the criteria alone, on rows that the fit had not seen."""

    verdict: str
    rows: int
    wins: int
    minimum: int
    criteria: tuple[CriterionFigures, ...]
    auc: float | None = None
    auc_sd: float | None = None
    auc_by_chance: float | None = None
    held_out: int = 0
    held_out_wins: int = 0
    auc_held_out: float | None = None
    auc_today: float | None = None
    auc_suggested: float | None = None
    strength: float | None = None
    reliability: tuple[Bin, ...] = ()

    def as_data(self) -> dict[str, Any]:
        """Plain values, to be kept as JSON."""
        return asdict(self)


def findings_from(data: Mapping[str, Any]) -> Findings:
    """What `as_data` gave, possibly with other things beside it."""
    values = {name: data[name] for name in Findings.__dataclass_fields__ if name in data}
    criteria = tuple(
        CriterionFigures(**{**one, "levels": tuple(LevelFigures(**level) for level in one["levels"])})
        for one in values.pop("criteria")
    )
    reliability = tuple(Bin(**one) for one in values.pop("reliability"))
    return Findings(criteria=criteria, reliability=reliability, **values)


def is_enough(counted: Counted, *, minimum: int) -> bool:
    """Whether there are `minimum` endings of each kind."""
    return min(counted.good, counted.rows - counted.good) >= minimum


def interval(counted: Counted) -> tuple[float, float]:
    """The 90 % interval of a rate, by the score method of Wilson (1927); 0 to 1 of no rows."""
    if not counted.rows:
        return 0.0, 1.0
    z, n, rate = NormalDist().inv_cdf((1 + CONFIDENCE) / 2), counted.rows, counted.rate
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def level_figures(level: int | None, counted: Counted, *, overall: float) -> LevelFigures:
    """How the rows of a level ended, and how many times the overall rate that is."""
    low, high = interval(counted)
    lift = counted.rate / overall if overall else 0.0
    return LevelFigures(
        level,
        counted.good,
        counted.rows,
        rate=round(counted.rate, 4),
        low=round(low, 4),
        high=round(high, 4),
        lift=round(lift, 3),
    )


def set_aside(
    levels: Sequence[LevelFigures], *, alone: float | None, known_alone: float | None
) -> Aside | None:
    """Why a criterion must not be learnt from; None when it may be.

    `alone` is the AUC of its level among the rows where it was known, `known_alone` that of its being known.
    What foretells the ending almost perfectly was most likely written down after it.
    """
    known, unknown = _together(levels, known=True), _together(levels, known=False)
    if unknown.rows and known.rows and _tells_by_being_known(known, unknown, known_alone):
        return Aside.KNOWN_TELLS
    if alone is not None and known.rows >= ENOUGH_TO_SUSPECT and max(alone, 1 - alone) > TOO_GOOD:
        return Aside.SEPARATES
    commonest = max((one.rows for one in levels if one.level is not None), default=0)
    return Aside.ALL_ALIKE if known.rows - commonest < FEWEST_TO_JUDGE else None


def auc_by_chance(counted: Counted) -> float:
    """The AUC that a score without any meaning exceeds once in a hundred times (Mann and Whitney, 1947)."""
    bad = counted.rows - counted.good
    if not counted.good or not bad:
        return 1.0
    spread = math.sqrt((counted.rows + 1) / (12 * counted.good * bad))
    return min(1.0, 0.5 + NormalDist().inv_cdf(1 - BY_CHANCE) * spread)


def shares(coefficients: Sequence[float], *, total: float) -> list[float]:
    """`total` divided as the coefficients are, none of them under 0; zeros where none is above."""
    above = [max(one, 0.0) for one in coefficients]
    together = math.fsum(above)
    return [total * one / together for one in above] if together > 0 else [0.0] * len(above)


def whole(parts: Sequence[float], *, total: int) -> list[int]:
    """Whole numbers that add up to exactly `total`, by the largest remainder; of equal ones the earlier gains."""
    floors = [math.floor(part) for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda place: (floors[place] - parts[place], place))
    for place in by_remainder[: total - sum(floors)]:
        floors[place] += 1
    return floors


def _together(levels: Sequence[LevelFigures], *, known: bool) -> Counted:
    chosen = [one for one in levels if (one.level is not None) is known]
    return Counted(sum(one.good for one in chosen), sum(one.rows for one in chosen))


def _tells_by_being_known(known: Counted, unknown: Counted, known_alone: float | None) -> bool:
    """Known or unknown decides the ending, or it is known of one ending alone where chance would know both."""
    rows = known.rows + unknown.rows
    good = known.good + unknown.good
    if (
        known_alone is not None
        and rows >= ENOUGH_TO_SUSPECT
        and max(known_alone, 1 - known_alone) > TOO_TELLING
    ):
        return True
    expected_good, expected_bad = known.rows * good / rows, known.rows * (rows - good) / rows
    never_of_good = known.good == 0 and expected_good >= EXPECTED_AT_LEAST
    never_of_bad = known.good == known.rows and expected_bad >= EXPECTED_AT_LEAST
    return never_of_good or never_of_bad
