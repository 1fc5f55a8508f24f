"""The page of jobs: the last and the next run of each, overdue ones on top, one by hand, a notice an episode."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.module_loading import import_string

from leads.models import AuditEntry, JobRun, OutboxMessage, User
from revops.celery import SCHEDULE
from revops.jobs import standing as jobs
from tests.conftest import SignIn

SWEEP = "sweep service levels"


@pytest.fixture
def ops(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


def ran(job: str, *, at: datetime, status: str = "DONE", error: str = "", rows: int = 0) -> JobRun:
    return JobRun.objects.create(
        job=job,
        status=status,
        began_at=at,
        started_at=at,
        finished_at=at,
        took_ms=1400,
        longest_ms=1400,
        rows=rows,
        error=error,
    )


def everything_ran(*, at: datetime) -> None:
    for job in SCHEDULE:
        ran(job, at=at)


def test_every_plan_of_the_schedule_is_one_that_the_page_can_read() -> None:
    for _, when, _ in SCHEDULE.values():
        if not isinstance(when, int):
            assert len(when.day_of_week) == 7
            assert len(when.day_of_month) == 31
            assert len(when.month_of_year) == 12


def test_a_task_of_the_schedule_writes_down_its_run(olga: User) -> None:
    import_string(SCHEDULE["clear steps"][0])()

    run = JobRun.objects.get()
    assert (run.job, run.status, run.rows) == ("clear steps", "DONE", 0)


def test_the_page_shows_last_run_and_next_run_and_the_worst_first(ops: Client) -> None:
    now = timezone.now()
    everything_ran(at=now - timedelta(seconds=1))
    JobRun.objects.filter(job=SWEEP).delete()
    ran(SWEEP, at=now - timedelta(minutes=30), rows=12)

    rows = ops.get("/jobs/").context["rows"]

    assert rows[0].standing.job == SWEEP
    assert (rows[0].state, rows[0].took, rows[0].last.rows) == ("Overdue for 24\xa0minutes", "1.4 s", 12)
    assert {row.state for row in rows[1:]} == {"Done"}
    assert all(row.standing.next_at > now for row in rows[1:])


def test_what_runs_all_the_time_shows_in_how_many_runs_its_rows_were(ops: Client) -> None:
    ran(SWEEP, at=timezone.now(), rows=413)
    JobRun.objects.update(times=40)

    page = ops.get("/jobs/").content.decode()

    assert '<td class="num">40<span class="on-phone"> runs</span></td>' in page
    assert '<td class="num">413<span class="on-phone"> rows</span></td>' in page


def test_a_job_that_is_overdue_for_seconds_is_not_called_so_for_0_minutes(ops: Client) -> None:
    now = timezone.now()
    everything_ran(at=now - timedelta(seconds=1))
    JobRun.objects.filter(job=SWEEP).delete()
    ran(SWEEP, at=now - timedelta(minutes=6, seconds=20))

    state = ops.get("/jobs/").context["rows"][0].state

    assert state == "Overdue"


def test_a_job_that_fails_is_overdue_although_it_runs(ops: Client) -> None:
    now = timezone.now()
    ran(SWEEP, at=now - timedelta(hours=1))
    ran(SWEEP, at=now - timedelta(seconds=5), status="FAILED", error="ValueError: no")

    [row] = [row for row in ops.get("/jobs/").context["rows"] if row.standing.job == SWEEP]

    assert row.standing.is_overdue
    assert row.last.error == "ValueError: no"


def test_nothing_is_overdue_before_anything_ran_and_the_page_says_what_to_do(ops: Client) -> None:
    page = ops.get("/jobs/")

    assert {row.state for row in page.context["rows"]} == {"Has not run yet"}
    assert "start a worker and the beat" in page.content.decode()


def test_the_page_asks_the_database_the_same_however_long_the_history_is(ops: Client) -> None:
    now = timezone.now()
    everything_ran(at=now)
    with CaptureQueriesContext(connection) as few:
        ops.get("/jobs/")
    for hours in range(1, 4):
        everything_ran(at=now - timedelta(hours=hours))
    with CaptureQueriesContext(connection) as many:
        ops.get("/jobs/")

    assert len(few) == len(many)


def test_a_job_runs_by_hand_through_the_same_code_and_the_audit_says_who(ops: Client, olga: User) -> None:
    answer = ops.post("/jobs/clear-steps/run/", follow=True)

    assert "begins within seconds" in answer.content.decode()
    assert jobs.run_asked() == 1
    run = JobRun.objects.get(job="clear steps")
    assert (run.status, run.asked_by) == ("DONE", olga)
    assert AuditEntry.objects.get(action="job.asked").actor == olga
    assert "Olga" in ops.get("/jobs/clear-steps/").content.decode()


def test_operations_is_told_once_an_episode_that_a_job_is_overdue(olga: User) -> None:
    now = timezone.now()
    everything_ran(at=now)
    late = now + timedelta(minutes=10)
    for job in SCHEDULE:
        if job != SWEEP:
            ran(job, at=late)

    assert [jobs.watch(now=late), jobs.watch(now=late)] == [1, 1]

    told = OutboxMessage.objects.filter(recipient=olga, channel="IN_APP", title__contains=SWEEP)
    assert told.get().path == "/jobs/sweep-service-levels/"


def test_the_history_of_a_job_comes_in_pages(ops: Client) -> None:
    now = timezone.now()
    for number in range(60):
        ran(SWEEP, at=now - timedelta(minutes=60 - number), rows=number)

    first = ops.get("/jobs/sweep-service-levels/")
    second = ops.get(first.context["older_url"])

    assert [line.run.rows for line in first.context["lines"]][::49] == [59, 10]
    assert [line.run.rows for line in second.context["lines"]] == list(range(9, -1, -1))


def test_a_job_that_there_is_not_has_no_page(ops: Client) -> None:
    assert ops.get("/jobs/make-coffee/").status_code == 404
    assert ops.post("/jobs/make-coffee/run/").status_code == 404
