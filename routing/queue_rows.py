"""What one line of the queue says: who it is, why it waits, its clock and its flags; made from what was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from leads.domain.local_time import local_time
from leads.domain.person_name import name_of
from leads.domain.places import Place, place_of
from leads.models import User
from routing import clock_views
from routing.calendars import Calendars
from routing.clock_views import ClockView
from routing.domain import clock_face, triage
from routing.domain.business_time import Calendar
from routing.models import ClockKind, Handoff, ServiceLevel
from routing.queue_lines import Line
from routing.queue_tabs import Tab

NAMESAKE = "duplicate?"


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


@dataclass(frozen=True)
class Seen:
    """What the rows of one page have in common: who looks, where, and when people work."""

    viewer: User
    tab: Tab
    queue_url: str
    calendars: Calendars


def of(lines: Sequence[Line], user: User, tab: Tab, *, now: datetime) -> list[Row]:
    """The rows of those lines, most urgent first."""
    seen = Seen(viewer=user, tab=tab, queue_url=reverse("queue"), calendars=Calendars(at=now))
    return sorted((_row(line, seen, now=now) for line in lines), key=lambda row: row.place)


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
