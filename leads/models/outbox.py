"""What must leave the process: rows written with the change they tell of, delivered by `revops.relay`."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models.organisation import User
from leads.models.webhooks import WebhookEndpoint


class OutboxQuerySet(models.QuerySet["OutboxMessage"]):
    """Selects messages by whether they must leave now."""

    def waiting(self) -> OutboxQuerySet:
        """Neither sent nor given up."""
        return self.filter(sent_at__isnull=True, dead_at__isnull=True)

    def letters_due(self, now: datetime) -> OutboxQuerySet:
        """What is due for people, in the app and by mail."""
        return self.waiting().filter(endpoint__isnull=True, due_at__lte=now)


class OutboxMessage(models.Model):
    """One message to one person by one channel, or one event to one endpoint (SL-12, PF-8).

    Its id is the key that makes delivery repeatable.
    """

    class Channel(models.TextChoices):
        """How the message travels."""

        IN_APP = "IN_APP", "In the app"
        EMAIL = "EMAIL", "E-mail"
        WEBHOOK = "WEBHOOK", "Webhook"

    channel = models.CharField(max_length=8, choices=Channel)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.PROTECT, null=True, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
    payload = models.JSONField(null=True)
    key = models.CharField(max_length=120)
    undo_key = models.CharField(
        max_length=120, blank=True, db_default=""
    )  # the decision that can take it back
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)

    objects: ClassVar[OutboxQuerySet] = OutboxQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "channel", "recipient"], name="outbox_told_once"),
            models.UniqueConstraint(
                fields=["key", "endpoint"],
                condition=Q(recipient__isnull=True),
                name="outbox_published_once",
            ),
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | Q(endpoint__isnull=False), name="outbox_goes_somewhere"
            ),
        ]
        indexes = [
            # the relay reads the letters that are due and not yet sent, whatever lies before an endpoint
            models.Index(
                fields=["channel", "due_at"],
                condition=Q(sent_at__isnull=True, dead_at__isnull=True, endpoint__isnull=True),
                name="outbox_letters_due",
            ),
            # an undo reads what its decision told
            models.Index(fields=["undo_key"], condition=~Q(undo_key=""), name="outbox_undo"),
            # all that was for an endpoint
            models.Index(fields=["endpoint"], condition=Q(endpoint__isnull=False), name="outbox_by_endpoint"),
            # what waits for an endpoint, in order
            models.Index(
                fields=["endpoint", "due_at"],
                condition=Q(sent_at__isnull=True, dead_at__isnull=True, endpoint__isnull=False),
                name="outbox_webhooks_due",
            ),
            # an endpoint's dead letters
            models.Index(
                fields=["endpoint", "kind"], condition=Q(dead_at__isnull=False), name="outbox_webhooks_dead"
            ),
        ]


class NoticeSettings(models.Model):
    """What a person chose to be told, and by which channels: kind → channels; kinds left out go as is usual."""

    person = models.OneToOneField(User, on_delete=models.CASCADE, related_name="notice_settings")
    chosen = models.JSONField(default=dict)
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_until__isnull=True)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="notice_settings_quiet_from_and_until",
            )
        ]


class Notification(models.Model):
    """A message in the viewer's own list."""

    message = models.OneToOneField(OutboxMessage, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notifications")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_by_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"),
        ]
