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
    WITH looked AS MATERIALIZED (
        SELECT id, created_at, sent_at FROM leads_outboxmessage WHERE id > %(after)s ORDER BY id LIMIT %(at_once)s
    ), old AS MATERIALIZED (
        SELECT id FROM leads_outboxmessage
        WHERE id = ANY(ARRAY(SELECT id FROM looked WHERE sent_at < %(before)s)) AND sent_at < %(before)s
        ORDER BY id FOR UPDATE SKIP LOCKED
    ), shown AS (
        DELETE FROM leads_notification AS shown USING old WHERE shown.message_id = old.id
    ), tried AS (
        DELETE FROM leads_webhookdelivery AS tried USING old WHERE tried.message_id = old.id
    ), forgotten AS (
        DELETE FROM leads_outboxmessage AS message USING old WHERE message.id = old.id RETURNING message.id
    )
    SELECT (SELECT count(*) FROM forgotten), max(id), coalesce(bool_or(created_at < %(before)s), false) FROM looked
"""


def forget_sent(*, now: datetime) -> int:
    """Forget messages that left 92 days ago, with how they were tried and where they were shown; returns how many.

    They are read in the order in which they were written, and no further than where all of them are newer.
    """
    forgotten, after, is_old = 0, 0, True
    while is_old and forgotten < MOST_A_RUN:
        with connection.cursor() as cursor:
            cursor.execute(FORGET_SENT, {"after": after, "at_once": AT_ONCE, "before": now - KEPT_FOR})
            gone, after, is_old = cursor.fetchone()
        forgotten += gone
    return forgotten


def forget_set_aside(*, now: datetime) -> int:
    """Forget dead letters that somebody set aside 92 days ago; returns how many."""
    return FailedSignal.objects.filter(set_aside_at__lt=now - KEPT_FOR).delete()[0]
