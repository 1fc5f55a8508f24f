"""Calibrating the weights over hand-offs that have ended, from reading them to 200 resamples, beside one bare fit."""

from __future__ import annotations

import numpy as np
from django.utils import timezone
from sklearn.linear_model import LogisticRegression

from bench.bench import Bench
from bench.dataset import read
from bench.dataset import run as send
from bench.result import Result, of_time
from bench.rounds import compare
from bench.timing import milliseconds
from leads.models import BackgroundRun
from revops.calibration import runs as calibration
from revops.calibration.runs import Question
from scoring.domain.outcomes import Target

ENDED = 20_000
COLUMNS = 14  # six criteria, as many marks of what is not known, engagement and urgency
GOAL = "≤ 30 s"


def run(bench: Bench) -> list[Result]:
    send(read("8_ended"), {"now": timezone.now(), "ended": ENDED})
    asked = _asked()
    random = np.random.default_rng(1)
    seen, won = random.random((ENDED, COLUMNS)), random.integers(0, 2, ENDED)
    compared = compare(
        ours=lambda: milliseconds(lambda: _calibrate(asked)),
        ceiling=lambda: milliseconds(lambda: LogisticRegression().fit(seen, won)),
        size=float,
        rounds=bench.scale.rounds,
    )
    return [of_time(f"calibration over {ENDED:,} hand-offs, 200 resamples", compared, goal=GOAL)]


def _asked() -> BackgroundRun:
    question = Question(Target.WON, since=None, until=timezone.now())
    return BackgroundRun(kind=calibration.KIND, parameters=question.as_parameters())


def _calibrate(asked: BackgroundRun) -> None:
    found = calibration.work(asked, _silent)
    if found["verdict"] != "suggested" or found["rows"] < ENDED:
        raise ValueError(f"The calibration found {found['verdict']} in {found['rows']} hand-offs.")


def _silent(done: int, total: int, *, step: str = "") -> None:
    """Nobody watches."""
