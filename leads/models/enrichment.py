"""Who tells more about companies, what they said, and whom we believe about what (IN-9)."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.domain.breaker import Breaker
from leads.models.account import Account


class EnrichmentProvider(models.Model):
    """A table of our own or an endpoint elsewhere that knows companies by their domain."""

    class Kind(models.TextChoices):
        """How it is asked."""

        TABLE = "TABLE", "A table from a CSV file"
        HTTP = "HTTP", "An HTTP endpoint"

    name = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=5, choices=Kind)
    url = models.CharField(max_length=2000, blank=True)
    sealed_key = models.TextField(blank=True)
    seconds = models.FloatField(default=5.0)
    cache_days = models.PositiveIntegerField(default=90)
    position = models.PositiveIntegerField(default=1)
    is_on = models.BooleanField(default=True)
    enrolled_to = models.BigIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    rest_until = models.DateTimeField(null=True)
    hits = models.PositiveBigIntegerField(default=0)
    misses = models.PositiveBigIntegerField(default=0)
    faults = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="TABLE") | ~Q(url=""), name="enrichment_endpoint_has_an_address"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Where the endpoint is; the rest of its address may hold a secret."""
        return urlsplit(self.url).hostname or ""

    @property
    def breaker(self) -> Breaker:
        """Whether it may be asked."""
        return Breaker(self.failures, self.rest_until)


class EnrichmentRow(models.Model):
    """What a table says of the company with this domain."""

    provider = models.ForeignKey(EnrichmentProvider, on_delete=models.CASCADE, related_name="rows")
    domain = models.CharField(max_length=253)
    facts = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "domain"], name="enrichment_row_once"),
        ]


class EnrichmentLookupQuerySet(models.QuerySet["EnrichmentLookup"]):
    """Selects questions by whether they are due."""

    def due(self, now: datetime) -> EnrichmentLookupQuerySet:
        """Questions whose time has come, the one that waits longest first."""
        return self.filter(due_at__lte=now).order_by("due_at", "id")


class EnrichmentLookup(models.Model):
    """A question about a company to a provider: when it is due, and the last answer with its age."""

    class Outcome(models.TextChoices):
        """What came of the last question."""

        WAITING = "WAITING", "Not asked yet"
        FOUND = "FOUND", "Found"
        NOTHING = "NOTHING", "Not known there"
        FAILED = "FAILED", "Failed"

    provider = models.ForeignKey(EnrichmentProvider, on_delete=models.CASCADE, related_name="lookups")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=7, choices=Outcome, default=Outcome.WAITING)
    facts = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField(null=True)

    objects: ClassVar[EnrichmentLookupQuerySet] = EnrichmentLookupQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "account"], name="enrichment_asked_once"),
        ]
        indexes = [
            # the sweep reads what is due, provider by provider
            models.Index(fields=["provider", "due_at", "id"], name="enrichment_due"),
            # the page of a provider shows its last answers
            models.Index(
                fields=["provider", "-asked_at"], condition=Q(asked_at__isnull=False), name="enrichment_last"
            ),
        ]


class FactOrder(models.Model):
    """Which kind of source is believed before which about one fact; without a row the usual order holds."""

    fact = models.CharField(max_length=40, unique=True)
    order = ArrayField(models.CharField(max_length=10))


class FactConflict(models.Model):
    """Sources that differ about a fact of a company: what is kept over what, each with its source and time."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="fact_conflicts")
    fact = models.CharField(max_length=40)
    kept = models.JSONField()
    kept_origin = models.CharField(max_length=10)
    kept_by = models.CharField(max_length=100, blank=True)
    kept_at = models.DateTimeField(null=True)
    other = models.JSONField()
    other_origin = models.CharField(max_length=10)
    other_by = models.CharField(max_length=100, blank=True)
    other_at = models.DateTimeField(null=True)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "fact"], name="fact_conflict_shown_once"),
        ]
        indexes = [models.Index(fields=["-found_at", "-id"], name="fact_conflict_latest")]
