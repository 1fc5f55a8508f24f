"""The standing check that no lead is left behind: what it found, for whom it matters, and the alert (RT-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from leads import revenue_cycle
from leads.domain.notices import Kind
from leads.models import Lead, Role, StageVisit, User
from leads.outbox import Message, tell
from routing import invariants

MOST_SHOWN = 200


@dataclass(frozen=True)
class Left:
    """One lead that lies still: what is wrong with it, and since when it has stood where it stands."""

    lead: Lead
    stage: str
    sentence: str
    since: datetime


def violations(user: User) -> list[Left]:
    """The leads that `user` may see of which something does not hold, the longest first; 200 at most."""
    entered = StageVisit.objects.filter(lead=OuterRef("pk"), left_at=None).values("entered_at")[:1]
    labels, found = revenue_cycle.labels(), []
    for invariant in invariants.in_hand():
        leads = _longest(invariant.exceptions.annotate(since=Subquery(entered)), user, since="since")
        found += [_left(lead, invariant.sentence, lead.since, label=labels[lead.stage]) for lead in leads]
    return sorted(found, key=lambda left: left.since)[:MOST_SHOWN]


def languishing(user: User, *, now: datetime) -> list[Left]:
    """The leads that `user` may see that nothing has moved for too long, the longest first; 200 at most."""
    leads = _longest(invariants.languishing(now=now), user, since="moved_at")
    labels, told = revenue_cycle.labels(), "has not been moved by anybody for too long."
    return [_left(lead, told, lead.moved_at, label=labels[lead.stage]) for lead in leads]


def watch(*, now: datetime) -> int:
    """Count the leads left behind, and tell revenue operations once a day while there are any."""
    found = sum(invariant.exceptions.count() for invariant in invariants.in_hand())
    if found:
        ops = User.objects.filter(role=Role.OPS, is_active=True)
        title = "1 lead is left behind" if found == 1 else f"{found} leads are left behind"
        text = (
            "It has no owner, no clock or no next step."
            if found == 1
            else "They lack an owner, a clock or a next step."
        )
        message = Message(
            f"left-behind:{now:%Y-%m-%d}", title, text, reverse("left-behind"), Kind.LEFT_BEHIND
        )
        tell(ops, message, now=now)
    return found


def _longest(leads: QuerySet[Any], user: User, *, since: str) -> QuerySet[Any]:
    """The first of those that `user` may see, with all that a line shows, which is read of no others."""
    seen = leads if user.sees_every_lead else leads.filter(pk__in=Lead.objects.visible_to(user))
    first = seen.order_by(since, "pk").values("pk")[:MOST_SHOWN]
    return leads.filter(pk__in=first).select_related("account", "owner", "team").order_by(since, "pk")


def _left(lead: Lead, sentence: str, since: datetime | None, *, label: str) -> Left:
    return Left(lead, label, sentence, since or lead.created_at)
