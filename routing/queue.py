"""The queue: the open hand-offs that wait for somebody, most urgent first, each with its clock and reason (QU-1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils import timezone

from leads.domain.local_time import local_time
from leads.facts import where
from leads.models import Lead, Opportunity, Role, Signal, StageVisit, User
from routing import clock_views
from routing.calendars import Calendars
from routing.clock_views import ClockView
from routing.domain import clock_face, triage
from routing.models import Clock, Handoff
from routing.models.handoff import HandoffQuerySet

MOST_SHOWN = 500
NAMESAKE = "duplicate?"


class Tab(StrEnum):
    """Whose hand-offs are shown."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"
    LATER = "later"


@dataclass(frozen=True)
class Row:
    """One line of the queue, flat, for a lean template."""

    handoff_id: int
    lead_id: int
    tab: Tab
    url: str
    is_unassigned: bool
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

    @property
    def lead_url(self) -> str:
        """Where the lead's own page is."""
        return reverse("lead", args=[self.lead_id])

    @property
    def accept_url(self) -> str:
        """Where an acceptance is sent, to come back to the same tab."""
        return f"{reverse('accept', args=[self.handoff_id])}?tab={self.tab}"

    @property
    def reject_url(self) -> str:
        """Where a rejection is sent, to come back to the same tab."""
        return f"{reverse('reject', args=[self.handoff_id])}?tab={self.tab}"


def tabs_of(user: User) -> list[Tab]:
    """The tabs that make sense to the viewer; the first is where they begin."""
    if user.works_leads:
        return [Tab.MINE, Tab.UNASSIGNED]
    return [Tab.TEAM, Tab.UNASSIGNED] if user.role in (Role.MANAGER, Role.OPS) else []


def waiting(user: User, tab: Tab, *, now: datetime) -> HandoffQuerySet:
    """The open hand-offs of one tab that the viewer may see."""
    return _visible(user).filter(_of_tab(user, tab, now=now))


@dataclass(frozen=True)
class Look:
    """What a page of the queue showed: nothing beyond the hand-off `after`, nothing later than `since`."""

    after: int
    since: datetime | None
    now: datetime


def arrived(user: User, tab: Tab, look: Look) -> HandoffQuerySet:
    """What has come into the tab since that look: made, passed on, or back from being put off."""
    fresh = Q(pk__gt=look.after)
    if look.since is not None:
        fresh |= Q(received_at__gt=look.since)
        fresh |= Q(snoozed_until__gt=look.since, snoozed_until__lte=look.now)
    return waiting(user, tab, now=look.now).filter(fresh)


def unassigned(user: User, *, now: datetime) -> HandoffQuerySet:
    """What waits for anybody of the viewer's team to take it."""
    return waiting(user, Tab.UNASSIGNED, now=now).filter(kind=Handoff.Kind.QUALIFIED)


def counts(user: User, *, now: datetime) -> dict[Tab, int]:
    """How many hand-offs each of the viewer's tabs holds; one read."""
    tabs = [*tabs_of(user), Tab.LATER]
    wanted = {tab.value: Count("pk", filter=_of_tab(user, tab, now=now)) for tab in tabs}
    found = _visible(user).aggregate(**wanted)
    return {tab: found[tab.value] for tab in tabs}


def most_urgent_first(found: HandoffQuerySet, *, now: datetime) -> HandoffQuerySet:
    """A T1 whose time is over first, then by the running clock due first (`due_at`), tier and urgency."""
    running = Clock.objects.running().filter(handoff=OuterRef("pk")).order_by("due_at")
    is_late_t1 = Case(When(tier="T1", due_at__lte=now, then=0), default=1, output_field=IntegerField())
    dated = found.annotate(due_at=Subquery(running.values("due_at")[:1]))
    tier = NullIf(F("tier"), Value("")).asc(nulls_last=True)
    return dated.order_by(is_late_t1, F("due_at").asc(nulls_last=True), tier, "-urgency", "id")


def _visible(user: User) -> HandoffQuerySet:
    return Handoff.objects.open().visible_to(user)


def _of_tab(user: User, tab: Tab, *, now: datetime) -> Q:
    """What belongs to a tab among all that is visible; what was put off is in none but its own."""
    asleep, own = Q(snoozed_until__gt=now), Q(assignee=user) if user.works_leads else Q()
    if tab is Tab.LATER:
        return asleep & own
    awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)
    if tab is Tab.TEAM:
        return awake
    return awake & (Q(assignee=user) if tab is Tab.MINE else Q(assignee__isnull=True))


def rows(user: User, tab: Tab, *, now: datetime) -> list[Row]:
    """The tab's hand-offs, most urgent first; a handful of reads however many rows, 500 at most."""
    found = most_urgent_first(waiting(user, tab, now=now), now=now).annotate(**_flags())
    handoffs = list(found.select_related("lead__account").defer("explanation")[:MOST_SHOWN])
    clocks = nearest_clocks([handoff.pk for handoff in handoffs])
    touches = _last_touches([handoff.lead_id for handoff in handoffs])
    steps = clock_views.next_steps(clock.pk for clock in clocks.values())
    seen = Seen(viewer=user, tab=tab, queue_url=reverse("queue"), holders=_holders(handoffs))
    calendars, made = Calendars(at=now), []
    for handoff in handoffs:
        clock = clocks.get(handoff.pk)
        view = clock_views.view(clock, calendars, now=now, step=steps.get(clock.pk)) if clock else None
        made.append(_row(handoff, view, touches.get(handoff.lead_id), seen=seen, now=now))
    return sorted(made, key=lambda row: row.place)


def _holders(handoffs: Iterable[Handoff]) -> dict[int | None, str]:
    """Who has them, by name; one read, as many rows share few holders."""
    people = User.objects.filter(pk__in={handoff.assignee_id for handoff in handoffs if handoff.assignee_id})
    return {person.pk: str(person) for person in people}


def nearest_clocks(handoff_ids: Iterable[int]) -> dict[int, Clock]:
    """By hand-off, the running clock that is due first; one read."""
    running = Clock.objects.running().with_pauses().filter(handoff__in=list(handoff_ids))
    first = (
        running.select_related("service_level").order_by("handoff_id", "due_at", "id").distinct("handoff_id")
    )
    return {clock.handoff_id: clock for clock in first}


def _last_touches(lead_ids: Sequence[int]) -> dict[int, Signal]:
    """By lead, the latest thing that the person did; one read."""
    latest = (
        Signal.objects.filter(lead__in=lead_ids)
        .order_by("lead_id", "-occurred_at")
        .distinct("lead_id")
        .select_related("type")
        .only("lead_id", "occurred_at", "type__label")
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
    """What the rows of one page have in common: who looks, where, and who holds what there is."""

    viewer: User
    tab: Tab
    queue_url: str
    holders: dict[int | None, str]


def _row(handoff: Any, clock: ClockView | None, touch: Signal | None, *, seen: Seen, now: datetime) -> Row:
    lead, account = handoff.lead, handoff.lead.account
    place = where(lead)
    share = clock.share_left if clock else 1.0
    waits = triage.Waiting(share, handoff.tier, handoff.urgency, handoff.qualified_at)
    return Row(
        handoff_id=handoff.pk,
        lead_id=lead.pk,
        tab=seen.tab,
        url=f"{seen.queue_url}?tab={seen.tab}&handoff={handoff.pk}",
        is_unassigned=handoff.assignee_id is None,
        name=lead.name,
        title=lead.title,
        company=account.name if account else "",
        tier=handoff.tier,
        priority=handoff.priority,
        fit=round(handoff.fit),
        urgency=round(handoff.urgency),
        engagement=round(handoff.engagement),
        source=handoff.source,
        assignee=seen.holders.get(handoff.assignee_id, "nobody yet"),
        is_mine=handoff.assignee_id == seen.viewer.pk,
        chip=triage.chip(waits, clock.text if clock else "no clock"),
        is_meeting=handoff.kind == Handoff.Kind.MEETING,
        last_touch=_did(touch, now=now),
        local_time=local_time(place.country, now, region=place.region),
        flags=_flags_of(handoff, now=now),
        clock=clock,
        place=triage.place(waits),
    )


def _flags_of(handoff: Any, *, now: datetime) -> list[str]:
    flags = (
        (_asleep(handoff), handoff.snoozed_until is not None and handoff.snoozed_until > now),
        (_meeting(handoff), handoff.kind == Handoff.Kind.MEETING),
        ("second look", handoff.second_look_of_id is not None),
        ("open opportunity", handoff.has_open_deal),
        (NAMESAKE, handoff.has_namesake),
        ("recycled before", handoff.was_recycled),
    )
    return [label for label, holds in flags if holds]


def _asleep(handoff: Any) -> str:
    return f"back {timezone.localtime(handoff.snoozed_until):%a %H:%M}" if handoff.snoozed_until else ""


def _meeting(handoff: Any) -> str:
    return f"meeting {timezone.localtime(handoff.meeting_at):%a %-d %b, %H:%M}" if handoff.meeting_at else ""


def _did(touch: Signal | None, *, now: datetime) -> str:
    if touch is None:
        return "nothing yet"
    return f"{touch.type.label}, {clock_face.words(now - touch.occurred_at)} ago"
