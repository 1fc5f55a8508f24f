"""Calibration of the published weights: asked for, computed by a worker, turned into a draft (SC-15)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from leads import background
from leads.background import Report
from leads.models import BackgroundRun, User
from revops.calibration import data as calibration_data
from revops.calibration.data import HandoffRow
from scoring import scorecards
from scoring.domain.calibration import Plan, Verdict, findings_from
from scoring.domain.outcomes import Outcome, Target
from scoring.models import Scorecard

KIND = "calibration"
CONTROLS = ("engagement", "urgency")
FULL_SCORE = 100


class NothingToDraft(Exception):
    """The run suggests no weights, or for a version that is no longer published; the message says which."""


@dataclass(frozen=True)
class Question:
    """What a calibration is asked: about which ending, over which hand-offs, and how."""

    target: Target
    since: datetime | None
    until: datetime
    holds_equal: bool = True
    plan: Plan = field(default_factory=Plan)

    def as_parameters(self) -> dict[str, Any]:
        """Plain values for the run's row."""
        return {
            "target": self.target.value,
            "since": self.since and self.since.isoformat(),
            "until": self.until.isoformat(),
            "holds_equal": self.holds_equal,
            "plan": vars(self.plan),
        }


def question_of(run: BackgroundRun) -> Question:
    """What `run` was asked."""
    asked = run.parameters
    until = parse_datetime(asked["until"])
    if until is None:
        raise ValueError("A calibration names the end of its period.")
    return Question(
        target=Target(asked["target"]),
        since=parse_datetime(asked["since"]) if asked["since"] else None,
        until=until,
        holds_equal=asked["holds_equal"],
        plan=Plan(**asked["plan"]),
    )


def ask(question: Question, *, by: User | None, now: datetime) -> BackgroundRun:
    """Queue a calibration of the version that is published when a worker takes it up."""
    return background.ask(KIND, question.as_parameters(), by=by, now=now)


def work(run: BackgroundRun, report: Report) -> dict[str, Any]:
    """Read, grade and fit; the same records give the same result, however often it is taken up."""
    from scoring import calibration, regression  # they load what computes: the worker alone comes here

    question, model = question_of(run), scorecards.published_model()
    counted, left_out = _read(question, report)
    report(len(counted), len(counted), step="Grading what was known")
    levels, unknown = calibration.graded(model.fit, (row.facts for row in counted))
    rows = regression.Rows(levels, unknown, **_columns(counted, question))
    found = calibration.calibrate(rows, model.fit, question.plan, report=report)
    return {
        **found.as_data(),
        "target": question.target.value,
        "scorecard_version": model.version,
        "controls": list(CONTROLS) if question.holds_equal else [],
        "left_out": dict(left_out),
    }


def draft_from(run: BackgroundRun, *, by: User, now: datetime) -> Scorecard:
    """A draft of the published version with the weights that `run` suggests. Raises NothingToDraft."""
    published = Scorecard.objects.published()
    suggested = _suggested(run, published)
    with transaction.atomic():
        draft = scorecards.create_draft(published, by=by, now=now)
        to = scorecards.load(draft).with_weights("fit", suggested)
        note = f"From calibration of {timezone.localtime(run.asked_at):%-d %B %Y}"
        return scorecards.edit(draft, revision=draft.revision, to=to, note=note, by=by, now=now)


def _suggested(run: BackgroundRun, published: Scorecard) -> Mapping[str, int]:
    """Code → weight, for every criterion of fit."""
    if run.result is None or run.result["verdict"] != Verdict.SUGGESTED:
        raise NothingToDraft("This calibration suggests no weights.")
    version = run.result["scorecard_version"]
    if version != published.version:
        raise NothingToDraft(
            f"This calibration weighs version {version}, and version {published.version} is published now. "
            "Calibrate again."
        )
    found = findings_from(run.result)
    return {one.code: one.suggested for one in found.criteria if one.suggested is not None}


def _read(question: Question, report: Report) -> tuple[list[HandoffRow], Counter[str]]:
    """The hand-offs to learn from, oldest first, and how many are left out for which reason."""
    handoffs = calibration_data.handed_over(since=question.since, until=question.until)
    total = handoffs.count()
    counted: list[HandoffRow] = []
    left_out: Counter[str] = Counter()
    for done, row in enumerate(calibration_data.read(handoffs, question.target)):
        if done % calibration_data.CHUNK == 0:
            report(done, total, step="Reading hand-offs")
        if row.outcome.is_counted:
            counted.append(row)
        else:
            left_out[row.outcome.value] += 1
    return counted, left_out


def _columns(counted: list[HandoffRow], question: Question) -> dict[str, Any]:
    import numpy as np

    held = [(row.engagement, row.urgency) for row in counted] if question.holds_equal else []
    controls = np.array(held, dtype=float).reshape(len(counted), -1) if held else np.zeros((len(counted), 0))
    return {
        "controls": controls / FULL_SCORE,
        "good": np.array([row.outcome is Outcome.GOOD for row in counted], dtype=bool),
    }
