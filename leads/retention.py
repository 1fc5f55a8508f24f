"""Forgets what was told or tried long ago, some rows a statement, so that nobody waits for it (PF-6).

What has not left yet, and what nobody has looked into, is never forgotten.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from leads.models import FailedSignal

KEPT_FOR = timedelta(days=92)
AT_ONCE, MOST_A_RUN = 5_000, 200_000
FORGET_SENT = """
    WITH old AS MATERIALIZED (
        SELECT id FROM leads_outboxmessage WHERE sent_at < %s ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    ), shown AS (
        DELETE FROM leads_notification AS shown USING old WHERE shown.message_id = old.id
    ), tried AS (
        DELETE FROM leads_webhookdelivery AS tried USING old WHERE tried.message_id = old.id
    )
    DELETE FROM leads_outboxmessage AS message USING old WHERE message.id = old.id
"""


def forget_sent(*, now: datetime) -> int:
    """Forget messages that left 92 days ago, with how they were tried and where they were shown; returns how many."""
    forgotten, last = 0, AT_ONCE
    while last == AT_ONCE and forgotten < MOST_A_RUN:
        with connection.cursor() as cursor:
            cursor.execute(FORGET_SENT, [now - KEPT_FOR, AT_ONCE])
            last = cursor.rowcount
        forgotten += last
    return forgotten


def forget_set_aside(*, now: datetime) -> int:
    """Forget dead letters that somebody set aside 92 days ago; returns how many."""
    return FailedSignal.objects.filter(set_aside_at__lt=now - KEPT_FOR).delete()[0]
