"""Where Baton sends its news outside: the endpoints, and what became of each try."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.models.organisation import Team, User


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    """Selects endpoints by whose they are, and by whether something may be sent to them now."""

    def of_organisation(self) -> WebhookEndpointQuerySet:
        """Those that operations set up for events; the rest are people's own."""
        return self.filter(person__isnull=True)

    def ready(self, now: datetime) -> WebhookEndpointQuerySet:
        """Switched on, not paused, not resting after a failure, and nobody is sending to it."""
        rested = Q(rest_until__isnull=True) | Q(rest_until__lte=now)
        free = Q(leased_until__isnull=True) | Q(leased_until__lte=now)
        return self.filter(rested, free, is_on=True, paused_at__isnull=True)


class WebhookEndpoint(models.Model):
    """An address that events, or one person's news, are sent to, signed (SL-12, PF-8).

    The signing secret itself is not stored: it is derived from the seed and the installation's own key.
    """

    class Format(models.TextChoices):
        """What is sent."""

        BATON = "BATON", "Baton JSON"
        SLACK = "SLACK", "Slack-compatible"

    name = models.CharField(max_length=100)
    url = models.CharField(max_length=2000, blank=True)
    format = models.CharField(max_length=5, choices=Format, default=Format.BATON)
    kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    person = models.OneToOneField(User, on_delete=models.PROTECT, null=True, related_name="webhook")
    seed = models.CharField(max_length=64)
    previous_seed = models.CharField(max_length=64, blank=True)
    previous_until = models.DateTimeField(null=True)
    is_on = models.BooleanField(default=True)
    paused_at = models.DateTimeField(null=True)
    paused_because = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    rest_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[WebhookEndpointQuerySet] = WebhookEndpointQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(team__isnull=True), name="webhook_is_of_one_or_many"
            ),
            models.CheckConstraint(condition=~Q(is_on=True) | ~Q(url=""), name="webhook_on_has_address"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """The address as far as it may be shown: what comes after the host is often a secret itself."""
        return urlsplit(self.url).hostname or ""


class WebhookDelivery(models.Model):
    """One try to send one message: what was answered, how long it took, or why it failed."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    message = models.ForeignKey("leads.OutboxMessage", on_delete=models.CASCADE, related_name="deliveries")
    attempt = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    milliseconds = models.PositiveIntegerField()
    excerpt = models.CharField(max_length=500, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            # an endpoint's log, the newest first
            models.Index(fields=["endpoint", "-id"], name="webhook_delivery_log"),
        ]
