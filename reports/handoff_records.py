"""The hand-offs behind the numbers, one by one: when they were captured, assigned, first contacted and decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from leads.models import User
from reports import scope
from reports.domain.selection import Selection
from reports.keyset import Order
from reports.measures import CONTACT, DECISION, HANDED_OVER, MARKETINGS, OF_HANDOFFS
from routing.domain.clock_face import words
from routing.models import Handoff
from routing.models.handoff import HandoffQuerySet

CHUNK = 2000
HEADER = (
    *("Lead", "Company", "Tier", "Source", "Rep", "Team", "Captured", "Assigned", "First contact", "Decided"),
    *(
        "Decision",
        "Reason",
        "Note",
        "Capture to contact (s)",
        "System delay (s)",
        "Human delay (s)",
        "Lead page",
    ),
)


class HandoffState(StrEnum):
    """Which hand-offs are listed; each belongs to the day of its capture, the decided ones to that of the decision."""

    CAPTURED = "captured"
    CONTACTED = "contacted"
    IN_TIME = "in_time"
    LATE = "late"
    WAITING = "waiting"
    ASSIGNED = "assigned"
    TOUCHED = "touched"
    DECIDED = "decided"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    LAPSED = "lapsed"
    INCOMPLETE = "incomplete"
    SECOND_LOOK = "second_look"
    TAKEN_AT_SECOND_LOOK = "taken_at_second_look"


CONTACTED, WAITING = Q(first_contact_at__isnull=False), Q(first_contact_at__isnull=True, status="OPEN")
ASSIGNED = Q(assigned_at__isnull=False)
INCOMPLETE = Q(lead__erased_at=None) & (
    Q(lead__email="", lead__phone="")
    | Q(lead__first_name="", lead__last_name="")
    | Q(lead__title="")
    | Q(lead__country="")
    | Q(lead__account=None)
)
"""Hand-offs whose lead lacks what sales needs: a name, a way to reach it, a title, a country or a company (SL-10).

What was known of a person who was erased nobody can tell any more, so they lack nothing.
"""
CONDITIONS = {
    HandoffState.CAPTURED: Q(),
    HandoffState.CONTACTED: CONTACTED,
    HandoffState.IN_TIME: CONTACTED & CONTACT.good,
    HandoffState.LATE: CONTACTED & ~CONTACT.good,
    HandoffState.WAITING: WAITING,
    HandoffState.ASSIGNED: ASSIGNED,
    HandoffState.TOUCHED: ASSIGNED & CONTACTED,
    HandoffState.DECIDED: Q(status__in=["ACCEPTED", "REJECTED"]),
    HandoffState.ACCEPTED: Q(status="ACCEPTED"),
    HandoffState.REJECTED: Q(status="REJECTED"),
    HandoffState.LAPSED: Q(status="LAPSED"),
    HandoffState.INCOMPLETE: INCOMPLETE,
    HandoffState.SECOND_LOOK: Q(status__in=["ACCEPTED", "REJECTED"]),
    HandoffState.TAKEN_AT_SECOND_LOOK: Q(status="ACCEPTED"),
}
SECOND_LOOKS = {HandoffState.SECOND_LOOK, HandoffState.TAKEN_AT_SECOND_LOOK}
BY_DECISION = {
    *(HandoffState.DECIDED, HandoffState.ACCEPTED, HandoffState.REJECTED, HandoffState.LAPSED),
    *SECOND_LOOKS,
}


@dataclass(frozen=True)
class HandoffRecord:
    """One hand-off as a reader sees it."""

    handoff: Handoff
    lead: str
    company: str
    to_contact: timedelta | None
    system_delay: timedelta | None
    human_delay: timedelta | None

    @property
    def delays(self) -> tuple[str, str, str]:
        """The three spans in words, an empty one for what has not happened."""
        return _words(self.to_contact), _words(self.system_delay), _words(self.human_delay)


def order_of(state: HandoffState) -> Order:
    """The newest first, by the instant that puts a hand-off into the period."""
    return Order("decided_at" if state in BY_DECISION else "captured_at", descending=True)


def selected(selection: Selection, state: HandoffState, *, user: User, reason: str = "") -> HandoffQuerySet:
    """The hand-offs in `state` (rejected for `reason`, if one is named) that `user` may see of the selection."""
    seen = Handoff.objects.visible_to(user).filter(_kind_of(state), CONDITIONS[state])
    measure = DECISION if state in BY_DECISION else CONTACT
    chosen = scope.narrowed(seen, selection, OF_HANDOFFS).filter(measure.during(selection.period))
    found: HandoffQuerySet = chosen.filter(reason__code=reason) if reason else chosen  # type: ignore[assignment]
    return found.select_related("lead__account", "assignee", "team", "reason", "decided_by")


def _kind_of(state: HandoffState) -> Q:
    if state in SECOND_LOOKS:
        return Q(second_look_of__isnull=False)
    return MARKETINGS if state in BY_DECISION else HANDED_OVER


def records(handoffs: Iterable[Handoff]) -> list[HandoffRecord]:
    """The records of `handoffs`."""
    return [_record(handoff) for handoff in handoffs]


def rows(handoffs: HandoffQuerySet, state: HandoffState) -> Iterator[list[str | int]]:
    """The cells under HEADER of every hand-off, newest first, never holding more than a chunk of them."""
    zone = ZoneInfo(settings.ORGANISATION_TIME_ZONE)
    ordered = handoffs.order_by(*order_of(state).terms(backwards=False))
    for handoff in ordered.iterator(chunk_size=CHUNK):
        yield _cells(_record(handoff), zone=zone)


def _record(handoff: Handoff) -> HandoffRecord:
    lead = handoff.lead
    return HandoffRecord(
        handoff=handoff,
        lead=lead.name,
        company=lead.account.name if lead.account else "",
        to_contact=_between(handoff.captured_at, handoff.first_contact_at),
        system_delay=_between(handoff.captured_at, handoff.assigned_at),
        human_delay=_between(handoff.assigned_at, handoff.first_contact_at),
    )


def _cells(record: HandoffRecord, *, zone: ZoneInfo) -> list[str | int]:
    handoff = record.handoff
    instants = (
        *(handoff.captured_at, handoff.assigned_at, handoff.first_contact_at),
        handoff.decided_at,
    )
    spans = (record.to_contact, record.system_delay, record.human_delay)
    return [
        *(record.lead, record.company, handoff.tier, handoff.source),
        str(handoff.assignee or ""),
        str(handoff.team or ""),
        *(at.astimezone(zone).isoformat(timespec="seconds") if at else "" for at in instants),
        *(handoff.get_status_display(), str(handoff.reason or ""), handoff.note),
        *("" if span is None else round(span.total_seconds()) for span in spans),
        f"{settings.SITE_URL}{reverse('lead', args=[handoff.lead_id])}",
    ]


def _between(start: datetime | None, end: datetime | None) -> timedelta | None:
    """How long from one to the other; nothing where the other came first, as where sales calls before it takes."""
    return max(end - start, timedelta(0)) if start and end else None


def _words(span: timedelta | None) -> str:
    return "" if span is None else words(span)
