"""Each run of a scheduled job is written down: how it ended, how many rows, and by whom it was asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from leads import job_runs
from leads.models import AuditEntry, JobRun, User

JOB = "sweep service levels"


def breaks() -> int:
    raise RuntimeError("eva@acme.example is nobody's\nDETAIL: canary")


def test_a_good_run_says_how_many_rows_and_how_long(db: None) -> None:
    job_runs.record(JOB, lambda: 7)

    run = JobRun.objects.get()
    assert (run.job, run.status, run.rows, run.times, run.error) == (JOB, "DONE", 7, 1, "")
    assert run.took_ms is not None
    assert run.started_at is not None
    assert run.finished_at is not None
    assert run.started_at <= run.finished_at


def test_a_run_that_fails_says_why_without_personal_data_and_still_fails(db: None) -> None:
    with pytest.raises(RuntimeError):
        job_runs.record(JOB, breaks)

    run = JobRun.objects.get()
    assert (run.status, run.error) == ("FAILED", "RuntimeError: ••• is nobody's")


def test_runs_of_a_frequent_job_are_counted_in_one_row_by_how_they_ended(db: None) -> None:
    for rows in (0, 3, 0):
        job_runs.record(JOB, partial(int, rows), folds=True)
    for _ in range(2):
        with pytest.raises(RuntimeError):
            job_runs.record(JOB, breaks, folds=True)

    assert list(JobRun.objects.order_by("id").values_list("status", "times", "rows")) == [
        ("DONE", 3, 3),
        ("FAILED", 2, 0),
    ]


def test_a_new_hour_begins_a_new_row(db: None) -> None:
    job_runs.record(JOB, lambda: 1, folds=True)
    JobRun.objects.update(began_at=timezone.now() - timedelta(hours=2))

    job_runs.record(JOB, lambda: 1, folds=True)

    assert list(JobRun.objects.values_list("times", flat=True)) == [1, 1]


def test_a_worker_that_died_leaves_a_run_that_did_not_finish(db: None) -> None:
    now = timezone.now()
    for minutes in (5, 12):
        began = now - timedelta(minutes=minutes)
        JobRun.objects.create(job=JOB, status="RUNNING", began_at=began, started_at=began)

    assert [job_runs.mark_lost(now=now), job_runs.mark_lost(now=now)] == [1, 0]

    assert list(JobRun.objects.order_by("started_at").values_list("status", flat=True)) == ["LOST", "RUNNING"]


def test_what_is_asked_for_twice_runs_once_and_is_audited_once(olga: User, now: datetime) -> None:
    assert job_runs.ask(JOB, by=olga, now=now)
    assert not job_runs.ask(JOB, by=olga, now=now + timedelta(seconds=1))

    assert job_runs.do_asked(lambda _: lambda: 5) == 1

    run = JobRun.objects.get()
    assert (run.status, run.rows, run.asked_by) == ("DONE", 5, olga)
    assert [(each.subject, each.actor) for each in AuditEntry.objects.filter(action="job.asked")] == [
        (f"job:{JOB}", olga)
    ]


def test_what_was_asked_for_and_fails_keeps_nothing_else_from_running(olga: User, now: datetime) -> None:
    job_runs.ask("clear steps", by=olga, now=now)
    job_runs.ask(JOB, by=olga, now=now)

    done = job_runs.do_asked(lambda job: (lambda: 5) if job == JOB else breaks)

    assert done == 2
    assert dict(JobRun.objects.values_list("job", "status")) == {"clear steps": "FAILED", JOB: "DONE"}


def test_runs_are_kept_for_thirty_days(db: None) -> None:
    now = timezone.now()
    for days in (29, 31):
        JobRun.objects.create(
            job=JOB, status="DONE", began_at=now - timedelta(days=days), started_at=now - timedelta(days=days)
        )

    assert [job_runs.forget_old(now=now), job_runs.forget_old(now=now)] == [1, 0]
