"""What an empty queue says: when the next lead is expected, and what ages meanwhile (QU-15)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.urls import reverse

from leads.models import User
from routing import clock_views
from routing.calendars import Calendars
from routing.clock_views import ClockView
from routing.domain import arrivals, clock_face
from routing.models import Clock, Handoff
from routing.queue_tabs import Tab

MOST_AGEING = 5


@dataclass(frozen=True)
class Ageing:
    """An accepted lead that waits for the viewer's next step."""

    name: str
    url: str
    clock: ClockView


@dataclass(frozen=True)
class Empty:
    """The empty state of one tab."""

    title: str
    text: str
    ageing: list[Ageing] = field(default_factory=list)
    waiting: int = 0
    leads_url: str = ""


def empty(user: User, tab: Tab, *, unassigned: int, now: datetime) -> Empty:
    """What the viewer reads in place of rows; `unassigned` leads could be taken."""
    if tab is Tab.UNASSIGNED:
        return Empty("Nothing waits unassigned", "Every lead has somebody.")
    if tab is Tab.LATER:
        return Empty(
            "Nothing is put off", "What you put off waits here, and comes back to your queue by itself."
        )
    ageing = _ageing(user, now=now) if tab is Tab.MINE else []
    return Empty("Nothing is due", _expected(user, tab, now=now), ageing, unassigned, reverse("leads"))


def _expected(user: User, tab: Tab, *, now: datetime) -> str:
    here = "New leads come in here by themselves, the most urgent first."
    mine = Handoff.objects.visible_to(user)
    mine = mine.filter(assignee=user) if tab is Tab.MINE else mine
    since = now - arrivals.WEEK * arrivals.WEEKS
    came = mine.filter(received_at__gt=since).values_list("received_at", flat=True)
    wait = arrivals.usual_wait([at for at in came if at is not None], now=now)
    if wait is None:
        return here
    usual = clock_face.words(max(wait, timedelta(minutes=1)))
    return (
        f"At this time of the week the next one usually comes within {usual}, by the last four weeks. {here}"
    )


def _ageing(user: User, *, now: datetime) -> list[Ageing]:
    """The accepted leads whose clocks are due first."""
    own = Clock.objects.running().filter(holder=user, handoff__status=Handoff.Status.ACCEPTED)
    found = own.select_related("lead", "service_level", "handoff").order_by("due_at")[: MOST_AGEING * 2]
    calendars = Calendars(at=now)
    seen: dict[int, Clock] = {}
    for clock in found:
        seen.setdefault(clock.lead_id, clock)
    return [
        Ageing(one.lead.name, one.lead.get_absolute_url(), clock_views.view(one, calendars, now=now))
        for one in list(seen.values())[:MOST_AGEING]
    ]
