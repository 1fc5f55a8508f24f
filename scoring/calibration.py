"""Calibration: what the endings of hand-offs say about the weights of fit, criterion by criterion (SC-15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.domain import calibration
from scoring.domain.calibration import Counted, CriterionFigures, Findings, Plan, Verdict
from scoring.domain.criteria import TOP_LEVEL, Criterion
from scoring.domain.grading import Grader
from scoring.regression import Progress, Regression, Rows, auc

if TYPE_CHECKING:
    from scoring.regression import Levels, Truths


def graded(model: Sequence[Criterion], facts: Iterable[Mapping[str, object]]) -> tuple[Levels, Truths]:
    """The levels that count and which of them are unknown: a row for each facts, a column for each criterion."""
    grader = Grader(model)
    grades = [grader.grades(known) for known in facts]
    table = np.array(grades, dtype=np.int8).reshape(len(grades), len(model), 2)
    return table[:, :, 0], table[:, :, 1].astype(bool)


def calibrate(rows: Rows, model: Sequence[Criterion], plan: Plan, *, report: Progress) -> Findings:
    """What `rows` say about the weights of `model`; the numbers depend on the arguments alone."""
    figures = [_describe(rows, place, each) for place, each in enumerate(model)]
    counted = rows.counted
    least = max(plan.minimum, plan.folds)  # every fold is judged by one of either ending
    if not calibration.is_enough(counted, minimum=least):
        return Findings(Verdict.TOO_LITTLE, counted.rows, counted.good, least, tuple(figures))
    judged = [place for place, one in enumerate(figures) if not one.aside]
    if not judged:
        return Findings(Verdict.NOTHING, counted.rows, counted.good, least, tuple(figures))
    from threadpoolctl import threadpool_limits

    # one thread: the same sums in the same order, and a core left to others
    with threadpool_limits(limits=1):
        return Regression(rows, figures, judged, plan, report).findings()


def _describe(rows: Rows, place: int, criterion: Criterion) -> CriterionFigures:
    """How each level of a criterion ended, and whether the criterion can be learnt from."""
    level, unknown, good = rows.levels[:, place], rows.unknown[:, place], rows.good
    overall = rows.counted.rate
    masks: dict[int | None, Any] = {each: (level == each) & ~unknown for each in range(TOP_LEVEL, -1, -1)}
    masks[None] = unknown
    figures = tuple(
        calibration.level_figures(each, Counted(int(good[mask].sum()), int(mask.sum())), overall=overall)
        for each, mask in masks.items()
        if mask.any()
    )
    alone = auc(good[~unknown], level[~unknown])
    aside = calibration.set_aside(figures, alone=alone, known_alone=auc(good, ~unknown))
    return CriterionFigures(
        code=criterion.code,
        label=criterion.label,
        weight=round(criterion.weight),
        levels=figures,
        correlation=_correlation(level[~unknown], good[~unknown]),
        alone=alone,
        aside=aside or "",
    )


def _correlation(level: Any, good: Any) -> float | None:
    """Pearson's correlation of a level with the ending (point-biserial); None where either does not vary."""
    if len(good) < 2 or not level.std() or not good.std():  # noqa: PLR2004 - one point has no line
        return None
    return round(float(np.corrcoef(level, good)[0, 1]), 4)
