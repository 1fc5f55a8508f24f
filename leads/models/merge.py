"""Merges of duplicates: what came over from whom, so that each can be taken apart again."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.models.lead import Lead
from leads.models.organisation import User


class Merge(models.Model):
    """One lead found to repeat another, with all that it gave (written by `leads.merging` alone).

    `followed_at` is empty until both have been scored anew, after the merge and again after its undoing.
    """

    duplicate = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="merges")
    survivor = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)
    touches = ArrayField(models.BigIntegerField(), default=list)
    visitors = ArrayField(models.BigIntegerField(), default=list)
    filled = models.JSONField(default=dict)
    followed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Merge]] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(undone_at__isnull=True), name="merge_into_one_lead"
            ),
            models.CheckConstraint(
                condition=~Q(duplicate=models.F("survivor")), name="merge_is_not_into_itself"
            ),
        ]
        indexes = [
            # the job that scores both anew
            models.Index(fields=["id"], condition=Q(followed_at__isnull=True), name="merge_to_follow"),
        ]
