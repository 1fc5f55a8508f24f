"""Long computations in the background: asked for, claimed by one worker at a time, watched, cancelled, kept.

The row is the queue: a worker that dies leaves a run that nobody keeps alive, and another takes it up, from the start
or, where the work keeps what it has done, from there.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now

from leads.models import BackgroundRun, User

Status = BackgroundRun.Status
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 3
BETWEEN_REPORTS = 0.4  # seconds
WAITED_LONGEST = Coalesce("started_at", "asked_at")  # one that had a turn waits since that began
logger = logging.getLogger(__name__)


class Cancelled(Exception):
    """Somebody cancelled the run, or another worker took it up."""


class CannotRun(Exception):
    """What was asked cannot be computed; the message says why, to whoever asked."""


class Unfinished(Exception):
    """The work has done its share of this turn and kept it; it goes on from there when it is next taken up."""


class Report(Protocol):
    """How a computation says how far it is; raises Cancelled when nobody waits for it any more."""

    def __call__(self, done: int, total: int, *, step: str = "") -> None: ...


Work = Callable[[BackgroundRun, Report], dict[str, Any]]


def ask(kind: str, parameters: Mapping[str, Any], *, by: User | None, now: datetime) -> BackgroundRun:
    """Queue a computation; the next sweep of a worker takes it up."""
    return BackgroundRun.objects.create(kind=kind, parameters=dict(parameters), asked_by=by, asked_at=now)


def cancel(run: BackgroundRun, *, now: datetime) -> bool:
    """Stop a run: at once where it waits, at its next report where it runs; False when it has ended already."""
    unfinished = BackgroundRun.objects.filter(pk=run.pk)
    waiting = unfinished.filter(status=Status.WAITING)
    if waiting.update(status=Status.CANCELLED, cancel_asked_at=now, finished_at=now):
        return True
    return bool(unfinished.filter(status=Status.RUNNING).update(cancel_asked_at=now))


def latest(kind: str, **parameters: Any) -> BackgroundRun | None:
    """The newest run of the kind that was asked with these parameters."""
    named = {f"parameters__{name}": value for name, value in parameters.items()}
    runs = BackgroundRun.objects.filter(kind=kind, **named).select_related("asked_by")
    return runs.order_by("-asked_at", "-id").first()


def work_off(work: Mapping[str, Work]) -> int:
    """Do what waits, one run after another, up to one that only had its turn; returns how many were taken up."""
    taken, goes_on = 0, True
    while goes_on and (run := _claim(kinds=list(work))) is not None:
        goes_on = _do(run, work[run.kind])
        taken += 1
    return taken


def _claim(*, kinds: list[str]) -> BackgroundRun | None:
    """The run that waited longest, or whose worker died, for this worker alone; time is the database's."""
    abandoned = Q(status=Status.RUNNING, alive_at__lt=Now() - LEASE)
    with transaction.atomic():
        open_runs = BackgroundRun.objects.filter(Q(status=Status.WAITING) | abandoned, kind__in=kinds)
        run = open_runs.order_by(WAITED_LONGEST, "id").select_for_update(skip_locked=True).first()
        if run is None:
            return None
        mine = BackgroundRun.objects.filter(pk=run.pk)
        mine.update(status=Status.RUNNING, attempts=F("attempts") + 1, started_at=Now(), alive_at=Now())
    run.refresh_from_db()
    return run


def _do(run: BackgroundRun, work: Work) -> bool:
    """Run it and keep what came of it; False where it only had its turn.

    A database that is away leaves the run to whoever finds it abandoned.
    """
    if run.attempts > MOST_ATTEMPTS:
        _end(run, Status.FAILED, error="It was given up: its worker stopped three times.")
    elif run.cancel_asked_at is not None:
        _end(run, Status.CANCELLED)
    else:
        try:
            _work(run, work)
        except Unfinished:
            _put_back(run)
            return False
    return True


def _work(run: BackgroundRun, work: Work) -> None:
    try:
        result = work(run, _reporting(run))
    except Cancelled:
        return _end(run, Status.CANCELLED)
    except CannotRun as refused:
        return _end(run, Status.FAILED, error=str(refused))
    except (OperationalError, Unfinished):
        raise
    except Exception as error:
        logger.exception("a background run failed")
        return _end(run, Status.FAILED, error=f"It stopped at an error: {error}")
    return _end(run, Status.DONE, result=result)


def _put_back(run: BackgroundRun) -> None:
    """Let it wait for its next turn behind whatever waits by now; what it did well counts as no failed attempt."""
    _held(run).update(status=Status.WAITING, attempts=0)


def _end(
    run: BackgroundRun, status: Status, *, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    """Keep the end, unless another worker has taken the run up meanwhile."""
    _held(run).update(status=status, result=result, error=error[:500], finished_at=Now())


def _reporting(run: BackgroundRun) -> Report:
    last_told, last_step = 0.0, ""

    def report(done: int, total: int, *, step: str = "") -> None:
        nonlocal last_told, last_step
        if step == last_step and time.monotonic() - last_told < BETWEEN_REPORTS:
            return
        going_on = _held(run).filter(cancel_asked_at__isnull=True)
        if not going_on.update(done=done, total=total, step=step, alive_at=Now()):
            raise Cancelled
        last_told, last_step = time.monotonic(), step

    return report


def _held(run: BackgroundRun) -> Any:
    """The row, as long as it is this worker's."""
    return BackgroundRun.objects.filter(pk=run.pk, status=Status.RUNNING, attempts=run.attempts)
