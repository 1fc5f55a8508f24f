"""What became of the scheduled jobs: one row for each run, or for an hour of runs where a job runs all the time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.query import RawQuerySet

from leads.models.organisation import User

# One probe of the index for each job, however long the history is.
LATEST = """
    SELECT run.* FROM unnest(%s::text[]) AS wanted (job)
    CROSS JOIN LATERAL (
        SELECT * FROM leads_jobrun
        WHERE job = wanted.job AND started_at IS NOT NULL AND status = ANY(%s::text[])
        ORDER BY started_at DESC LIMIT 1
    ) AS run
"""


class JobRunQuerySet(models.QuerySet["JobRun"]):
    """Selects runs."""

    def latest_of_each(self, jobs: Sequence[str], *statuses: str) -> RawQuerySet[JobRun]:
        """The run of each job that started last, among those that stand so."""
        return self.raw(LATEST, [list(jobs), list(statuses or JobRun.Status.values)])

    def of_job(self, job: str) -> JobRunQuerySet:
        """The history of a job, the newest first; what still waits stands on top."""
        return self.filter(job=job).select_related("asked_by").order_by("-id")


class JobRun(models.Model):
    """One run of a job, or an hour of quick ones (written by `leads.job_runs` alone)."""

    class Status(models.TextChoices):
        """How it ended, if it did."""

        WAITING = "WAITING", "Waiting"
        RUNNING = "RUNNING", "Running"
        DONE = "DONE", "Done"
        FAILED = "FAILED", "Failed"
        LOST = "LOST", "Did not finish"

    job = models.CharField(max_length=60)
    status = models.CharField(max_length=7, choices=Status)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(null=True)
    began_at = models.DateTimeField(null=True)  # the first of the runs that this row counts
    started_at = models.DateTimeField(null=True)  # the last of them
    finished_at = models.DateTimeField(null=True)
    times = models.PositiveIntegerField(default=1)
    rows = models.BigIntegerField(null=True)
    took_ms = models.PositiveBigIntegerField(null=True)
    longest_ms = models.PositiveBigIntegerField(null=True)
    error = models.CharField(max_length=300, blank=True)

    objects: ClassVar[JobRunQuerySet] = JobRunQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="WAITING", asked_by__isnull=False, started_at__isnull=True)
                | (~Q(status="WAITING") & Q(began_at__isnull=False, started_at__isnull=False)),
                name="job_run_waits_for_who_asked_or_has_started",
            ),
            models.UniqueConstraint(
                fields=["job"], condition=Q(status="WAITING"), name="job_run_asked_for_once"
            ),
        ]
        indexes = [
            # the last run of each job
            models.Index(fields=["job", "-started_at"], name="job_run_latest"),
            # the history of one job, a page at a time
            models.Index(fields=["job", "-id"], name="job_run_history"),
            # what waits, and what lost its worker
            models.Index(
                fields=["started_at"], condition=Q(status__in=["WAITING", "RUNNING"]), name="job_run_open"
            ),
        ]
