"""Long computations that somebody asked for: the row is the queue's entry, the progress bar and the answer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models.organisation import User


class BackgroundRun(models.Model):
    """One computation: asked for by a person, done by a worker, its result kept (written by `leads.background`)."""

    class Status(models.TextChoices):
        """How far it is."""

        WAITING = "WAITING", "Waiting"
        RUNNING = "RUNNING", "Running"
        DONE = "DONE", "Done"
        CANCELLED = "CANCELLED", "Cancelled"
        FAILED = "FAILED", "Failed"

    kind = models.CharField(max_length=40)
    parameters = models.JSONField(default=dict)
    status = models.CharField(max_length=9, choices=Status, default=Status.WAITING)
    step = models.CharField(max_length=100, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    alive_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    error = models.CharField(max_length=500, blank=True)

    objects: ClassVar[models.Manager[BackgroundRun]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(status="DONE") | Q(result__isnull=False), name="background_run_done_has_result"
            )
        ]
        indexes = [
            # what waits, or lost its worker
            models.Index(
                fields=["asked_at"],
                condition=Q(status__in=["WAITING", "RUNNING"]),
                name="background_run_open",
            ),
            # the latest answer of a kind
            models.Index(fields=["kind", "-asked_at"], name="background_run_by_kind"),
        ]

    @property
    def is_open(self) -> bool:
        """True while it waits or runs."""
        return self.status in (self.Status.WAITING, self.Status.RUNNING)
