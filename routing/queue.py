"""The queue: the open hand-offs that wait for somebody, most urgent first, each with its clock and reason (QU-1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils import timezone

from leads.domain.local_time import local_time
from leads.models import Lead, Opportunity, Role, Signal, StageVisit, User
from routing import clock_views
from routing.calendars import Calendars
from routing.clock_views import ClockView
from routing.domain import clock_face, triage
from routing.models import Clock, Handoff
from routing.models.handoff import HandoffQuerySet

MOST_SHOWN = 500


class Tab(StrEnum):
    """Whose hand-offs are shown."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"


@dataclass(frozen=True)
class Row:
    """One line of the queue, flat, for a lean template."""

    handoff_id: int
    lead_id: int
    url: str
    lead_url: str
    accept_url: str
    reject_url: str
    name: str
    title: str
    company: str
    tier: str
    priority: str
    fit: int
    urgency: int
    engagement: int
    source: str
    assignee: str
    is_mine: bool
    chip: str
    is_meeting: bool
    last_touch: str
    local_time: str
    flags: list[str]
    clock: ClockView | None
    place: tuple[int, float, int, float, datetime]


def tabs_of(user: User) -> list[Tab]:
    """The tabs that make sense to the viewer; the first is where they begin."""
    if user.works_leads:
        return [Tab.MINE, Tab.UNASSIGNED]
    return [Tab.TEAM, Tab.UNASSIGNED] if user.role in (Role.MANAGER, Role.OPS) else []


def waiting(user: User, tab: Tab) -> HandoffQuerySet:
    """The open hand-offs of one tab that the viewer may see."""
    visible = Handoff.objects.open().visible_to(user)
    if tab is Tab.MINE:
        return visible.filter(assignee=user)
    return visible.filter(assignee=None) if tab is Tab.UNASSIGNED else visible


def rows(user: User, tab: Tab, *, now: datetime) -> list[Row]:
    """The tab's hand-offs, most urgent first; a handful of reads however many rows, 500 at most."""
    running = Clock.objects.running().filter(handoff=OuterRef("pk")).order_by("due_at")
    is_late_t1 = Case(When(tier="T1", due_at__lte=now, then=0), default=1, output_field=IntegerField())
    found = (
        waiting(user, tab)
        .annotate(due_at=Subquery(running.values("due_at")[:1]), **_flags())
        .select_related("lead__account", "assignee")
        .order_by(is_late_t1, F("due_at").asc(nulls_last=True), "id")
    )
    handoffs = list(found[:MOST_SHOWN])
    clocks = nearest_clocks([handoff.pk for handoff in handoffs])
    touches = _last_touches([handoff.lead_id for handoff in handoffs])
    steps = clock_views.next_steps(clock.pk for clock in clocks.values())
    calendars = Calendars(at=now)
    made = []
    for handoff in handoffs:
        clock = clocks.get(handoff.pk)
        view = clock_views.view(clock, calendars, now=now, step=steps.get(clock.pk)) if clock else None
        seen = Seen(clock=view, touch=touches.get(handoff.lead_id), viewer=user, tab=tab)
        made.append(_row(handoff, seen, now=now))
    return sorted(made, key=lambda row: row.place)


def nearest_clocks(handoff_ids: Iterable[int]) -> dict[int, Clock]:
    """By hand-off, the running clock that is due first; one read."""
    running = Clock.objects.running().filter(handoff__in=list(handoff_ids)).select_related("service_level")
    found: dict[int, Clock] = {}
    for clock in running.order_by("due_at"):
        found.setdefault(clock.handoff_id, clock)
    return found


def _last_touches(lead_ids: Sequence[int]) -> dict[int, Signal]:
    """By lead, the latest thing that the person did; one read."""
    latest = (
        Signal.objects.filter(lead__in=lead_ids)
        .order_by("lead_id", "-occurred_at")
        .distinct("lead_id")
        .select_related("type")
    )
    return {signal.lead_id: signal for signal in latest if signal.lead_id is not None}


def _flags() -> dict[str, Exists]:
    """What a rep should know at a glance, answered in the same read."""
    deal = Opportunity.objects.filter(account=OuterRef("lead__account"), status=Opportunity.Status.OPEN)
    hold = StageVisit.objects.filter(lead=OuterRef("lead"), stage="RECYCLED")
    namesake = Lead.objects.filter(
        account=OuterRef("lead__account"),
        first_name__iexact=OuterRef("lead__first_name"),
        last_name__iexact=OuterRef("lead__last_name"),
        merged_into__isnull=True,
    ).exclude(Q(pk=OuterRef("lead")) | Q(last_name=""))
    return {
        "has_open_deal": Exists(deal),
        "was_recycled": Exists(hold),
        "has_namesake": Exists(namesake),
    }


@dataclass(frozen=True)
class Seen:
    """What a row shows beside the hand-off itself, and to whom."""

    clock: ClockView | None
    touch: Signal | None
    viewer: User
    tab: Tab


def _row(handoff: Any, seen: Seen, *, now: datetime) -> Row:
    lead, account, clock = handoff.lead, handoff.lead.account, seen.clock
    share = clock.share_left if clock else 1.0
    waits = triage.Waiting(share, handoff.tier, handoff.urgency, handoff.qualified_at)
    return Row(
        handoff_id=handoff.pk,
        lead_id=lead.pk,
        url=f"{reverse('queue')}?tab={seen.tab}&handoff={handoff.pk}",
        lead_url=lead.get_absolute_url(),
        accept_url=f"{reverse('accept', args=[handoff.pk])}?tab={seen.tab}",
        reject_url=f"{reverse('reject', args=[handoff.pk])}?tab={seen.tab}",
        name=lead.name,
        title=lead.title,
        company=account.name if account else "",
        tier=handoff.tier,
        priority=handoff.priority,
        fit=round(handoff.fit),
        urgency=round(handoff.urgency),
        engagement=round(handoff.engagement),
        source=handoff.source,
        assignee=str(handoff.assignee) if handoff.assignee else "nobody yet",
        is_mine=handoff.assignee_id == seen.viewer.pk,
        chip=triage.chip(waits, clock.text if clock else "no clock"),
        is_meeting=handoff.kind == Handoff.Kind.MEETING,
        last_touch=_did(seen.touch, now=now),
        local_time=local_time(lead.country or (account.country if account else ""), now),
        flags=_flags_of(handoff),
        clock=clock,
        place=triage.place(waits),
    )


def _flags_of(handoff: Any) -> list[str]:
    flags = (
        (_meeting(handoff), handoff.kind == Handoff.Kind.MEETING),
        ("second look", handoff.second_look_of_id is not None),
        ("open opportunity", handoff.has_open_deal),
        ("duplicate?", handoff.has_namesake),
        ("recycled before", handoff.was_recycled),
    )
    return [label for label, holds in flags if holds]


def _meeting(handoff: Any) -> str:
    return f"meeting {timezone.localtime(handoff.meeting_at):%a %-d %b, %H:%M}" if handoff.meeting_at else ""


def _did(touch: Signal | None, *, now: datetime) -> str:
    if touch is None:
        return "nothing yet"
    return f"{touch.type.label}, {clock_face.words(now - touch.occurred_at)} ago"
