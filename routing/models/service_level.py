"""Service levels: what was promised for which clock, and the ladder of steps when nobody keeps it."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import Q

from routing.domain.ladder import LABELS, Action

ACTIONS = [(action.value, LABELS[action]) for action in Action]


class ClockKind(models.TextChoices):
    """What a clock measures (SL-3); when each starts and stops is the table in `routing.clocks`."""

    DELIVERY = "DELIVERY", "Delivery"
    FIRST_RESPONSE = "FIRST_RESPONSE", "First response"
    REVIEW = "REVIEW", "Review"
    FOLLOW_UP = "FOLLOW_UP", "Follow-up"
    MEETING = "MEETING", "Meeting"
    MEETING_REVIEW = "MEETING_REVIEW", "Meeting review"


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


class LadderStep(models.Model):
    """What happens so long after a clock began, in the clock's own time, when it still runs then (SL-4)."""

    service_level = models.ForeignKey(ServiceLevel, on_delete=models.CASCADE, related_name="ladder")
    after = models.DurationField()
    action = models.CharField(max_length=14, choices=ACTIONS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service_level", "after", "action"], name="ladder_step_once"),
            models.CheckConstraint(condition=Q(after__gt=timedelta(0)), name="ladder_step_after_start"),
            models.CheckConstraint(condition=~Q(action=Action.WARN.value), name="ladder_step_is_no_warning"),
        ]
