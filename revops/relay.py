"""Delivers what people are told: each message at least once, repeatable by its id, or a dead letter in the end.

What goes to endpoints outside is sent by `revops.webhook_relay`, so that none of them delays a mail.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from leads.models import Notification, OutboxMessage, User
from revops import sign_in_mail
from revops.notice_words import reason

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
        message = next(filter(None, (_next_due(channel, now=now) for channel in DELIVER)), None)
        return None if message is None else _deliver(message, now=now)


def _next_due(channel: OutboxMessage.Channel, *, now: datetime) -> OutboxMessage | None:
    """The next that nobody else holds, locked."""
    due = OutboxMessage.objects.letters_due(now).filter(channel=channel).order_by("due_at", "id")
    return due.select_for_update(of=("self",), skip_locked=True).select_related("recipient").first()


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
            "user": _reader(message),
            "title": message.title,
            "text": message.text,
            "path": message.path,
            "kind": message.kind,
            "created_at": message.created_at,
        },
    )


def _email(message: OutboxMessage) -> None:
    """Send the mail; its Message-ID is made of the row's id, so that a repeat can be known as one."""
    reader = _reader(message)
    about_account = sign_in_mail.LETTERS.get(message.kind)
    path = about_account.path(reader) if about_account else message.path
    context = {
        "message": message,
        "path": path,
        "url": settings.SITE_URL + path,
        "call": about_account.call if about_account else "",
        "settings_url": settings.SITE_URL + reverse("notification-settings"),
        "reason": about_account.reason if about_account else reason(message.kind),
    }
    mail = EmailMultiAlternatives(
        subject=message.title,
        body=render_to_string("emails/notification.txt", context),
        to=[reader.email],
        headers={"Message-ID": f"<outbox-{message.pk}@{urlsplit(settings.SITE_URL).hostname}>"},
    )
    mail.attach_alternative(render_to_string("emails/notification.html", context), "text/html")
    mail.send()


def _reader(message: OutboxMessage) -> User:
    """Whom the letter is for; what is for an endpoint is never asked."""
    if message.recipient is None:
        raise TypeError("A letter needs somebody to read it.")
    return message.recipient


# In the app first: that waits for no mail server.
DELIVER = {OutboxMessage.Channel.IN_APP: _in_app, OutboxMessage.Channel.EMAIL: _email}
