"""Signals: what people did, where it came from, and what could not be processed yet."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leads.models.account import Campaign
from leads.models.lead import Lead
from leads.models.organisation import User
from leads.models.source import Source


class SignalType(models.Model):
    """One kind of thing that a person can do; ops extends the list."""

    code = models.CharField(max_length=40, primary_key=True)
    label = models.CharField(max_length=80)

    def __str__(self) -> str:
        return self.label


class Signal(models.Model):
    """One thing that a person did, as it was received; the table is partitioned by month (IN-13)."""

    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    source = models.ForeignKey(Source, on_delete=models.PROTECT, db_index=False, related_name="+")
    signal_id = models.CharField(max_length=200)
    type = models.ForeignKey(
        SignalType, on_delete=models.PROTECT, db_column="type", db_index=False, related_name="+"
    )
    lead = models.ForeignKey(
        Lead, on_delete=models.PROTECT, null=True, db_index=False, related_name="signals"
    )
    visitor_id = models.CharField(max_length=128, blank=True)
    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    depth = models.PositiveSmallIntegerField(default=0)
    utm = models.JSONField(default=dict)
    url = models.TextField(blank=True)
    referrer = models.TextField(blank=True)
    self_reported_source = models.CharField(max_length=500, blank=True)
    consent = models.JSONField(default=dict)
    answers = models.JSONField(default=dict)
    properties = models.JSONField(default=dict)
    raw = models.JSONField(default=dict)

    class Meta:
        indexes = [
            # a lead's touches in order, with what scores count of them: scores, explanation, timeline
            models.Index(fields=["lead", "occurred_at"], include=["type", "depth"], name="touches_by_lead"),
            # the few answers that make a lead urgent
            models.Index(
                fields=["lead"], condition=Q(answers__has_key="critical_event"), name="touches_critical"
            ),
            # a visitor's touches from before they were known
            models.Index(
                fields=["visitor_id"],
                condition=Q(lead__isnull=True) & ~Q(visitor_id=""),
                name="signal_anonymous",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type_id} {self.signal_id}"


class SignalReceipt(models.Model):
    """That a source's signal id was taken, with the answer it got: the second delivery gets the same (IN-1)."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    signal_id = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    answer = models.JSONField(null=True)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "signal_id"], name="signal_taken_once"),
        ]


class FailedSignal(models.Model):
    """A signal that could not be processed: kept, retried with backoff, then a dead letter (IN-14).

    A dead letter that is not worth another try is set aside by a person, with the reason; it is kept all the same.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    signal_id = models.CharField(max_length=200)
    payload = models.JSONField()
    error = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=1)
    received_at = models.DateTimeField()
    retry_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    qualified_elsewhere = models.CharField(max_length=100, blank=True, db_default="")
    bought = models.BooleanField(default=False, db_default=False)
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_aside_because = models.CharField(max_length=300, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(set_aside_at__isnull=True)
                | (Q(dead_at__isnull=False) & ~Q(set_aside_because="")),
                name="failed_signal_set_aside_with_a_reason",
            ),
            models.UniqueConstraint(fields=["source", "signal_id"], name="failed_signal_kept_once"),
            models.CheckConstraint(
                condition=Q(retry_at__isnull=True) ^ Q(dead_at__isnull=True),
                name="failed_signal_waits_or_is_dead",
            ),
        ]
        indexes = [
            models.Index(fields=["retry_at"], condition=Q(dead_at__isnull=True), name="failed_signal_due")
        ]
