"""What happened to a lead: visits to stages and everything else worth telling, in order."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.domain.stages import Stage
from leads.models.lead import STAGES, Lead
from leads.models.organisation import User


class StageVisit(models.Model):
    """One passage of a lead through a stage (LC-1, LC-15): written by `leads.lifecycle` alone."""

    class How(models.TextChoices):
        """What brought the lead into the stage."""

        RULE = "RULE", "by rule"
        PERSON = "PERSON", "by a person"
        INFERRED = "INFERRED", "inferred"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="visits", db_index=False)
    stage = models.CharField(max_length=16, choices=STAGES)
    number = models.PositiveIntegerField()
    came_from = models.CharField(max_length=16, blank=True)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    how = models.CharField(max_length=8, choices=How)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    job = models.CharField(max_length=60, blank=True)
    cause = models.CharField(max_length=200)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=[s.value for s in Stage]), name="visit_stage_known"),
            models.UniqueConstraint(fields=["lead", "stage", "number"], name="visit_numbered_once"),
            models.UniqueConstraint(
                fields=["lead"], condition=Q(left_at__isnull=True), name="visit_one_open"
            ),
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | ~Q(job=""), name="visit_names_who_moved_it"
            ),
        ]
        indexes = [
            # what a person moved; jobs move most
            models.Index(fields=["actor"], condition=Q(actor__isnull=False), name="visit_by_actor"),
            # who stands with sales, by stage and in the order of ids; the row of a lead is in no index of stages
            models.Index(
                fields=["stage", "lead"],
                condition=Q(left_at__isnull=True, stage__in=["MQL", "SAL", "SQL", "OPPORTUNITY"]),
                name="visit_with_sales",
            ),
        ]


class TimelineEvent(models.Model):
    """Something that happened to a lead besides its signals; never changed (written by `leads.timeline`)."""

    class Kind(models.TextChoices):
        """What the event tells of."""

        STAGE = "STAGE", "Stage"
        HANDOFF = "HANDOFF", "Hand-off"
        CLOCK = "CLOCK", "Clock"
        SCORE = "SCORE", "Score"
        ATTEMPT = "ATTEMPT", "Attempt"
        NOTE = "NOTE", "Note"
        CONSENT = "CONSENT", "Consent"
        DEAL = "DEAL", "Opportunity"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="events", db_index=False)
    at = models.DateTimeField()
    kind = models.CharField(max_length=8, choices=Kind)
    text = models.CharField(max_length=500)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    job = models.CharField(max_length=60, blank=True)
    data = models.JSONField(default=dict)

    objects: ClassVar[models.Manager[TimelineEvent]] = models.Manager()

    class Meta:
        indexes = [
            # the lead page reads the newest first
            models.Index(fields=["lead", "-at"], name="event_by_lead"),
            # what a person did; jobs do most
            models.Index(fields=["actor"], condition=Q(actor__isnull=False), name="event_by_actor"),
        ]
