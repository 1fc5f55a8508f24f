"""What is watched, the episodes in which it was bad, and the audits that rejections ask for."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models import User
from reports.domain.alerts import LABELS, Limit, Watched

WATCHED = [(watched.value, LABELS[watched]) for watched in Watched]


class Threshold(models.Model):
    """The limit of something watched, where operations changed it from the usual."""

    watched = models.CharField(max_length=16, choices=WATCHED, unique=True)
    share = models.FloatField()
    minimum = models.PositiveSmallIntegerField()
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(share__gt=0, share__lt=1), name="threshold_is_a_share"),
            models.CheckConstraint(condition=Q(minimum__gte=1, days__gte=1), name="threshold_has_cases"),
        ]

    @property
    def limit(self) -> Limit:
        """The limit as a value."""
        return Limit(self.share, self.minimum, self.days)


class EpisodeQuerySet(models.QuerySet["Episode"]):
    """Selects episodes."""

    def lasting(self) -> EpisodeQuerySet:
        """Those that are not over."""
        return self.filter(ended_at__isnull=True)


class Episode(models.Model):
    """From when to when something watched was beyond its limit; told once.

    `is_judged` is False while there are too few cases to say whether it still is.
    """

    watched = models.CharField(max_length=16, choices=WATCHED)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    is_judged = models.BooleanField(default=True, db_default=True)
    sentence = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)

    objects: ClassVar[EpisodeQuerySet] = EpisodeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watched"], condition=Q(ended_at__isnull=True), name="episode_one_at_a_time"
            )
        ]


class AuditTask(models.Model):
    """An audit of the scoring model that an episode of rejections asks operations for; done with a note (SL-9)."""

    episode = models.OneToOneField(Episode, on_delete=models.PROTECT, related_name="audit_task")
    opened_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at__isnull=True, done_by__isnull=True)
                | (Q(done_at__isnull=False, done_by__isnull=False) & ~Q(note="")),
                name="audit_task_done_says_what",
            )
        ]

    @property
    def is_open(self) -> bool:
        """True until somebody has done it."""
        return self.done_at is None
