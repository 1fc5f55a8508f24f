"""Senders of signals: what each may send and how much, the keys and secrets it signs in with; and keys that read."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from leads.domain.precedence import Origin
from leads.models.organisation import User

USUAL_RATE = 12_000  # signals a minute; more than one installation of two processors works off


class Source(models.Model):
    """A sender of signals: a form, a file, an application with an API key.

    `mapping` says how the bodies of its webhooks become signals, in the words of a file's columns; None where they
    are signals already.
    """

    name = models.CharField(max_length=60, unique=True)
    allowed_types = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    is_active = models.BooleanField(default=True, db_default=True)
    signals_per_minute = models.PositiveIntegerField(default=USUAL_RATE, db_default=USUAL_RATE)
    mapping = models.JSONField(null=True, blank=True)
    # what its word counts as when sources differ about a company
    origin = models.CharField(
        max_length=10,
        choices=[(each.value, each.value) for each in Origin],
        default=Origin.SELF.value,
        db_default=Origin.SELF.value,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[models.Manager[Source]] = models.Manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(signals_per_minute__gte=1), name="source_may_send_something")
        ]

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """A secret with which a source signs in; only its hash is kept."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=60, blank=True, db_default="")
    prefix = models.CharField(max_length=12)
    hashed = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class ReadKey(models.Model):
    """A secret with which a program reads what one person may see; only its hash is kept (PF-8)."""

    class Scope(models.TextChoices):
        """What it may read."""

        LEADS = "leads:read", "Leads"
        HANDOFFS = "handoffs:read", "Hand-offs"
        REPORTS = "reports:read", "Reports"

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    prefix = models.CharField(max_length=12)
    hashed = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(scopes__len=0), name="read_key_reads_something"),
        ]


class WebhookSecret(models.Model):
    """A secret that a source signs its webhooks with, sealed; several hold at once while it is changed."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="secrets")
    sealed = models.TextField()
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class WebhookSeen(models.Model):
    """That a source's message was taken as it was signed: the very same again is a replay (P7)."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    message_id = models.CharField(max_length=200)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "message_id", "signed_at"], name="webhook_taken_once_as_signed"
            ),
        ]
        indexes = [
            # what is too old to be accepted again need not be remembered
            models.Index(fields=["signed_at"], name="webhook_seen_by_age"),
        ]
