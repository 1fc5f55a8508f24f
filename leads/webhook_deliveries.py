"""Claims what is due for an endpoint and writes down what became of it; nothing is held while it is being sent.

A try is counted before it is made, so that one whose worker is killed is repeated at most once and given up in the
end; one endpoint has one sender at a time, and one that fails is left in peace ever longer, then paused.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.urls import reverse

from leads.domain import retries
from leads.domain.notices import Kind
from leads.models import OutboxMessage, Role, User, WebhookDelivery, WebhookEndpoint
from leads.outbox import Message, tell

LEASE = timedelta(seconds=60)
ENDED = "The process ended each time."
GONE = 410


@dataclass(frozen=True)
class Claim:
    """A message that is this worker's to send, and which try it is."""

    message: OutboxMessage
    endpoint: WebhookEndpoint
    attempt: int


@dataclass(frozen=True)
class Outcome:
    """What came of a try: the status where there was an answer, and `problem` where it does not count."""

    milliseconds: int
    status: int | None = None
    excerpt: str = ""
    problem: str = ""
    rest: timedelta = timedelta()


def waiting_endpoints(*, now: datetime) -> list[int]:
    """The endpoints for which something is due, whoever was tried longest ago first."""
    due = OutboxMessage.objects.waiting().filter(endpoint=OuterRef("pk"), due_at__lte=now)
    ready = WebhookEndpoint.objects.ready(now).filter(Exists(due))
    return list(ready.order_by(F("tried_at").asc(nulls_first=True), "pk").values_list("pk", flat=True))


def claim(endpoint_id: int, *, now: datetime) -> Claim | None:
    """The next message for the endpoint, counted as tried; None where there is none, or somebody else sends to it."""
    with transaction.atomic():
        found = WebhookEndpoint.objects.ready(now).filter(pk=endpoint_id)
        endpoint = found.select_for_update(of=("self",), skip_locked=True).first()
        message = _next(endpoint, now=now) if endpoint else None
        if endpoint is None or message is None:
            return None
        attempt = message.attempts + 1
        again = now + retries.wait(attempt, chance=random.random())  # noqa: S311 - spreads tries, hides nothing
        OutboxMessage.objects.filter(pk=message.pk).update(attempts=attempt, due_at=again)
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(tried_at=now, leased_until=now + LEASE)
    return Claim(message, endpoint, attempt)


def record(claimed: Claim, outcome: Outcome, *, now: datetime) -> None:
    """Write down a try: in the log, at the message, and at the endpoint."""
    with transaction.atomic():
        message = OutboxMessage.objects.filter(pk=claimed.message.pk)
        if outcome.problem:
            is_last = claimed.attempt >= settings.WEBHOOK_ATTEMPTS
            left = message.update(error=outcome.problem, dead_at=now if is_last else None)
            _count_failure(claimed.endpoint, outcome, now=now)
        else:
            left = message.update(sent_at=now, error="")
            WebhookEndpoint.objects.filter(pk=claimed.endpoint.pk).update(
                failures=0, failing_since=None, rest_until=None, leased_until=None
            )
        if left:  # its owner may have removed it meanwhile
            _log(claimed, outcome, now=now)


def _next(endpoint: WebhookEndpoint, *, now: datetime) -> OutboxMessage | None:
    due = OutboxMessage.objects.waiting().filter(endpoint=endpoint, due_at__lte=now)
    rows = due.order_by("due_at", "id").select_for_update(of=("self",), skip_locked=True)
    while (message := rows.first()) and message.attempts >= settings.WEBHOOK_ATTEMPTS:
        OutboxMessage.objects.filter(pk=message.pk).update(dead_at=now, error=message.error or ENDED)
    return message


def _count_failure(endpoint: WebhookEndpoint, outcome: Outcome, *, now: datetime) -> None:
    row = WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=endpoint.pk)
    row.failures += 1
    row.failing_since = row.failing_since or now
    row.rest_until = now + max(retries.rest(row.failures), outcome.rest)
    row.leased_until = None
    is_over = now - row.failing_since >= settings.WEBHOOK_PAUSE_AFTER
    if row.paused_at is None and (is_over or outcome.status == GONE):
        row.paused_at, row.paused_because = now, outcome.problem[:300]
        _tell_of_pause(row, now=now)
    row.save(
        update_fields=[
            "failures",
            "failing_since",
            "rest_until",
            "leased_until",
            "paused_at",
            "paused_because",
        ]
    )


def _tell_of_pause(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    """Its owner, or operations: what comes waits until somebody resumes it."""
    if endpoint.person:
        people, page = [endpoint.person], reverse("notification-settings")
    else:
        people = list(User.objects.filter(role=Role.OPS, is_active=True))
        page = reverse("webhook", args=[endpoint.pk])
    message = Message(
        key=f"webhook-paused:{endpoint.pk}:{now.isoformat()}",
        title=f"The webhook “{endpoint.name}” is paused",
        text=f"It takes nothing any more: {endpoint.paused_because} What comes waits until it is resumed.",
        path=page,
        kind=Kind.FAULT,
    )
    tell(people, message, now=now)


def _log(claimed: Claim, outcome: Outcome, *, now: datetime) -> None:
    WebhookDelivery.objects.create(
        endpoint=claimed.endpoint,
        message=claimed.message,
        attempt=claimed.attempt,
        at=now,
        status=outcome.status,
        milliseconds=outcome.milliseconds,
        excerpt=outcome.excerpt[:500],
        error=outcome.problem[:300],
    )
