"""A regularised logistic regression of endings on levels, judged on rows that it has not seen, with resamples (SC-15).

scikit-learn does the mathematics and is loaded only where it computes: in the worker, never with the web application.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from scoring.domain import calibration
from scoring.domain.calibration import Bin, Counted, CriterionFigures, Findings, Plan, Verdict
from scoring.domain.criteria import TOP_LEVEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Levels = NDArray[np.int8]
    Floats = NDArray[np.float64]
    Truths = NDArray[np.bool_]

STRENGTHS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""The values of C tried: the smaller, the more the coefficients are held back."""

LEAST_APART = 10  # endings of each kind that the older rows and the newest need, to be told apart
ROWS_A_BIN, MOST_BINS = 30, 10
ENDS = (
    50 * (1 - calibration.CONFIDENCE),
    50 * (1 + calibration.CONFIDENCE),
)  # of an interval, as percentiles


class Progress(Protocol):
    """How a computation says how far it is."""

    def __call__(self, done: int, total: int, *, step: str = "") -> None: ...


@dataclass(frozen=True)
class Rows:
    """What was known at hand-off and how it ended, oldest first: one row a hand-off, one column a criterion.

    `levels` are 0 to 3 as they would count in the score, `unknown` marks those that nothing was known about, and
    `controls` are columns of 0 to 1 that are held equal and never weighed.
    """

    levels: Levels
    unknown: Truths
    controls: Floats
    good: Truths

    @property
    def counted(self) -> Counted:
        return Counted(int(self.good.sum()), len(self.good))

    def seen_as(self, judged: Sequence[int]) -> Floats:
        """The columns of a regression: levels 0 to 1 where known, then the controls."""
        levels = np.where(self.unknown, np.nan, self.levels / TOP_LEVEL)[:, list(judged)]
        return np.hstack([levels, self.controls])


@dataclass(frozen=True)
class Regression:
    """One calibration under way."""

    rows: Rows
    figures: Sequence[CriterionFigures]
    judged: Sequence[int]
    plan: Plan
    report: Progress

    def findings(self) -> Findings:
        """Choose C on the older rows, judge it there and on the newest, then fit all of them and resample."""
        everything, counted = np.arange(len(self.rows.good)), self.rows.counted
        older, newest = self._by_time()
        strength = self._strength(older if len(newest) else everything)
        aucs, foreseen = self._cross_validated(strength)
        final = self._fit(everything, strength)
        mean, by_chance = float(np.mean(aucs)), calibration.auc_by_chance(counted)
        tells = mean > by_chance and bool((self._coefficients(final) > 0).any())
        return Findings(
            verdict=Verdict.SUGGESTED if tells else Verdict.NOTHING,
            rows=counted.rows,
            wins=counted.good,
            minimum=self.plan.minimum,
            criteria=self._weighed(final, self._resampled(final, strength), tells=tells),
            auc=round(mean, 4),
            auc_sd=round(float(np.std(aucs)), 4),
            auc_by_chance=round(by_chance, 4),
            strength=strength,
            reliability=_reliability(foreseen, self.rows.good),
            **self._on_the_newest(older, newest, strength),
        )

    def _by_time(self) -> tuple[Any, Any]:
        """The rows to learn from and the newest, which come after all of them; none where either is too few."""
        good = self.rows.good
        older, newest = np.split(np.arange(len(good)), [round(len(good) * (1 - self.plan.newest))])
        enough = all(
            calibration.is_enough(Counted(int(good[part].sum()), len(part)), minimum=LEAST_APART)
            for part in (older, newest)
        )
        return (older, newest) if enough else (older, newest[:0])

    def _pipeline(self, strength: float) -> Any:
        """Unknown levels become the mean of the known ones, with a column that says so: unknown is not zero."""
        from sklearn.impute import SimpleImputer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        imputer = SimpleImputer(strategy="mean", add_indicator=True, keep_empty_features=True)
        return make_pipeline(imputer, LogisticRegression(C=strength, solver="newton-cholesky"))

    def _folds(self) -> Any:
        from sklearn.model_selection import StratifiedKFold

        return StratifiedKFold(self.plan.folds, shuffle=True, random_state=self.plan.seed)

    def _strength(self, chosen: Any) -> float:
        """The C whose fits foretell rows that they have not seen the best; the cautious one of equals."""
        from sklearn.model_selection import cross_val_score

        seen, good, losses = self.rows.seen_as(self.judged)[chosen], self.rows.good[chosen], []
        for done, strength in enumerate(STRENGTHS):
            self.report(done, len(STRENGTHS), step="Choosing how far to hold back")
            fitting = self._pipeline(strength)
            scores = cross_val_score(fitting, seen, good, scoring="neg_log_loss", cv=self._folds())
            losses.append(float(scores.mean()))
        return STRENGTHS[int(np.argmax(losses))]

    def _fit(self, chosen: Any, strength: float) -> Any:
        seen = self.rows.seen_as(self.judged)
        return self._pipeline(strength).fit(seen[chosen], self.rows.good[chosen])

    def _coefficients(self, fitted: Any) -> Floats:
        """From level 0 to level 3 of each criterion, in log-odds."""
        found: Floats = fitted[-1].coef_[0, : len(self.judged)]
        return found

    def _cross_validated(self, strength: float) -> tuple[list[float], Floats]:
        """The AUC of each fold, and the chance that was foreseen for each row by a fit without it."""
        seen, good = self.rows.seen_as(self.judged), self.rows.good
        aucs, foreseen = [], np.zeros(len(good))
        for done, (learnt, tested) in enumerate(self._folds().split(seen, good)):
            self.report(done, self.plan.folds, step="Cross-validating")
            fitted = self._fit(learnt, strength)
            aucs.append(auc(good[tested], self._ranking(fitted, seen[tested])))
            foreseen[tested] = fitted.predict_proba(seen[tested])[:, 1]
        return aucs, foreseen

    def _ranking(self, fitted: Any, seen: Floats) -> Floats:
        """What the criteria alone say of each row, none of them against itself, as in a scorecard.

        Controls, and what is unknown, speak neither for nor against.
        """
        levels = fitted[0].transform(seen)[:, : len(self.judged)]
        ranking: Floats = levels @ np.maximum(self._coefficients(fitted), 0)
        return ranking

    def _on_the_newest(self, older: Any, newest: Any, strength: float) -> dict[str, Any]:
        """How rows learnt from the past rank the newest: the regression, today's weights, and those it suggests."""
        good = self.rows.good[newest]
        if not len(good):
            return {}
        fitted = self._fit(older, strength)
        suggested = self._weights(self._coefficients(fitted))
        today = np.array([one.weight for one in self.figures], dtype=float)
        scored = self.rows.levels[newest].astype(float)
        return {
            "held_out": len(good),
            "held_out_wins": int(good.sum()),
            "auc_held_out": auc(good, self._ranking(fitted, self.rows.seen_as(self.judged)[newest])),
            "auc_today": auc(good, scored @ today),
            "auc_suggested": auc(good, scored @ suggested),
        }

    def _weights(self, coefficients: Floats) -> Floats:
        """The weights of all criteria: those set aside keep theirs, the others share what remains."""
        weights = np.array([one.weight for one in self.figures], dtype=float)
        free = calibration.FULL - sum(one.weight for one in self.figures if one.aside)
        weights[list(self.judged)] = calibration.shares(coefficients.tolist(), total=free)
        return weights

    def _resampled(self, final: Any, strength: float) -> Floats:
        """The coefficients of as many resamples as planned: rows drawn with replacement, as counts."""
        from sklearn.linear_model import LogisticRegression

        columns, good = final[0].transform(self.rows.seen_as(self.judged)), self.rows.good
        random = np.random.default_rng(self.plan.seed)
        evenly = np.full(len(good), 1 / len(good))
        found = np.zeros((self.plan.resamples, len(self.judged)))
        for turn in range(self.plan.resamples):
            self.report(turn, self.plan.resamples, step="Resampling")
            drawn = random.multinomial(len(good), evenly).astype(float)
            fitted = LogisticRegression(C=strength, solver="newton-cholesky")
            fitted.fit(columns, good, sample_weight=drawn)
            found[turn] = fitted.coef_[0, : len(self.judged)]
        return found

    def _weighed(self, final: Any, resampled: Floats, *, tells: bool) -> tuple[CriterionFigures, ...]:
        """Each criterion with its coefficient; with weights only where the criteria tell anything."""
        coefficients, weighed = self._coefficients(final), list(self.figures)
        around = np.percentile(resampled, ENDS, axis=0)
        for place, middle, (low, high) in zip(self.judged, coefficients, around.T, strict=True):
            weighed[place] = replace(
                weighed[place],
                coefficient=round(float(middle), 4),
                coefficient_low=round(float(low), 4),
                coefficient_high=round(float(high), 4),
            )
        if not tells:
            return tuple(weighed)
        weights = calibration.whole(self._weights(coefficients).tolist(), total=calibration.FULL)
        ranges = np.percentile([self._weights(one) for one in resampled], ENDS, axis=0).T
        return tuple(
            replace(one, suggested=weight)
            if one.aside
            else replace(one, suggested=weight, low=round(float(low), 2), high=round(float(high), 2))
            for one, weight, (low, high) in zip(weighed, weights, ranges, strict=True)
        )


def auc(good: Any, ranking: Any) -> Any:
    """The AUC, or None where all ended alike."""
    from sklearn.metrics import roc_auc_score

    if not len(good) or good.all() or not good.any():
        return None
    return round(float(roc_auc_score(good, ranking)), 4)


def _reliability(foreseen: Floats, good: Truths) -> tuple[Bin, ...]:
    """Rows in order of what was foreseen, in bins of equal size, with what came of them."""
    count = max(2, min(MOST_BINS, len(good) // ROWS_A_BIN))
    bins = np.array_split(np.argsort(foreseen, kind="stable"), count)
    return tuple(_bin(foreseen[each], Counted(int(good[each].sum()), len(each))) for each in bins)


def _bin(foreseen: Floats, counted: Counted) -> Bin:
    low, high = calibration.interval(counted)
    return Bin(
        predicted=round(float(foreseen.mean()), 4),
        observed=round(counted.rate, 4),
        low=round(low, 4),
        high=round(high, 4),
        rows=counted.rows,
    )
