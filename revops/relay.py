"""Delivers the outbox: each message at least once, repeatable by its id; what keeps failing becomes a dead letter."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from leads.models import Notification, OutboxMessage

MOST_ATTEMPTS = 5
FIRST_RETRY = timedelta(minutes=1)
logger = logging.getLogger(__name__)


def deliver_due(*, now: datetime) -> int:
    """Send every message that is due; returns how many went out. Two relays never take the same one."""
    sent = 0
    while (delivered := _deliver_next(now=now)) is not None:
        sent += delivered
    return sent


def _deliver_next(*, now: datetime) -> bool | None:
    """Deliver one message in its own transaction, so that a killed relay repeats one at most; None: none is due."""
    with transaction.atomic():
        due = OutboxMessage.objects.filter(due_at__lte=now, sent_at__isnull=True, dead_at__isnull=True)
        claimed = due.order_by("due_at", "id").select_for_update(of=("self",), skip_locked=True)
        message = claimed.select_related("recipient").first()
        return None if message is None else _deliver(message, now=now)


def _deliver(message: OutboxMessage, *, now: datetime) -> bool:
    try:
        with transaction.atomic():
            DELIVER[OutboxMessage.Channel(message.channel)](message)
    except Exception as error:
        logger.exception("outbox message %s could not be delivered", message.pk)
        _put_off(message, error=repr(error), now=now)
        return False
    OutboxMessage.objects.filter(pk=message.pk).update(sent_at=now)
    return True


def _put_off(message: OutboxMessage, *, error: str, now: datetime) -> None:
    attempts = message.attempts + 1
    OutboxMessage.objects.filter(pk=message.pk).update(
        attempts=attempts,
        error=error,
        due_at=now + FIRST_RETRY * 2**attempts,
        dead_at=now if attempts >= MOST_ATTEMPTS else None,
    )


def _in_app(message: OutboxMessage) -> None:
    Notification.objects.get_or_create(
        message=message,
        defaults={
            "user_id": message.recipient_id,
            "title": message.title,
            "text": message.text,
            "path": message.path,
            "created_at": message.created_at,
        },
    )


def _email(message: OutboxMessage) -> None:
    """Send the mail; its Message-ID is made of the row's id, so that a repeat can be known as one."""
    context = {"message": message, "url": settings.SITE_URL + message.path}
    mail = EmailMultiAlternatives(
        subject=message.title,
        body=render_to_string("emails/notification.txt", context),
        to=[message.recipient.email],
        headers={"Message-ID": f"<outbox-{message.pk}@{urlsplit(settings.SITE_URL).hostname}>"},
    )
    mail.attach_alternative(render_to_string("emails/notification.html", context), "text/html")
    mail.send()


DELIVER = {OutboxMessage.Channel.IN_APP: _in_app, OutboxMessage.Channel.EMAIL: _email}
