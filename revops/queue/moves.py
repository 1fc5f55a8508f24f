"""What can be done with the lead in sight beside deciding it: later, and for one that nobody has, take it (QU-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from leads.models import User
from routing.domain import clock_face, snoozes
from routing.models import Handoff
from routing.queue_rows import Row
from routing.snoozing import LEADERS


@dataclass(frozen=True)
class Offer:
    """One time to choose."""

    number: int
    minutes: int
    label: str
    at: str


@dataclass(frozen=True)
class Moves:
    """The addresses of the moves that are possible, empty where one is not; `latest` in the form of the browser."""

    take_url: str
    snooze_url: str
    wake_url: str
    offers: list[Offer]
    latest: str
    latest_words: str
    why_not: str
    standing_url: str


def moves(handoff: Handoff, row: Row, user: User, *, now: datetime) -> Moves:
    """The moves of the hand-off that `row` shows to `user`, who may decide it."""
    query = f"tab={row.tab}"
    leads = user.role in LEADERS
    last = snoozes.latest(due_at=row.clock.due_at if row.clock else None, now=now, as_manager=leads)
    is_asleep = handoff.snoozed_until is not None and handoff.snoozed_until > now
    may_snooze = not is_asleep and (leads or not row.is_unassigned)
    return Moves(
        take_url=_url("take", handoff, query) if row.is_unassigned and user.works_leads else "",
        snooze_url=_url("snooze", handoff, query) if may_snooze else "",
        wake_url=_url("wake", handoff, query) if is_asleep else "",
        offers=[
            _offer(number, span, now) for number, span in enumerate(snoozes.offered(latest=last, now=now), 1)
        ],
        latest=f"{timezone.localtime(last):%Y-%m-%dT%H:%M}",
        latest_words=f"{timezone.localtime(last):%-d %b, %H:%M}",
        why_not="" if last > now else "Its time is over, so it cannot wait.",
        standing_url=_url("handoff-standing", handoff, query),
    )


def _url(name: str, handoff: Handoff, query: str) -> str:
    return f"{reverse(name, args=[handoff.pk])}?{query}"


def _offer(number: int, span: timedelta, now: datetime) -> Offer:
    minutes = int(span.total_seconds()) // 60
    at = timezone.localtime(now + span)
    shown = f"{at:%H:%M}" if at.date() == timezone.localtime(now).date() else f"{at:%a %H:%M}"
    return Offer(number, minutes, f"in {clock_face.words(span)}", shown)
