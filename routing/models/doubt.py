"""Doubts: what a rep thinks is wrong with a lead, for revenue operations to look at and answer (QU-11)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models import Lead, User
from routing.models.handoff import Handoff


class DoubtQuerySet(models.QuerySet["Doubt"]):
    """Selects doubts."""

    def open(self) -> DoubtQuerySet:
        """Those that nobody has answered."""
        return self.filter(answered_at__isnull=True)


class Doubt(models.Model):
    """One review item: who doubts which hand-off, the scores as they were at that moment, and the answer."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="doubts")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+")
    raised_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    sentence = models.CharField(max_length=500, blank=True)
    fit = models.FloatField()
    engagement = models.FloatField()
    urgency = models.FloatField()
    tier = models.CharField(max_length=10, blank=True)
    scorecard_version = models.PositiveIntegerField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    answer = models.TextField(blank=True)

    objects: ClassVar[DoubtQuerySet] = DoubtQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["handoff", "raised_by"],
                condition=Q(answered_at__isnull=True),
                name="doubt_one_open_a_person",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answered_by__isnull=True, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="doubt_answered_is_whole",
            ),
        ]
        indexes = [
            # the page of open doubts and its count
            models.Index(fields=["raised_at"], condition=Q(answered_at__isnull=True), name="doubt_open"),
            models.Index(fields=["lead", "-raised_at"], name="doubt_by_lead"),
        ]
