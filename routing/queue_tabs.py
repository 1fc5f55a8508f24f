"""Which open hand-offs wait under which tab of a queue: mine, for anybody of my team, the team's, put off (QU-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import NullIf

from leads import prepared
from leads.models import Role, Team, User
from routing.models import Clock, Handoff
from routing.models.handoff import HandoffQuerySet


class Tab(StrEnum):
    """Whose hand-offs are shown."""

    MINE = "mine"
    UNASSIGNED = "unassigned"
    TEAM = "team"
    LATER = "later"


def tabs_of(user: User) -> list[Tab]:
    """The tabs that make sense to the viewer; the first is where they begin."""
    if user.works_leads:
        return [Tab.MINE, Tab.UNASSIGNED]
    return [Tab.TEAM, Tab.UNASSIGNED] if user.role in (Role.MANAGER, Role.OPS) else []


def waiting(user: User, tab: Tab, *, now: datetime) -> HandoffQuerySet:
    """The open hand-offs of one tab that the viewer may see."""
    return visible(user).filter(of_tab(user, tab, now=now))


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


# What every page of a rep asks every few seconds: as `arrived` of their own tab, which holds what is theirs
COUNT_ARRIVED = """
    SELECT count(*) FROM routing_handoff
    WHERE status = 'OPEN' AND assignee_id = %(user)s AND (snoozed_until IS NULL OR snoozed_until <= %(now)s) AND (
        id > %(after)s OR received_at > %(since)s::timestamptz OR snoozed_until > %(since)s::timestamptz
    )
"""


def count_arrived(user: User, tab: Tab, look: Look) -> int:
    """How many have come into the tab since that look."""
    if tab is not Tab.MINE:
        return arrived(user, tab, look).count()
    asked = {"user": user.pk, "now": look.now, "after": look.after, "since": look.since}
    return int(prepared.row(COUNT_ARRIVED, asked)[0])


def unassigned(user: User, *, now: datetime) -> HandoffQuerySet:
    """What waits for anybody of the viewer's team to take it."""
    return waiting(user, Tab.UNASSIGNED, now=now).filter(kind=Handoff.Kind.QUALIFIED)


def counts(user: User, *, now: datetime) -> dict[Tab, int]:
    """How many hand-offs each of the viewer's tabs holds; one read."""
    wanted = {tab.value: Count("pk", filter=which) for tab, which in contents(user, now=now).items()}
    found = visible(user).aggregate(**wanted)
    return {tab: found[tab.value] for tab in [*tabs_of(user), Tab.LATER]}


def most_urgent_first(found: HandoffQuerySet, *, now: datetime) -> HandoffQuerySet:
    """A T1 whose time is over first, then by the running clock due first (`due_at`), tier and urgency."""
    running = Clock.objects.running().filter(handoff=OuterRef("pk")).order_by("due_at")
    is_late_t1 = Case(When(tier="T1", due_at__lte=now, then=0), default=1, output_field=IntegerField())
    dated = found.annotate(due_at=Subquery(running.values("due_at")[:1]))
    tier = NullIf(F("tier"), Value("")).asc(nulls_last=True)
    return dated.order_by(is_late_t1, F("due_at").asc(nulls_last=True), tier, "-urgency", "id")


def visible(user: User) -> HandoffQuerySet:
    """All that any of the viewer's tabs may hold; a colleague's is in none of a rep's."""
    found = Handoff.objects.open().visible_to(user)
    return found.filter(Q(assignee=user) | Q(assignee=None)) if user.works_leads else found


def parts(user: User) -> list[HandoffQuerySet]:
    """The same in parts that have nothing in common, each of them a range of an index: their own, and the rest."""
    found = Handoff.objects.open()
    own = found.filter(assignee=user)
    rest = found.filter(assignee=None) if user.works_leads else found.exclude(assignee=user)
    if user.sees_every_lead:
        return [own, rest]
    teams = Team.objects.ids_led_by(user)
    return [own, rest.filter(team__in=teams)] if teams else [own]


def of_tab(user: User, tab: Tab, *, now: datetime) -> Q:
    """What belongs to a tab among all that is visible; what was put off is in none but its own."""
    asleep, own = Q(snoozed_until__gt=now), Q(assignee=user) if user.works_leads else Q()
    if tab is Tab.LATER:
        return asleep & own
    awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)
    if tab is Tab.TEAM:
        return awake
    return awake & (Q(assignee=user) if tab is Tab.MINE else Q(assignee__isnull=True))


def contents(user: User, *, now: datetime) -> dict[Tab, Q]:
    """What belongs to each of the viewer's tabs."""
    return {tab: of_tab(user, tab, now=now) for tab in [*tabs_of(user), Tab.LATER]}
