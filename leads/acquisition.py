"""The one writer of how we came to know a person: bought contacts are marked until they come by themselves (LC-11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models.expressions import RawSQL

from leads import timeline
from leads.actors import Actor
from leads.models import Lead, TimelineEvent

Acquired = Lead.Acquired
BOUGHT = "Bought from a data vendor"
CAME_TO_US = "Came to us by a request of their own"


def mark_purchased(lead: Lead, *, by: Actor, now: datetime) -> None:
    """Say that the contact was bought: no score makes it an MQL."""
    _set(lead, Acquired.PURCHASED, BOUGHT, by=by, now=now)


def tell_purchased(leads: Iterable[Lead], *, by: Actor) -> None:
    """Say of contacts that are marked as bought since their creation that they were."""
    told = (timeline.Told(lead.pk, lead.created_at, BOUGHT, {}) for lead in leads)
    timeline.record_very_many(told, timeline.Kind.NOTE, by=by)


def tell_came_to_us(came: Iterable[tuple[Lead, datetime]], *, by: Actor) -> None:
    """Say of bought contacts that are marked as our own by now when they came by themselves."""
    told = (timeline.Told(lead.pk, at, CAME_TO_US, {}) for lead, at in came)
    timeline.record_very_many(told, timeline.Kind.NOTE, by=by)


def came_to_us(lead: Lead, *, by: Actor, now: datetime) -> None:
    """A request of their own turns a bought contact into a lead like any other."""
    _set(lead, Acquired.OWN, CAME_TO_US, by=by, now=now)


def came_to_us_at(lead_ids: Sequence[int]) -> Mapping[int, datetime]:
    """When those of the leads that had been bought came by themselves."""
    leads = RawSQL("SELECT unnest(%s::bigint[])", [list(lead_ids)])
    told = TimelineEvent.objects.filter(lead__in=leads, kind=TimelineEvent.Kind.NOTE, text=CAME_TO_US)
    return dict(told.order_by("-at").values_list("lead", "at"))


def _set(lead: Lead, acquired: Acquired, text: str, *, by: Actor, now: datetime) -> None:
    if lead.acquired == acquired:
        return
    lead.acquired = acquired
    Lead.objects.filter(pk=lead.pk).update(acquired=acquired)
    timeline.record(lead, timeline.Kind.NOTE, text, by=by, at=now)
