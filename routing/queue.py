"""The queue: the open hand-offs that wait for somebody, most urgent first, each with its clock and reason (QU-1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import NullIf
from django.urls import reverse
from django.utils import timezone

from leads.compiled import Asked
from leads.domain.local_time import local_time
from leads.domain.person_name import name_of
from leads.domain.places import Place, place_of
from leads.models import Role, Team, User
from leads.remembering import BESIDE, remembering_that
from routing import clock_views, queue_lines
from routing.calendars import Calendars
from routing.clock_views import ClockView
from routing.domain import clock_face, triage
from routing.domain.business_time import Calendar
from routing.models import Clock, ClockKind, Handoff, ServiceLevel
from routing.models.handoff import HandoffQuerySet
from routing.queue_lines import Line

NAMESAKE = "duplicate?"
EDITION = "edition"


class Tab(StrEnum):
    """Whose hand-offs are shown."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"
    LATER = "later"


@dataclass(frozen=True, slots=True)
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
    wanted = {tab.value: Count("pk", filter=which) for tab, which in _contents(user, now=now).items()}
    found = _visible(user).aggregate(**wanted)
    return {tab: found[tab.value] for tab in [*tabs_of(user), Tab.LATER]}


def most_urgent_first(found: HandoffQuerySet, *, now: datetime) -> HandoffQuerySet:
    """A T1 whose time is over first, then by the running clock due first (`due_at`), tier and urgency."""
    running = Clock.objects.running().filter(handoff=OuterRef("pk")).order_by("due_at")
    is_late_t1 = Case(When(tier="T1", due_at__lte=now, then=0), default=1, output_field=IntegerField())
    dated = found.annotate(due_at=Subquery(running.values("due_at")[:1]))
    tier = NullIf(F("tier"), Value("")).asc(nulls_last=True)
    return dated.order_by(is_late_t1, F("due_at").asc(nulls_last=True), tier, "-urgency", "id")


def _visible(user: User) -> HandoffQuerySet:
    """All that any of the viewer's tabs may hold; a colleague's is in none of a rep's."""
    found = Handoff.objects.open().visible_to(user)
    if not user.works_leads:
        return found
    free = (
        {} if user.sees_every_lead else {"team__in": Team.objects.ids_led_by(user)}
    )  # said so that an index helps
    return found.filter(Q(assignee=user) | Q(assignee=None, **free))


def _of_tab(user: User, tab: Tab, *, now: datetime) -> Q:
    """What belongs to a tab among all that is visible; what was put off is in none but its own."""
    asleep, own = Q(snoozed_until__gt=now), Q(assignee=user) if user.works_leads else Q()
    if tab is Tab.LATER:
        return asleep & own
    awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)
    if tab is Tab.TEAM:
        return awake
    return awake & (Q(assignee=user) if tab is Tab.MINE else Q(assignee__isnull=True))


@dataclass(frozen=True)
class Page:
    """One tab as it stands: its rows, most urgent first, what every tab holds, and what was asked beside them."""

    rows: list[Row]
    counts: dict[Tab, int]
    beside: dict[str, Any]

    @property
    def edition(self) -> tuple[int, ...]:
        """The edition of the operating model at that moment (see `leads.remembering`)."""
        return tuple(self.beside[EDITION])


def page(user: User, tab: Tab, *, now: datetime, beside: Mapping[str, Asked] | None = None) -> Page:
    """The tab, 500 rows at most, in one read that also answers what is asked `beside`.

    Calendars are read anew where the operating model was edited since this process read them.
    """
    contents = {where.value: which for where, which in _contents(user, now=now).items()}
    contents.setdefault(
        tab.value, _of_tab(user, tab, now=now)
    )  # who has no tabs may still be shown one hand-off
    asked = {EDITION: (BESIDE, ()), **(beside or {})}
    reading = queue_lines.read(_visible(user), contents, tab.value, now=now, beside=asked)
    with remembering_that(reading.beside[EDITION]):
        found = _rows(reading.lines, user, tab, now=now) if reading.lines else []
    return Page(found, {Tab(name): held for name, held in reading.counts.items()}, reading.beside)


def rows(user: User, tab: Tab, *, now: datetime) -> list[Row]:
    """The tab's hand-offs, most urgent first; a handful of reads however many rows, 500 at most."""
    return page(user, tab, now=now).rows


def _contents(user: User, *, now: datetime) -> dict[Tab, Q]:
    """What belongs to each of the viewer's tabs."""
    return {tab: _of_tab(user, tab, now=now) for tab in [*tabs_of(user), Tab.LATER]}


def _rows(lines: Sequence[Line], user: User, tab: Tab, *, now: datetime) -> list[Row]:
    seen = Seen(viewer=user, tab=tab, queue_url=reverse("queue"), calendars=Calendars(at=now))
    return sorted((_row(line, seen, now=now) for line in lines), key=lambda row: row.place)


def nearest_clocks(handoff_ids: Iterable[int]) -> dict[int, Clock]:
    """By hand-off, the running clock that is due first; one read."""
    running = Clock.objects.running().with_pauses().filter(handoff__in=list(handoff_ids))
    first = (
        running.select_related("service_level").order_by("handoff_id", "due_at", "id").distinct("handoff_id")
    )
    return {clock.handoff_id: clock for clock in first}


@dataclass(frozen=True)
class Seen:
    """What the rows of one page have in common: who looks, where, and when people work."""

    viewer: User
    tab: Tab
    queue_url: str
    calendars: Calendars


def _row(line: Line, seen: Seen, *, now: datetime) -> Row:
    clock = _clock(line, seen.calendars, now=now)
    share = clock.share_left if clock else 1.0
    waits = triage.Waiting(share, line.tier, line.urgency, line.qualified_at)
    place = _where(line)
    return Row(
        handoff_id=line.handoff_id,
        lead_id=line.lead_id,
        tab=seen.tab,
        url=f"{seen.queue_url}?tab={seen.tab}&handoff={line.handoff_id}",
        is_unassigned=line.assignee_id is None,
        name=name_of(line.first_name, line.last_name, line.email, is_erased=line.is_erased),
        title=line.title,
        company=line.company or "",
        tier=line.tier,
        priority=line.priority,
        fit=round(line.fit),
        urgency=round(line.urgency),
        engagement=round(line.engagement),
        source=line.source,
        assignee=line.holder or "nobody yet",
        is_mine=line.assignee_id == seen.viewer.pk,
        chip=triage.chip(waits, clock.text if clock else "no clock"),
        is_meeting=line.kind == Handoff.Kind.MEETING,
        last_touch=_did(line, now=now),
        local_time=local_time(place.country, now, region=place.region),
        flags=_flags(line, now=now),
        clock=clock,
        place=triage.place(waits),
    )


def _clock(line: Line, calendars: Calendars, *, now: datetime) -> ClockView | None:
    """The running clock that is due first."""
    if line.clock_kind is None or line.target is None or line.started_at is None or line.due_at is None:
        return None
    running = clock_views.Running(
        kind=ClockKind(line.clock_kind),
        target=line.target,
        started_at=line.started_at,
        due_at=line.due_at,
        paused_until=line.paused_until,
        calendar=_calendar(line, calendars),
    )
    return clock_views.running(running, now=now)


def _calendar(line: Line, calendars: Calendars) -> Calendar | None:
    """That of whoever holds the clock; none where it runs in wall time."""
    if line.runs_in != ServiceLevel.Runs.BUSINESS:
        return None
    return calendars.of(line.clock_holder_id, line.clock_team_id)


def _where(line: Line) -> Place:
    """Where the person is, as far as they or their company say."""
    company = Place(line.company_country or "", line.company_region or "", line.company_postal_code or "")
    return place_of(Place(line.country, line.region, line.postal_code), company)


def _flags(line: Line, *, now: datetime) -> list[str]:
    """What a rep should know at a glance."""
    flags = (
        (_asleep(line.snoozed_until), line.snoozed_until is not None and line.snoozed_until > now),
        (_meeting(line.meeting_at), line.kind == Handoff.Kind.MEETING),
        ("second look", line.is_second_look),
        ("open opportunity", line.has_open_deal),
        (NAMESAKE, line.has_namesake),
        ("recycled before", line.was_recycled),
    )
    return [label for label, holds in flags if holds]


def _asleep(until: datetime | None) -> str:
    return f"back {timezone.localtime(until):%a %H:%M}" if until else ""


def _meeting(at: datetime | None) -> str:
    return f"meeting {timezone.localtime(at):%a %-d %b, %H:%M}" if at else ""


def _did(line: Line, *, now: datetime) -> str:
    """The latest thing that the person did."""
    if line.touched_at is None:
        return "nothing yet"
    return f"{line.touch}, {clock_face.words(now - line.touched_at)} ago"
