"""What the pages of webhooks show: how each endpoint stands, its log, what waits and what was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from leads.models import OutboxMessage, WebhookDelivery, WebhookEndpoint
from revops.standing import Standing
from revops.webhooks.forms import event_label

A_PAGE = 50


@dataclass(frozen=True)
class Line:
    """One try as the log shows it."""

    delivery: WebhookDelivery
    event: Any


@dataclass(frozen=True)
class SetAside:
    """How many messages of a kind were given up, and the latest reason."""

    kind: str
    event: Any
    count: int
    reason: str


@dataclass(frozen=True)
class Row:
    """An endpoint in the list."""

    endpoint: WebhookEndpoint
    standing: Standing
    waiting: int
    set_aside: int


def standing(endpoint: WebhookEndpoint, *, now: datetime) -> Standing:
    """Whether anything is sent, and if not, why."""
    if not endpoint.is_on:
        return Standing("paused", _("Switched off"), _("Nothing is queued for it."))
    if endpoint.paused_at:
        at = date_format(localtime(endpoint.paused_at), "j M, H:i")
        told = _("Since %(at)s: %(why)s What comes waits.")
        return Standing("breached", _("Paused"), told % {"at": at, "why": endpoint.paused_because})
    if endpoint.failing_since:
        since = date_format(localtime(endpoint.failing_since), "j M, H:i")
        told = _("Its last %(n)s tries failed, since %(at)s; it is tried ever more rarely.")
        return Standing("fifth", _("Fails"), told % {"n": endpoint.failures, "at": since})
    return Standing("met", _("Sends"))


def rows(*, now: datetime) -> list[Row]:
    """Every endpoint of the organisation, by name, in three statements."""
    found = list(WebhookEndpoint.objects.of_organisation().select_related("team").order_by("name", "pk"))
    ids = [one.pk for one in found]
    waiting, dead = (
        _count(ids, sent_at__isnull=True, dead_at__isnull=True),
        _count(ids, dead_at__isnull=False),
    )
    return [Row(one, standing(one, now=now), waiting.get(one.pk, 0), dead.get(one.pk, 0)) for one in found]


def log(endpoint: WebhookEndpoint, *, before: int | None) -> tuple[list[Line], bool]:
    """A page of tries, the newest first, under the try `before`; and whether there are older ones."""
    tries = WebhookDelivery.objects.filter(endpoint=endpoint).select_related("message").order_by("-id")
    found = list((tries.filter(pk__lt=before) if before else tries)[: A_PAGE + 1])
    return [Line(one, event_label(one.message.kind)) for one in found[:A_PAGE]], len(found) > A_PAGE


def set_aside(endpoint: WebhookEndpoint) -> list[SetAside]:
    """What was given up, by kind."""
    dead = OutboxMessage.objects.filter(endpoint=endpoint, dead_at__isnull=False)
    latest = dead.filter(kind=OuterRef("kind")).order_by("-dead_at").values("error")[:1]
    found = dead.values("kind").annotate(n=Count("pk"), last=Max("dead_at"), why=Subquery(latest))
    return [
        SetAside(one["kind"], event_label(one["kind"]), one["n"], one["why"])
        for one in found.order_by("-last")
    ]


def waiting(endpoint: WebhookEndpoint) -> int:
    """How many messages are still to be sent."""
    return OutboxMessage.objects.waiting().filter(endpoint=endpoint).count()


def replayable(endpoint: WebhookEndpoint, *, kind: str, message_id: str) -> Sequence[OutboxMessage]:
    """The one message asked for, or every given up one of `kind`."""
    own: QuerySet[OutboxMessage] = OutboxMessage.objects.filter(endpoint=endpoint)
    if message_id.isdecimal() and len(message_id) < 19:  # noqa: PLR2004 - fits a bigint
        return list(
            own.filter(pk=int(message_id)).filter(Q(sent_at__isnull=False) | Q(dead_at__isnull=False))
        )
    return list(own.filter(dead_at__isnull=False, kind=kind)) if kind else []


def _count(endpoints: Sequence[int], **condition: Any) -> dict[int, int]:
    """How many messages of each endpoint are so."""
    those = OutboxMessage.objects.filter(endpoint__in=endpoints, **condition).order_by()
    return dict(those.values_list("endpoint").annotate(n=Count("pk")))
