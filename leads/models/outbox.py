"""What must leave the process: rows written with the change they tell of, delivered by `revops.relay`."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leads.models.organisation import User


class OutboxMessage(models.Model):
    """One message to one person by one channel; its id is the key that makes delivery repeatable (SL-12)."""

    class Channel(models.TextChoices):
        """How the message travels."""

        IN_APP = "IN_APP", "In the app"
        EMAIL = "EMAIL", "E-mail"

    channel = models.CharField(max_length=8, choices=Channel)
    recipient = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
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

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "channel", "recipient"], name="outbox_told_once"),
        ]
        indexes = [
            # the relay reads what is due and not yet sent
            models.Index(
                fields=["due_at"], condition=Q(sent_at__isnull=True, dead_at__isnull=True), name="outbox_due"
            ),
            # an undo reads what its decision told
            models.Index(fields=["undo_key"], condition=~Q(undo_key=""), name="outbox_undo"),
        ]


class Notification(models.Model):
    """A message in the viewer's own list."""

    message = models.OneToOneField(OutboxMessage, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="notifications")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    path = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["user", "-id"], name="notification_by_user"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notification_unread"),
        ]
