"""Sends what is due to endpoints outside, signed by Standard Webhooks: at least once each, and never for long (P8).

A run ends after ten seconds whatever the receivers do, and takes the endpoints in turn, so that none that hangs keeps
another waiting. Nothing is locked while a receiver thinks. Source: the Standard Webhooks specification, 1.0.0.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from leads import outgoing, webhook_deliveries, webhooks
from leads.domain import webhook_bodies
from leads.domain.webhook_bodies import Said
from leads.models import OutboxMessage, WebhookEndpoint
from leads.outgoing import Answer, Limits, NotAllowed, NotAnswered, Request
from leads.webhook_deliveries import Claim, Outcome

HELD_AT_MOST = 10.0  # seconds
EXCERPT = 500  # characters of an answer
LONGEST_REST = 3600  # seconds that a receiver may ask for
BUSY = (429, 503)
SECONDS = re.compile(r"[0-9]{1,8}")
logger = logging.getLogger(__name__)


def deliver_due(*, now: datetime) -> int:
    """Send what is due, an endpoint after the other, for ten seconds at most; returns how many were taken."""
    began, taken = monotonic(), 0
    last_start = began + max(HELD_AT_MOST - settings.WEBHOOK_SECONDS, 0.0)
    while endpoints := webhook_deliveries.waiting_endpoints(now=now):
        for endpoint_id in endpoints:
            if monotonic() > last_start:
                return taken
            taken += _deliver_next(endpoint_id, now=now + timedelta(seconds=monotonic() - began))
    return taken


def _deliver_next(endpoint_id: int, *, now: datetime) -> bool:
    claimed = webhook_deliveries.claim(endpoint_id, now=now)
    if claimed is None:
        return False
    began = monotonic()
    outcome = _send(claimed, now=now)
    over = now + timedelta(seconds=monotonic() - began)
    webhook_deliveries.record(claimed, outcome, now=over)
    if outcome.problem:
        logger.warning(
            "webhook %s, message %s, try %s: %s",
            claimed.endpoint.pk,
            claimed.message.pk,
            claimed.attempt,
            outcome.problem,
        )
    return not outcome.problem


def _send(claimed: Claim, *, now: datetime) -> Outcome:
    """One try; whatever goes wrong is an outcome, so that one odd message stops no other."""
    began, limits = monotonic(), Limits(settings.WEBHOOK_SECONDS, size=EXCERPT * 4)
    try:
        request = signed(claimed.message, claimed.endpoint, now=now)
        answer = outgoing.send(request, limits=limits)
    except (NotAllowed, NotAnswered) as problem:
        return Outcome(_milliseconds(began), problem=str(problem))
    except Exception as error:  # noqa: BLE001 - its text may hold the address, so only its kind is kept
        logger.error("webhook message %s could not be sent: %s", claimed.message.pk, type(error).__name__)  # noqa: TRY400
        return Outcome(_milliseconds(began), problem=f"It could not be sent: {type(error).__name__}.")
    return _judged(answer, _milliseconds(began))


def signed(message: OutboxMessage, endpoint: WebhookEndpoint, *, now: datetime) -> Request:
    """The request for `message`, with a signature by each secret that holds; its id is the same for every try."""
    body = json.dumps(_body(message, endpoint), ensure_ascii=False, separators=(",", ":"))
    message_id = f"msg_{message.pk}"
    signatures = [
        Webhook(secret).sign(msg_id=message_id, timestamp=now, data=body)
        for secret in webhooks.secrets_of(endpoint, now=now)
    ]
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Baton-Webhooks/1.0",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    return Request(endpoint.url, body.encode(), headers)


def _body(message: OutboxMessage, endpoint: WebhookEndpoint) -> dict[str, Any]:
    url = settings.SITE_URL + message.path if message.path else ""
    said = Said(message.title, message.text, url, _("Open it in Baton"))
    if endpoint.format == WebhookEndpoint.Format.SLACK:
        return webhook_bodies.slack(said)
    if message.payload is None:
        return webhook_bodies.notice(said, kind=message.kind, at=message.created_at)
    told: dict[str, Any] = message.payload
    return {**told, "data": {**told["data"], "url": url}} if url else told


def _judged(answer: Answer, milliseconds: int) -> Outcome:
    excerpt = "".join(
        letter if letter.isprintable() or letter == "\n" else " "
        for letter in answer.body.decode(errors="replace")
    )[:EXCERPT]
    problem = "" if answer.is_fine else f"It answered {answer.status}."
    if 300 <= answer.status < 400:  # noqa: PLR2004 - the range of HTTP itself
        problem = f"It answered {answer.status}, and redirects are not followed."
    return Outcome(milliseconds, answer.status, excerpt, problem, rest=_asked_for(answer))


def _asked_for(answer: Answer) -> timedelta:
    """How long a busy receiver asks to be left alone, an hour at most."""
    given = answer.headers.get("retry-after", "") if answer.status in BUSY else ""
    seconds = int(given) if SECONDS.fullmatch(given) else 0
    return timedelta(seconds=min(seconds, LONGEST_REST))


def _milliseconds(began: float) -> int:
    return round((monotonic() - began) * 1000)
