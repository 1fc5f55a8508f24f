"""The audit: who changed what of the operating model, from what to what; rows are added and never changed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models.organisation import User


class AuditEntry(models.Model):
    """One change, in a sentence and in values; a trigger refuses to change or remove it (PF-3)."""

    at = models.DateTimeField()
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80)
    text = models.CharField(max_length=500)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)
    came_from = models.GenericIPAddressField(null=True)  # where the request came from; none for jobs
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects: ClassVar[models.Manager[AuditEntry]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | ~Q(job=""), name="audit_entry_names_who_did_it"
            )
        ]
        indexes = [
            # the history of one thing, the newest first
            models.Index(fields=["subject", "-at"], name="audit_by_subject"),
            # the audit's page, the newest first, and its keyset pages
            models.Index(fields=["at", "id"], name="audit_by_time"),
        ]
