"""The manager's twin of the queue: each rep's open hand-offs against the cap, and what waits for nobody (QU-1, QU-9).

A handful of reads, however many reps and rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from leads.models import Role, Team, User
from routing import clock_views, queue
from routing.calendars import Calendars
from routing.clock_views import ClockView
from routing.domain import clock_face, triage
from routing.models import Clock, Handoff, Rep
from routing.models.handoff import HandoffQuerySet
from routing.workloads import Workload, workloads

MOST_SHOWN = 500
AT_RISK = 0.2  # of the clock is left: the state that the clock itself shows


class Order(StrEnum):
    """In which order the reps stand."""

    TEAM = "team"
    LOAD = "load"
    LATE = "late"


@dataclass(frozen=True)
class Row:
    """One open hand-off, flat, for a lean template; `chosen` is what a form sends of it."""

    handoff_id: int
    chosen: str
    lead_url: str
    name: str
    company: str
    tier: str
    source: str
    is_meeting: bool
    since: datetime
    waited: str
    clock: ClockView | None
    place: tuple[int, float, int, float, datetime]

    @property
    def is_breached(self) -> bool:
        """Whether its nearest clock is over."""
        return self.clock is not None and self.clock.share_left <= 0

    @property
    def is_at_risk(self) -> bool:
        """Whether less than a fifth of its nearest clock is left."""
        return self.clock is not None and 0 < self.clock.share_left < AT_RISK


@dataclass(frozen=True)
class Desk:
    """Somebody's open hand-offs, most urgent first, or those of nobody, where `user` is None."""

    user: User | None
    load: Workload | None
    open: int
    rows: list[Row]
    share: int

    @property
    def receives(self) -> bool:
        """Whether leads can be given to them; who is out or full takes a reason."""
        return self.load is not None and self.load.rep.is_active and self.load.rep.user.is_active

    @property
    def cap(self) -> int | None:
        """How many may be open at once."""
        return self.load.rep.open_cap if self.load else None

    @property
    def percent(self) -> int:
        """How full the cap is, 100 at most."""
        return min(100, round(100 * self.open / self.cap)) if self.cap else 0

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits with somebody who could get something."""
        return self.user is not None and not self.open

    @property
    def tone(self) -> str:
        """How the bar is drawn: full is worth a look."""
        return "risk" if self.cap and self.open >= self.cap else "accent"

    @property
    def breached(self) -> int:
        return sum(row.is_breached for row in self.rows)

    @property
    def at_risk(self) -> int:
        return sum(row.is_at_risk for row in self.rows)

    @property
    def oldest(self) -> Row | None:
        """What has waited longest with them."""
        return min(self.rows, key=lambda row: (row.since, row.handoff_id), default=None)


@dataclass(frozen=True)
class Board:
    """Everything that waits for a decision, by whose it is; `received` is what the reps got this week."""

    unassigned: Desk
    desks: list[Desk]
    received: int
    is_cut: bool
    most_shown: int = MOST_SHOWN

    @property
    def busy(self) -> list[Desk]:
        """Those with whom something waits."""
        return [desk for desk in self.desks if not desk.is_idle]

    @property
    def idle(self) -> list[Desk]:
        """Those with whom nothing waits."""
        return [desk for desk in self.desks if desk.is_idle]

    @property
    def open(self) -> int:
        return self.unassigned.open + sum(desk.open for desk in self.desks)


def board(user: User, *, now: datetime) -> Board:
    """The teams that `user` leads, or the company for operations; rows are the 500 most urgent at most."""
    waiting = Handoff.objects.open().visible_to(user)
    counts = dict(waiting.values_list("assignee").annotate(count=Count("id")))
    rows = _rows(waiting, now=now)
    loads = workloads(_reps(user, holders=set(counts)), now=now)
    received = sum(load.this_week for load in loads)
    without_rep = User.objects.filter(pk__in=set(counts) - {load.rep.user_id for load in loads} - {None})
    desks = [
        *(_desk(load.rep.user, load, rows, received=received) for load in loads),
        *(
            Desk(user=one, load=None, open=counts[one.pk], rows=rows.get(one.pk, []), share=0)
            for one in without_rep.select_related("team").order_by("name", "pk")
        ),
    ]
    nobodys = sorted(rows.get(None, []), key=lambda row: (row.since, row.handoff_id))
    unassigned = Desk(user=None, load=None, open=counts.get(None, 0), rows=nobodys, share=0)
    return Board(unassigned, desks, received, is_cut=sum(counts.values()) > MOST_SHOWN)


def arranged(board: Board, *, order: Order, words: str = "") -> Board:
    """The same board with the reps in that order, and only those whose name and team hold every one of `words`."""
    asked = words.casefold().split()
    found = [desk for desk in board.desks if all(word in _named(desk) for word in asked)]
    if order == Order.LOAD:
        found.sort(key=lambda desk: (-desk.percent, -desk.open))
    elif order == Order.LATE:
        found.sort(key=lambda desk: (-desk.breached, -desk.at_risk, -desk.open))
    return replace(board, desks=found)


def _named(desk: Desk) -> str:
    user = desk.user
    return f"{user} {user.team or ''}".casefold() if user else ""


def _desk(user: User, load: Workload, rows: Mapping[int | None, list[Row]], *, received: int) -> Desk:
    share = round(100 * load.this_week / received) if received else 0
    return Desk(user=user, load=load, open=load.open, rows=rows.get(user.pk, []), share=share)


def _reps(user: User, *, holders: set[int | None]) -> QuerySet[Rep]:
    """The reps of the viewer's teams, and whoever holds something of theirs; who has left only while they do."""
    reps = Rep.objects.select_related("user__team")
    theirs = reps.filter(is_active=True, user__is_active=True)
    if user.role != Role.OPS:
        theirs = theirs.filter(user__team__in=Team.objects.led_by(user))
    holding = reps.filter(user__in=[holder for holder in holders if holder is not None])
    return (theirs | holding).order_by("user__team__name", "user__name", "pk")


def _rows(waiting: HandoffQuerySet, *, now: datetime) -> dict[int | None, list[Row]]:
    """By whose it is, most urgent first."""
    running = Clock.objects.running().filter(handoff=OuterRef("pk")).order_by("due_at")
    found = (
        waiting.annotate(due_at=Subquery(running.values("due_at")[:1]))
        .select_related("lead__account")
        .defer("explanation")
        .order_by(F("due_at").asc(nulls_last=True), "id")
    )
    handoffs = list(found[:MOST_SHOWN])
    views = _clocks(handoffs, now=now)
    by_holder: dict[int | None, list[Row]] = defaultdict(list)
    for handoff in handoffs:
        by_holder[handoff.assignee_id].append(_row(handoff, views.get(handoff.pk), now=now))
    for rows in by_holder.values():
        rows.sort(key=lambda row: row.place)
    return by_holder


def _clocks(handoffs: Sequence[Handoff], *, now: datetime) -> dict[int, ClockView]:
    """By hand-off, the clock that is due first."""
    calendars = Calendars(at=now)
    nearest = queue.nearest_clocks([handoff.pk for handoff in handoffs])
    return {handoff_id: clock_views.view(clock, calendars, now=now) for handoff_id, clock in nearest.items()}


def _row(handoff: Handoff, clock: ClockView | None, *, now: datetime) -> Row:
    lead, since = handoff.lead, handoff.received_at or handoff.qualified_at
    share = clock.share_left if clock else 1.0
    return Row(
        handoff_id=handoff.pk,
        chosen=f"{handoff.pk}.{handoff.assignee_id or 0}",
        lead_url=lead.get_absolute_url(),
        name=lead.name,
        company=lead.account.name if lead.account else "",
        tier=handoff.tier,
        source=handoff.source,
        is_meeting=handoff.kind == Handoff.Kind.MEETING,
        since=since,
        waited=clock_face.words(now - since),
        clock=clock,
        place=triage.place(triage.Waiting(share, handoff.tier, handoff.urgency, handoff.qualified_at)),
    )
