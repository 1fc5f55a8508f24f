"""Writes down each run of a scheduled job: begun, ended or failed, how many rows, how long; quick ones by the hour.

The row is written before the work begins, so that a worker that dies leaves a run that did not finish. Writing down
how it ended never turns work that was done into work that failed.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import Error, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest, Now, TruncHour

from leads import audit
from leads.domain import masking
from leads.models import JobRun, User

Status = JobRun.Status
LOST_AFTER = timedelta(minutes=11)  # the limit of a task is ten
KEPT_FOR = timedelta(days=30)
logger = logging.getLogger(__name__)


def record(job: str, work: Callable[[], object], *, folds: bool = False) -> object:
    """Do `work` and write down what became of it; with `folds`, together with the other good runs of the hour."""
    run = JobRun.objects.create(job=job, status=Status.RUNNING, began_at=Now(), started_at=Now())
    return _do(run, work, folds=folds)


def ask(job: str, *, by: User, now: datetime) -> bool:
    """Have `job` run once by hand, soon; False where somebody has asked already and it has not begun."""
    with transaction.atomic():
        wanted = JobRun(job=job, status=Status.WAITING, asked_by=by, asked_at=now)
        JobRun.objects.bulk_create([wanted], ignore_conflicts=True)
        if not JobRun.objects.filter(job=job, status=Status.WAITING, asked_by=by, asked_at=now).exists():
            return False
        audit.record("job.asked", subject=f"job:{job}", text=f"Asked that “{job}” runs now.", by=by, at=now)
    return True


def do_asked(works: Callable[[str], Callable[[], object]]) -> int:
    """Run what was asked for by hand, one after another, each by one worker alone; returns how many."""
    done = 0
    while (run := _claim()) is not None:
        try:
            _do(run, partial(_found, works, run.job), folds=False)
        except Exception:
            logger.exception("a job that was asked for failed")
        done += 1
    return done


def mark_lost(*, now: datetime) -> int:
    """Say of runs whose worker must have died that they did not finish."""
    open_runs = JobRun.objects.filter(status=Status.RUNNING, started_at__lt=now - LOST_AFTER)
    return open_runs.update(status=Status.LOST, error="Its worker stopped before it ended.")


def forget_old(*, now: datetime) -> int:
    """Forget runs of more than thirty days ago."""
    return JobRun.objects.filter(started_at__lt=now - KEPT_FOR).delete()[0]


def _found(works: Callable[[str], Callable[[], object]], job: str) -> object:
    """Find the work and do it: what cannot be found is a run that failed."""
    return works(job)()


def _claim() -> JobRun | None:
    """What was asked for first, for this worker alone."""
    with transaction.atomic():
        waiting = JobRun.objects.filter(status=Status.WAITING).select_for_update(skip_locked=True)
        run = waiting.order_by("id").first()
        if run is not None:
            JobRun.objects.filter(pk=run.pk).update(status=Status.RUNNING, began_at=Now(), started_at=Now())
    return run


def _do(run: JobRun, work: Callable[[], object], *, folds: bool) -> object:
    began = time.monotonic()
    try:
        outcome = work()
    except Exception as error:
        _end(run, Status.FAILED, began=began, error=masking.reason(error), folds=folds)
        raise
    rows = int(outcome) if isinstance(outcome, int) else None
    _end(run, Status.DONE, began=began, rows=rows, folds=folds)
    return outcome


def _end(
    run: JobRun, status: Status, *, began: float, rows: int | None = None, error: str = "", folds: bool
) -> None:
    """Write down the end; a database that is away leaves a run that did not finish."""
    took = round((time.monotonic() - began) * 1000)
    ended: dict[str, Any] = {"status": status, "rows": rows, "error": error}
    try:
        if not (folds and _fold(run, took=took, **ended)):
            JobRun.objects.filter(pk=run.pk).update(finished_at=Now(), took_ms=took, longest_ms=took, **ended)
    except Error:
        logger.exception("how a job ended could not be written down")


def _fold(run: JobRun, *, took: int, status: Status, rows: int | None, error: str) -> bool:
    """Count the run in the row of this hour's runs that ended the same way, if there is one, and drop its own."""
    alike = JobRun.objects.filter(job=run.job, status=status, error=error, asked_by=None).exclude(pk=run.pk)
    this_hour = alike.filter(began_at__gte=TruncHour(Now())).order_by("-started_at")
    kept = this_hour.values_list("pk", flat=True).first()
    if kept is None:
        return False
    with transaction.atomic():
        JobRun.objects.filter(pk=kept).update(
            times=F("times") + 1,
            rows=Coalesce(F("rows"), 0) + (rows or 0),
            started_at=Greatest(F("started_at"), Now() - Value(timedelta(milliseconds=took))),
            finished_at=Now(),
            took_ms=took,
            longest_ms=Greatest(F("longest_ms"), took),
        )
        JobRun.objects.filter(pk=run.pk).delete()
    return True
