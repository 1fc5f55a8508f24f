"""Reads what is watched and keeps its episodes: one begins when a limit is passed, and ends when it no longer is.

Too few cases say neither: whatever lasts goes on until enough of them say that it is well, and its page tells so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction

from leads.models import Role, User
from reports import acceptance, compliance
from reports.domain.alerts import USUAL, Limit, Reading, Watched, is_breached, sentence
from reports.domain.compliance import TOP_TIER
from reports.domain.periods import Period, Span
from reports.domain.selection import Selection
from reports.models import AuditTask, Episode, Threshold
from routing.models import ClockKind

EVERYBODY = User(role=Role.OPS)
"""A viewer for whom no lead is another's: what is watched is the company's."""


@dataclass(frozen=True)
class Change:
    """An episode that has just begun, or ended."""

    episode: Episode
    has_begun: bool


def evaluate(*, now: datetime) -> list[Change]:
    """Begin and end episodes by how things stand at `now`; each is told of once, whoever evaluates beside."""
    changes = []
    for watched, limit in limits().items():
        reading, evidence = _read(watched, limit, now=now)
        breached = is_breached(watched, reading, limit)
        Episode.objects.lasting().filter(watched=watched).update(is_judged=breached is not None)
        if breached:
            begun = _begin(watched, sentence(watched, reading, limit), evidence, now=now)
            changes += [Change(begun, has_begun=True)] if begun else []
        elif breached is not None:
            changes += [Change(ended, has_begun=False) for ended in _end(watched, now=now)]
    return changes


def lasting(*watched: Watched) -> list[Episode]:
    """The episodes of `watched` that are not over, the newest first."""
    return list(Episode.objects.lasting().filter(watched__in=watched).order_by("-began_at"))


def limits() -> dict[Watched, Limit]:
    """The limit of everything watched: the usual one, or what operations made of it."""
    changed = {Watched(row.watched): row.limit for row in Threshold.objects.all()}
    return {**USUAL, **changed}


def _begin(watched: Watched, text: str, evidence: Mapping[str, Any], *, now: datetime) -> Episode | None:
    """The episode that begins now, with the audit that it asks for; None while one lasts."""
    if Episode.objects.lasting().filter(watched=watched).exists():
        return None
    try:
        with transaction.atomic():
            episode = Episode.objects.create(watched=watched, began_at=now, sentence=text, evidence=evidence)
            if watched is Watched.REJECTIONS:
                AuditTask.objects.create(episode=episode, opened_at=now)
    except IntegrityError:  # somebody else has begun it at the same moment
        return None
    return episode


def _end(watched: Watched, *, now: datetime) -> list[Episode]:
    lasting = Episode.objects.lasting().filter(watched=watched)
    with transaction.atomic():
        episodes = list(lasting.select_for_update())
        Episode.objects.filter(pk__in=[episode.pk for episode in episodes]).update(ended_at=now)
    return episodes


def _read(watched: Watched, limit: Limit, *, now: datetime) -> tuple[Reading, dict[str, Any]]:
    selection = _lately(limit, now=now)
    if watched is Watched.TOP_TIER_MISSES:
        selection = replace(selection, tier=TOP_TIER)
        found = compliance.divide(selection, user=EVERYBODY, now=now)
        return Reading(found.total.breached, found.total.decided), _evidence(selection, {})
    decisions = acceptance.decisions(selection, user=EVERYBODY)
    total = acceptance.total(decisions)
    count = total.accepted if watched is Watched.ACCEPTANCE else total.rejected
    return Reading(count, total.decided), _evidence(selection, acceptance.by_reason(decisions))


def _lately(limit: Limit, *, now: datetime) -> Selection:
    zone = settings.ORGANISATION_TIME_ZONE
    today = now.astimezone(ZoneInfo(zone)).date()
    period = Period(today - timedelta(days=limit.days - 1), today, zone)
    kind = ClockKind.FIRST_RESPONSE.value
    return Selection(kind=kind, span=Span.CUSTOM, period=period)


def _evidence(selection: Selection, reasons: dict[str, int]) -> dict[str, Any]:
    period = selection.period
    return {"since": f"{period.first}", "until": f"{period.last}", "reasons": reasons}
