"""Delivers what people are told: each message at least once, repeatable by its id, or a dead letter in the end.

What goes to endpoints outside is sent by `revops.webhook_relay`, so that none of them delays a mail.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.urls import reverse

from leads.models import Notification, OutboxMessage, User
from revops.notifications.words import reason
from revops.sign_in import mail as sign_in_mail

Channel = OutboxMessage.Channel
MOST_ATTEMPTS = 5
HELD_AT_MOST = 10.0  # seconds
MAILS = 0x6D61696C  # "mail": the lock of whoever sends them
FIRST_RETRY = timedelta(minutes=1)
logger = logging.getLogger(__name__)


def deliver_due(*, now: datetime) -> int:
    """Tell what is due in the app, then send mails for ten seconds at most; returns how many went out.

    Two relays never take the same message, and one alone sends mails: a mail server that hangs holds one process for
    the ten seconds of its time-out, and neither the others nor what is told in the app.
    """
    sent, began = 0, monotonic()
    while (delivered := _deliver_next(Channel.IN_APP, now=now)) is not None:
        sent += delivered
    while (delivered := _deliver_next(Channel.EMAIL, now=now)) is not None:
        sent += delivered
        if monotonic() - began >= HELD_AT_MOST:
            break
    return sent


def _deliver_next(channel: OutboxMessage.Channel, *, now: datetime) -> bool | None:
    """Deliver one message in its own transaction, so that a killed relay repeats one at most; None: none is due."""
    with transaction.atomic():
        if channel == Channel.EMAIL and not _sends_mails():
            return None
        message = _next_due(channel, now=now)
        return None if message is None else _deliver(message, now=now)


def _sends_mails() -> bool:
    """Whether this relay is the one that sends mails, until its transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [MAILS])
        [one] = cursor.fetchone()
    return bool(one)


def _next_due(channel: OutboxMessage.Channel, *, now: datetime) -> OutboxMessage | None:
    """The next that nobody else holds, locked."""
    due = OutboxMessage.objects.letters_due(now).filter(channel=channel).order_by("due_at", "id")
    return due.select_for_update(of=("self",), skip_locked=True).select_related("recipient").first()


def _deliver(message: OutboxMessage, *, now: datetime) -> bool:
    if message.channel == Channel.EMAIL and message.recipient and not message.recipient.is_active:
        message.delete()  # whoever left is told nothing outside any more
        return False
    try:
        with transaction.atomic():
            DELIVER[Channel(message.channel)](message)
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


DELIVER = {Channel.IN_APP: _in_app, Channel.EMAIL: _email}
