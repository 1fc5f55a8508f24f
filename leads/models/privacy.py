"""What people agreed to and refused, which addresses are never to be written to, and who was erased (IN-10, IN-13)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models.lead import Lead
from leads.models.organisation import User


class ConsentRecord(models.Model):
    """One thing that a person said about being contacted; rows are added (by `leads.consent`) and never changed."""

    class Said(models.TextChoices):
        """Yes or no."""

        YES = "YES", "Agreed to be contacted"
        NO = "NO", "Does not want to be contacted"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="consents", db_index=False)
    said = models.CharField(max_length=3, choices=Said)
    at = models.DateTimeField()
    basis = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=60, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["lead", "-at"], name="consent_by_lead")]


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Selects what holds."""

    def holding(self) -> SuppressionQuerySet:
        """Entries that nobody has lifted."""
        return self.filter(lifted_at__isnull=True)


class Suppression(models.Model):
    """An address, known by its keyed hash alone, or a domain that is not to be contacted (`leads.suppressions`)."""

    class Kind(models.TextChoices):
        """What is not to be contacted."""

        ADDRESS = "ADDRESS", "An address"
        DOMAIN = "DOMAIN", "A domain"

    class Origin(models.TextChoices):
        """How it came to the list."""

        UNSUBSCRIBE = "UNSUBSCRIBE", "They unsubscribed"
        LIST = "LIST", "Brought with a list"
        HAND = "HAND", "Entered by hand"
        ERASURE = "ERASURE", "They were erased, and had refused"

    kind = models.CharField(max_length=7, choices=Kind)
    value = models.CharField(max_length=255)
    origin = models.CharField(max_length=11, choices=Origin)
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    job = models.CharField(max_length=60, blank=True)
    lifted_at = models.DateTimeField(null=True)

    objects: ClassVar[SuppressionQuerySet] = SuppressionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            # what is asked for every new person
            models.UniqueConstraint(
                fields=["kind", "value"], condition=Q(lifted_at__isnull=True), name="suppressed_once"
            ),
            models.CheckConstraint(
                condition=Q(actor__isnull=False) | ~Q(job=""), name="suppression_names_who_added_it"
            ),
        ]


class Erasure(models.Model):
    """That a person was to be erased: asked for by whom, why, and when it was done; it names nobody.

    While one is under way it is what opens the audit's only door (see the migration that made it).
    """

    class Why(models.TextChoices):
        """The ground, in the words of the law."""

        ASKED = "ASKED", "The person asked for it"
        WITHDRAWN = "WITHDRAWN", "The person withdrew consent, or objected"
        NOT_NEEDED = "NOT_NEEDED", "The data is no longer needed"
        UNLAWFUL = "UNLAWFUL", "The data should not have been kept"

    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="erasures")
    why = models.CharField(max_length=10, choices=Why)
    reference = models.CharField(max_length=60, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    rows = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=Q(done_at__isnull=True), name="erasure_one_at_a_time"
            )
        ]


class PrunedMonth(models.Model):
    """A month of signals that retention removed, with the sums that are kept for ever."""

    month = models.DateField(unique=True)
    signals = models.PositiveBigIntegerField()
    sums = models.JSONField(default=list)
    pruned_at = models.DateTimeField()
