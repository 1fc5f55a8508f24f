"""Tells managers and operations, once an episode, that a figure of the hand-off is beyond its limit (SL-7, SL-9)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from leads.domain.notices import Kind
from leads.models import Role, User
from leads.outbox import Message, tell
from reports import alerts
from reports.domain.alerts import LABELS, Watched
from reports.models import Episode

PAGES = {
    Watched.TOP_TIER_MISSES: "service-level-report",
    Watched.ACCEPTANCE: "acceptance-report",
    Watched.REJECTIONS: "acceptance-report",
}


def watch(*, now: datetime) -> int:
    """Begin and end episodes by how things stand at `now`; returns how many were told of."""
    with transaction.atomic():
        begun = [change.episode for change in alerts.evaluate(now=now) if change.has_begun]
        people = list(User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.OPS)))
        for episode in begun:
            tell(people, _message(episode), now=now)
    return len(begun)


def _message(episode: Episode) -> Message:
    watched = Watched(episode.watched)
    audit = " An audit of the scoring model is open." if watched is Watched.REJECTIONS else ""
    return Message(
        key=f"episode:{episode.pk}",
        title=f"{LABELS[watched]}: beyond the limit",
        text=episode.sentence + audit,
        path=reverse(PAGES[watched]),
        kind=Kind.ALERT,
    )
