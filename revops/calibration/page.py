"""The calibration page as values: a run's findings in words, each number with its meaning."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from leads.models import BackgroundRun
from revops.calibration import runs as calibration
from revops.calibration.runs import Question
from revops.calibration.words import ASIDE, AUC, LEFT_OUT, Ending, criteria_columns, ending_of, weight_columns
from scoring.domain import calibration_chart
from scoring.domain.calibration import (
    Counted,
    CriterionFigures,
    Findings,
    LevelFigures,
    Verdict,
    findings_from,
)
from scoring.domain.calibration_chart import Bar, Curve
from scoring.models import Criterion, Scorecard

MOST_RUNS = 12


@dataclass(frozen=True)
class CriterionLine:
    """A row of the table of criteria."""

    figures: CriterionFigures
    best: LevelFigures | None
    bar: Bar | None
    aside: str
    speaks_against: bool

    @property
    def change(self) -> int:
        """How far the suggestion is from today's weight."""
        return (self.figures.suggested or 0) - self.figures.weight


@dataclass(frozen=True)
class LevelLine:
    """A row of a criterion's own table."""

    figures: LevelFigures
    name: str
    bar: Bar


@dataclass(frozen=True)
class LevelTable:
    """How the levels of one criterion ended."""

    label: str
    lines: list[LevelLine]


@dataclass(frozen=True)
class CalibrationPage:
    """What the page shows of a run that is done."""

    question: Question
    ending: Ending
    findings: Findings
    version: int
    headline: str
    sentences: list[str]
    stats: list[dict[str, object]]
    columns: list[tuple[str, str]]
    weight_columns: list[tuple[str, str]]
    lines: list[CriterionLine]
    tables: list[LevelTable]
    curve: Curve | None
    left_out: list[tuple[int, str]]
    holds_equal: bool

    @property
    def is_suggested(self) -> bool:
        """Whether there are weights to make a draft of."""
        return self.findings.verdict == Verdict.SUGGESTED

    @property
    def is_too_little(self) -> bool:
        """Whether there was too little to judge by."""
        return self.findings.verdict == Verdict.TOO_LITTLE


def build(run: BackgroundRun) -> CalibrationPage | None:
    """The page of `run`; None while it has no result."""
    if run.result is None:
        return None
    question, findings = calibration.question_of(run), findings_from(run.result)
    ending, version = ending_of(question.target), run.result["scorecard_version"]
    bars = calibration_chart.weight_bars(findings.criteria)
    return CalibrationPage(
        question=question,
        ending=ending,
        findings=findings,
        version=version,
        headline=_headline(findings, ending),
        sentences=_sentences(findings, ending),
        stats=_stats(findings, ending),
        columns=criteria_columns(),
        weight_columns=weight_columns(),
        lines=[_line(one, bar) for one, bar in zip(findings.criteria, bars, strict=True)],
        tables=_tables(findings, names=_level_names(version)),
        curve=calibration_chart.curve(findings.reliability) if findings.reliability else None,
        left_out=[(rows, str(LEFT_OUT[why])) for why, rows in sorted(run.result["left_out"].items())],
        holds_equal=bool(run.result["controls"]),
    )


def _headline(found: Findings, ending: Ending) -> str:
    if found.verdict == Verdict.TOO_LITTLE:
        return _("Too little data: %(shortages)s") % {"shortages": ", ".join(_shortages(found, ending))}
    if found.verdict == Verdict.NOTHING:
        return ending.nothing
    return ending.tells % {"times": round(100 * (found.auc or 0))}


def _sentences(found: Findings, ending: Ending) -> list[str]:
    """What the verdict rests on, and what to beware of."""
    if found.verdict == Verdict.TOO_LITTLE:
        told = _(
            "It takes at least %(minimum)s of each ending to tell one from the other. Weights made from fewer "
            "would mostly be chance, so none are shown. Take a longer period, or come back when more have ended."
        )
        return [told % {"minimum": found.minimum}]
    if found.auc is None or found.auc_by_chance is None:
        return [_("Every criterion had to be set aside; the table says why. No weights are suggested.")]
    values = {"auc": f"{found.auc:.2f}", "chance": f"{found.auc_by_chance:.2f}"}
    if found.verdict == Verdict.NOTHING:
        told = _(
            "Their AUC is %(auc)s, and by chance alone it would exceed %(chance)s once in a hundred times. "
            "So no weights are suggested: they would be made of noise."
        )
        return [told % values]
    told = _("The AUC is %(auc)s; by chance alone it would exceed %(chance)s only once in a hundred times.")
    return [told % values, *_on_the_newest(found)]


def _on_the_newest(found: Findings) -> list[str]:
    """Whether the suggestion holds on the hand-offs that it has not seen."""
    if found.auc_suggested is None or found.auc_today is None:
        return [_("The newest hand-offs are too few to try the weights on.")]
    values = {"suggested": f"{found.auc_suggested:.2f}", "today": f"{found.auc_today:.2f}"}
    if found.auc_suggested > found.auc_today:
        told = _(
            "On the newest fifth, which they had not seen, such weights rank better than today’s: "
            "%(suggested)s beside %(today)s."
        )
    else:
        told = _(
            "Beware: on the newest fifth, which they had not seen, such weights rank no better than today’s: "
            "%(suggested)s beside %(today)s."
        )
    return [told % values]


def _shortages(found: Findings, ending: Ending) -> list[str]:
    """What is missing: "31 wins of at least 50"."""
    both = ((found.wins, ending.wins), (found.rows - found.wins, ending.others))
    return [
        _("%(rows)s %(what)s of at least %(minimum)s")
        % {"rows": rows, "what": what, "minimum": found.minimum}
        for rows, what in both
        if rows < found.minimum
    ]


def _stats(found: Findings, ending: Ending) -> list[dict[str, object]]:
    rate = Counted(found.wins, found.rows).rate
    bad = found.rows - found.wins
    base = f"{found.wins:,} {ending.good_noun}, {bad:,} {ending.bad_noun}"
    stats = [_stat(_("Hand-offs"), f"{found.rows:,}", ending.meaning, base=base)]
    if found.rows:
        stats.append(
            _stat(ending.rate, f"{rate:.0%}", ending.rate_meaning, base=f"{found.wins:,} of {found.rows:,}")
        )
    if found.auc is not None:
        spread = _("± %(sd)s over five folds") % {"sd": f"{found.auc_sd:.2f}"}
        stats.append(
            _stat(_("AUC, cross-validated"), f"{found.auc:.2f}", f"{ending.auc} {AUC['folds']}", base=spread)
        )
    newest = _("the newest %(rows)s") % {"rows": f"{found.held_out:,}"}
    for label, value, meaning in (
        (_("AUC, held out"), found.auc_held_out, AUC["held_out"]),
        (_("Today’s weights"), found.auc_today, AUC["today"]),
        (_("Suggested weights"), found.auc_suggested, AUC["suggested"]),
    ):
        if value is not None and (found.verdict == Verdict.SUGGESTED or meaning is not AUC["suggested"]):
            stats.append(_stat(label, f"{value:.2f}", str(meaning), base=newest))
    return stats


def _stat(label: str, value: object, definition: str, *, base: str = "") -> dict[str, object]:
    return {"label": label, "value": value, "definition": definition, "base": base}


def _line(one: CriterionFigures, bar: Bar | None) -> CriterionLine:
    known = [level for level in one.levels if level.level is not None]
    return CriterionLine(
        figures=one,
        best=known[0] if known else None,
        bar=bar,
        aside=str(ASIDE[one.aside]) if one.aside else "",
        speaks_against=one.coefficient_high is not None and one.coefficient_high < 0,
    )


def _tables(found: Findings, *, names: dict[tuple[str, int], str]) -> list[LevelTable]:
    overall = Counted(found.wins, found.rows).rate
    most = max((level.high for one in found.criteria for level in one.levels), default=1.0)
    tables = []
    for one in found.criteria:
        bars = calibration_chart.level_bars(one.levels, overall=overall, most=most)
        lines = [
            LevelLine(level, _level_name(one.code, level.level, names), bar)
            for level, bar in zip(one.levels, bars, strict=True)
        ]
        tables.append(LevelTable(one.label, lines))
    return tables


def _level_name(code: str, level: int | None, names: dict[tuple[str, int], str]) -> str:
    if level is None:
        return _("unknown")
    return f"{level} {names.get((code, level), '')}".strip()


def _level_names(version: int) -> dict[tuple[str, int], str]:
    """The labels of the levels of fit in the version that was weighed."""
    fit = Criterion.objects.filter(scorecard__version=version, dimension=Criterion.Dimension.FIT)
    return {
        (code, level["level"]): level["label"]
        for code, levels in fit.values_list("code", "levels")
        for level in levels
    }


@dataclass(frozen=True)
class RunLine:
    """A row of the list of calibrations."""

    run: BackgroundRun
    question: Question
    ending: Ending
    found: Findings | None

    @property
    def verdict(self) -> str:
        """How it ended, in a word or two."""
        if self.found is None:
            return self.run.get_status_display()
        verdicts = {Verdict.SUGGESTED: _("Suggests weights"), Verdict.NOTHING: _("Tells nothing")}
        return verdicts.get(Verdict(self.found.verdict), _("Too little data"))


def earlier() -> list[RunLine]:
    """The newest runs, newest first."""
    runs = BackgroundRun.objects.filter(kind=calibration.KIND).select_related("asked_by")
    return [_run_line(run) for run in runs.order_by("-asked_at", "-id")[:MOST_RUNS]]


def is_outdated(page: CalibrationPage) -> bool:
    """Whether another version has been published since."""
    return page.version != Scorecard.objects.published().version


def _run_line(run: BackgroundRun) -> RunLine:
    question = calibration.question_of(run)
    found = findings_from(run.result) if run.result else None
    return RunLine(run, question, ending_of(question.target), found)
