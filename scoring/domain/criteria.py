"""Weighted criteria of levels 0 to 3, scored 0 to 100 in terms, with the range that missing data leaves."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leads.domain.conditions import Condition, Truth, all_of, contradicted

TOP_LEVEL = 3
DIGITS = 9  # a score is rounded so far, so that no threshold is missed by a hair, nor 100 passed


@dataclass(frozen=True)
class Level:
    """How well a criterion is met, 0 to 3, and the conditions that all must hold for it."""

    level: int
    label: str
    when: tuple[Condition, ...] = ()


@dataclass(frozen=True)
class Criterion:
    """One weighted question; `unknown_level` is what counts where the facts do not answer it."""

    code: str
    label: str
    weight: float
    levels: tuple[Level, ...]
    unknown_level: int = 0


@dataclass(frozen=True)
class Term:
    """What one criterion gives to the score, and could give at least and at most, in points of 100."""

    code: str
    label: str
    weight: float
    level: int
    level_label: str
    points: float
    unknown: bool
    low: float
    high: float


@dataclass(frozen=True)
class CriteriaScore:
    """A score 0 to 100 that its terms add up to, with its range and the share of weight that was known."""

    value: float
    terms: tuple[Term, ...]
    low: float
    high: float
    completeness: float


@dataclass(frozen=True)
class Outcome:
    """The level of one criterion that counts, and the lowest and highest that fuller facts could still bring."""

    level: int
    unknown: bool
    low: int
    high: int


def score(criteria: Sequence[Criterion], facts: Mapping[str, object]) -> CriteriaScore:
    """Σ weight · level / 3, scaled so that level 3 throughout is exactly 100 (SC-1, SC-12, SC-20)."""
    return total(criteria, [outcome_of(criterion, facts) for criterion in criteria])


def total(criteria: Sequence[Criterion], each: Sequence[Outcome]) -> CriteriaScore:
    """The score that the criteria give with one outcome each, in the same order."""
    outcomes = list(zip(criteria, each, strict=True))
    full = math.fsum(criterion.weight * TOP_LEVEL for criterion in criteria)
    weight = math.fsum(criterion.weight for criterion in criteria)
    known = math.fsum(criterion.weight for criterion, outcome in outcomes if not outcome.unknown)
    return CriteriaScore(
        value=_share(((criterion.weight, outcome.level) for criterion, outcome in outcomes), full),
        terms=tuple(_term(criterion, outcome, full) for criterion, outcome in outcomes),
        low=_share(((criterion.weight, outcome.low) for criterion, outcome in outcomes), full),
        high=_share(((criterion.weight, outcome.high) for criterion, outcome in outcomes), full),
        completeness=known / weight if weight > 0 else 1.0,
    )


def outcome_of(criterion: Criterion, facts: Mapping[str, object]) -> Outcome:
    """The first level that is true, from the top down; unknown when none is and one could have been.

    Depends on nothing but the facts that the criterion's conditions name.
    """
    highest_open = 0
    unsure = False
    for row in sorted(criterion.levels, key=lambda row: -row.level):
        truth = all_of(row.when, facts) if row.when or row.level > 0 else Truth.FALSE
        if truth is Truth.TRUE:
            return Outcome(row.level, unknown=False, low=row.level, high=max(row.level, highest_open))
        if truth is Truth.UNKNOWN:
            highest_open = max(highest_open, row.level)
            unsure = True
    if not unsure:
        return Outcome(0, unknown=False, low=0, high=0)
    level = criterion.unknown_level
    return Outcome(level, unknown=True, low=0, high=max(level, highest_open))


def validate(criteria: Sequence[Criterion]) -> list[str]:
    """What keeps the criteria from being published, a sentence each; an empty list when nothing does."""
    if not criteria:
        return ["There are no criteria."]
    return [
        *faults_together(criteria),
        *(fault for each in criteria for fault in (*faults_of(each), *faults_of_levels(each).values())),
    ]


def _share(weighted: Iterable[tuple[float, int]], full: float) -> float:
    return round(_points(math.fsum(weight * level for weight, level in weighted), full), DIGITS)


def _points(earned: float, full: float) -> float:
    return 100 * earned / full if full > 0 else 0.0


def _term(criterion: Criterion, outcome: Outcome, full: float) -> Term:
    return Term(
        code=criterion.code,
        label=criterion.label,
        weight=criterion.weight,
        level=outcome.level,
        level_label=_level_label(criterion, outcome),
        points=_points(criterion.weight * outcome.level, full),
        unknown=outcome.unknown,
        low=_points(criterion.weight * outcome.low, full),
        high=_points(criterion.weight * outcome.high, full),
    )


def _level_label(criterion: Criterion, outcome: Outcome) -> str:
    if outcome.unknown:
        return "unknown"
    return next((row.label for row in criterion.levels if row.level == outcome.level), "")


def faults_together(criteria: Sequence[Criterion]) -> Iterator[str]:
    """What is wrong with the criteria of one score as a whole."""
    total = math.fsum(criterion.weight for criterion in criteria)
    if not math.isclose(total, 100, abs_tol=1e-6):
        yield f"The weights total {total:g}; they must total 100."
    codes = [criterion.code for criterion in criteria]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"Two criteria have the code {code}."


def faults_of(criterion: Criterion) -> Iterator[str]:
    """What is wrong with one criterion as such, whatever its conditions ask about."""
    name = name_of(criterion)
    levels = [row.level for row in criterion.levels]
    if not (criterion.code and criterion.label):
        yield f"{name} needs a code and a label."
    if not 0 <= criterion.weight <= 100:  # noqa: PLR2004 - a share of 100
        yield f"The weight of {name} must lie between 0 and 100."
    if any(level not in range(TOP_LEVEL + 1) for level in (*levels, criterion.unknown_level)):
        yield f"The levels of {name} must be whole numbers from 0 to {TOP_LEVEL}."
    if len(levels) != len(set(levels)):
        yield f"{name} has the same level twice."
    if TOP_LEVEL not in levels:
        yield f"{name} has no level {TOP_LEVEL}, so a full score could not be reached."


def faults_of_levels(criterion: Criterion) -> dict[int, str]:
    """The levels that can never count, each with the sentence that says why (SC-13)."""
    found: dict[int, str] = {}
    better: list[Level] = []
    for row in sorted(criterion.levels, key=lambda row: -row.level):
        reason = _never(row, better) if row.level > 0 else ""
        if reason:
            found[row.level] = f"Level {row.level} of {name_of(criterion)} {reason}"
        better.append(row)
    return found


def name_of(criterion: Criterion) -> str:
    """What to call a criterion in a sentence."""
    return criterion.label or criterion.code or "A criterion without a name"


def highest(criteria: Sequence[Criterion], given: Iterable[Condition] = ()) -> float:
    """A score that no facts exceed, where `given` holds of all of them: each criterion at its best possible level."""
    always = tuple(given)
    full = math.fsum(criterion.weight * TOP_LEVEL for criterion in criteria)
    return _share(((criterion.weight, _best(criterion, always)) for criterion in criteria), full)


def _best(criterion: Criterion, given: tuple[Condition, ...]) -> int:
    possible = [row.level for row in criterion.levels if not contradicted((*given, *row.when))]
    return max((*possible, criterion.unknown_level))


def _never(row: Level, better: Sequence[Level]) -> str:
    """Why a level never counts: nothing is asked, it contradicts itself, or a better one holds wherever it does."""
    if not row.when:
        return "has no condition."
    attribute = contradicted(row.when)
    if attribute:
        return f"can never hold: its conditions on {attribute.replace('_', ' ')} contradict each other."
    above = next((each for each in better if each.when and set(each.when) <= set(row.when)), None)
    return f"never counts: level {above.level} holds wherever it does." if above else ""
