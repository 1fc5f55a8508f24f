"""Service levels: what sales promised, the clocks that run on it, and the breaches."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models import Lead, Team, User
from routing.models.handoff import Handoff


class ClockKind(models.TextChoices):
    """What a clock measures (SL-3)."""

    FIRST_RESPONSE = "FIRST_RESPONSE", "First response"
    REVIEW = "REVIEW", "Review"


class ServiceLevel(models.Model):
    """A promise: for this clock, tier and priority, so long (SL-3). The strictest one that fits applies."""

    class Runs(models.TextChoices):
        """Which time counts."""

        BUSINESS = "BUSINESS", "Business time"
        WALL = "WALL", "Wall time"

    clock = models.CharField(max_length=16, choices=ClockKind)
    tier = models.CharField(max_length=10, blank=True)
    priority = models.CharField(max_length=2, blank=True)
    target = models.DurationField()
    runs_in = models.CharField(max_length=8, choices=Runs, default=Runs.BUSINESS)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clock", "tier", "priority"], name="service_level_once"),
            models.CheckConstraint(condition=Q(target__gt=timedelta(0)), name="service_level_target_above_0"),
        ]

    def __str__(self) -> str:
        return f"{self.get_clock_display()} {self.tier or self.priority}".strip()


class ClockQuerySet(models.QuerySet["Clock"]):
    """Selects clocks."""

    def running(self) -> ClockQuerySet:
        """Those not yet stopped."""
        return self.filter(stopped_at__isnull=True)

    def due_by(self, now: datetime) -> ClockQuerySet:
        """Running ones whose time is over at `now` and whose breach has not been marked."""
        return self.running().filter(breached_at__isnull=True, due_at__lt=now)

    def visible_to(self, user: User) -> ClockQuerySet:
        """Clocks that `user` may know of: a rep's own and team's, a manager's teams', all for the rest."""
        if user.sees_every_lead:
            return self
        return self.filter(Q(holder=user) | Q(team__in=Team.objects.led_by(user)))


class Clock(models.Model):
    """One promise running for one hand-off; met when stopped by its due time."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="clocks")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16, choices=ClockKind)
    service_level = models.ForeignKey(ServiceLevel, on_delete=models.PROTECT, related_name="+")
    target = models.DurationField()
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, related_name="+")
    tier = models.CharField(max_length=10, blank=True)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True)
    breached_at = models.DateTimeField(null=True)

    objects: ClassVar[ClockQuerySet] = ClockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handoff", "kind"],
                condition=Q(stopped_at__isnull=True),
                name="clock_one_running_a_kind",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gte=models.F("started_at")), name="clock_due_after_start"
            ),
        ]
        indexes = [
            # the minute sweep reads only what is due and not yet marked
            models.Index(
                fields=["due_at"],
                condition=Q(stopped_at__isnull=True, breached_at__isnull=True),
                name="clock_due",
            ),
            # the compliance page reads a period
            models.Index(fields=["started_at"], name="clock_by_start"),
            # reports count what still runs, and list open breaches, the earliest due first
            models.Index(
                fields=["kind", "due_at"], condition=Q(stopped_at__isnull=True), name="clock_running"
            ),
        ]


class Breach(models.Model):
    """A promise not kept: a row made once, naming who held the lead (SL-14)."""

    clock = models.OneToOneField(Clock, on_delete=models.PROTECT, related_name="breach")
    holder = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    due_at = models.DateTimeField()
    noticed_at = models.DateTimeField()
