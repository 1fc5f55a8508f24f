"""Signals in over HTTP: one, a thousand, or somebody else's webhook; each is taken once, whatever is sent again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router

from leads import webhook_secrets
from leads.domain import csv_mapping, webhook_mapping
from leads.domain.csv_values import UnreadableRow
from leads.domain.signal import FieldError, InvalidSignal
from leads.domain.standard_webhooks import NotVerified, Verified
from leads.models import Source
from revops import pipeline
from revops.api import batch as api_batch
from revops.api import descriptions as api_descriptions
from revops.api import rate_limits, refusals
from revops.api.batch import MOST, of_received
from revops.api.doors import SourceKey, answered, json_of, parsed, raw_body, source_of

router = Router(tags=["Signals in"])
key = SourceKey()


@router.post(
    "/signals",
    operation_id="post_signal",
    auth=key,
    summary="Take one signal all the way",
    openapi_extra=api_descriptions.POST_SIGNAL,
)
def post_signal(request: HttpRequest) -> HttpResponse:
    """Store, score and route one signal; the answer says what happened. The same again gets the same answer."""
    return _one(json_of(request), source_of(request))


@router.post(
    "/signals/batch",
    operation_id="post_batch",
    auth=key,
    summary="Take up to 1,000 signals",
    openapi_extra=api_descriptions.POST_BATCH,
)
def post_batch(request: HttpRequest) -> HttpResponse:
    """Each signal is its own change and has its own status, in the order in which they came."""
    payloads = _payloads(json_of(request))
    source = source_of(request)
    if len(payloads) > 1:
        rate_limits.count(source, signals=len(payloads) - 1)
    results = api_batch.take(payloads, source=source, now=timezone.now())
    refusals.note([each["problem"] for each in results if "problem" in each], source=source.pk)
    return answered({"results": results})


@router.post(
    "/webhooks/{source_name}",
    operation_id="post_webhook",
    auth=None,
    summary="Take a signed webhook",
    openapi_extra=api_descriptions.POST_WEBHOOK,
)
def post_webhook(request: HttpRequest, source_name: str) -> HttpResponse:
    """Signed by Standard Webhooks; read by the source's mapping, or as a signal where it has none."""
    body, now = raw_body(request), timezone.now()
    source = Source.objects.filter(name=source_name.replace("\x00", ""), is_active=True).first()
    if source is None:
        raise NotVerified("The signature in webhook-signature does not fit the message.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    message = webhook_secrets.verify(source, headers, body, now=now)
    rate_limits.count(source)
    with transaction.atomic():
        webhook_secrets.take(source, message, now=now)
        return _one(_signal_in(parsed(body), source, message), source)


def _one(payload: object, source: Source) -> HttpResponse:
    taken = of_received(pipeline.receive(payload, source=source, now=timezone.now()))
    return answered(taken["body"], HTTPStatus(taken["status"]))


def _payloads(body: object) -> list[object]:
    """The signals of a batch: a list, alone or under "signals"; raises InvalidSignal."""
    signals: Any = body.get("signals") if isinstance(body, dict) else body
    if not isinstance(signals, list) or not signals:
        raise InvalidSignal((FieldError("signals", "Give a list of signals."),))
    if len(signals) > MOST:
        raise InvalidSignal((FieldError("signals", f"At most {MOST:,} signals go in one request."),))
    return signals


def _signal_in(body: object, source: Source, message: Verified) -> object:
    """The signal that a webhook's body stands for; raises InvalidSignal."""
    if source.mapping is None:
        named = isinstance(body, dict) and body.get("signal_id")
        return body if named or not isinstance(body, dict) else {**body, "signal_id": message.message_id}
    try:
        mapping = csv_mapping.parse(source.mapping)
        return webhook_mapping.signal_of(mapping, body, message_id=message.message_id)
    except UnreadableRow as error:
        raise InvalidSignal((FieldError(error.field, str(error)),)) from None
