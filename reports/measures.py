"""What is rolled up: each measure declared once, by the rows it counts, their instant, columns and span."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import (
    BooleanField,
    DateTimeField,
    DurationField,
    Exists,
    Expression,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce, TruncDate

from reports import packing
from reports.clock_states import MET
from reports.domain.compliance import TOP_TIER
from reports.domain.periods import Period
from reports.domain.speed import ASSIGNED_WITHIN, CONTACT_WITHIN, TOP_TIER_CONTACT_WITHIN
from reports.packing import Facts
from routing.models import Clock, ClockKind, Handoff, OutboundProposal
from routing.models.clock import ClockQuerySet
from routing.models.handoff import HandoffQuerySet

VERSION = 4
"""Raise it where a measure's meaning changes: what was counted before is then counted anew."""

Rows = QuerySet[Any]
NOTHING = Value("")
MARKETINGS = Q(kind=Handoff.Kind.QUALIFIED, second_look_of__isnull=True)
"""Marketing's hand-offs to sales; a second look at one is the same lead again, and counted apart (LC-17)."""
UNDONE = Exists(
    OutboundProposal.objects.filter(handoff=OuterRef("pk"), status=OutboundProposal.Status.UNDONE)
)
HANDED_OVER = MARKETINGS & ~(Q(status=Handoff.Status.RECALLED) & Q(UNDONE))
"""Those that were, without the approvals of outbound calls that were undone before anybody decided."""
OF_CLOCKS = {"tier": "tier", "rep": "holder_id", "team": "team_id", "source": "handoff__source"}
OF_HANDOFFS = {"tier": "tier", "rep": "assignee_id", "team": "team_id", "source": "source"}
FILTERED = ("tier", "team", "rep", "source")


@dataclass(frozen=True)
class Measure:
    """Facts at an instant, each good or bad, each with a span; `rows` selects those that are decided."""

    name: str
    at: str
    columns: dict[str, str]
    good: Q
    span: Expression
    rows: Callable[[], ClockQuerySet | HandoffQuerySet]
    detail: Expression = NOTHING

    def during(self, period: Period) -> Q:
        """The rows whose instant lies in the period."""
        return Q(**{f"{self.at}__gte": period.starts_at, f"{self.at}__lt": period.ends_at})


def facts_of(measure: Measure, rows: Rows, *, zone: str) -> Facts:
    """`rows` of the measure as facts; days begin in `zone`."""
    found = rows.order_by().values_list(
        *(F(measure.columns[name]) for name in FILTERED),
        measure.detail,
        TruncDate(measure.at, tzinfo=ZoneInfo(zone)),
        ExpressionWrapper(measure.good, output_field=BooleanField()),
        measure.span,
    )
    return packing.of_rows(list(found))


def recipe() -> str:
    """How the buckets of today are counted: by which version of the measures, and where a day begins."""
    return f"{VERSION}:{settings.ORGANISATION_TIME_ZONE}"


def _span(start: str, end: str) -> Expression:
    return ExpressionWrapper(F(end) - F(start), output_field=DurationField())


def _within(target: timedelta, start: str, end: str) -> Q:
    latest = ExpressionWrapper(F(start) + Value(target), output_field=DateTimeField())
    return Q(**{f"{end}__lte": latest})


def _of_clocks(kind: str) -> Measure:
    """The stopped clocks of a kind, at their start: good when stopped in time, their span from start to stop.

    Those of a hand-off that was recalled are none: a trigger lets its weeks be counted again.
    """
    return Measure(
        name=kind,
        at="started_at",
        columns=OF_CLOCKS,
        good=MET,
        span=_span("started_at", "stopped_at"),
        rows=lambda: Clock.objects.that_stand().filter(kind=kind, stopped_at__isnull=False),
    )


def _of_handoffs(
    name: str, at: str, span: tuple[str, str], *, good: Q, among: Q, detail: Expression = NOTHING
) -> Measure:
    """Hand-offs to sales that have both ends of the span."""
    return Measure(
        name=name,
        at=at,
        columns=OF_HANDOFFS,
        good=good,
        span=_span(*span),
        rows=lambda: Handoff.objects.filter(among),
        detail=detail,
    )


ASSIGNED, CONTACTED = Q(assigned_at__isnull=False), Q(first_contact_at__isnull=False)
IS_TOP = Q(tier=TOP_TIER)
CONTACT_SPAN = ("captured_at", "first_contact_at")

CONTACT = _of_handoffs(
    "CONTACT",
    "captured_at",
    CONTACT_SPAN,
    good=(IS_TOP & _within(TOP_TIER_CONTACT_WITHIN, *CONTACT_SPAN))
    | (~IS_TOP & _within(CONTACT_WITHIN, *CONTACT_SPAN)),
    among=HANDED_OVER & CONTACTED,
)
ASSIGNMENT = _of_handoffs(
    "ASSIGNMENT",
    "captured_at",
    ("captured_at", "assigned_at"),
    good=_within(ASSIGNED_WITHIN, "captured_at", "assigned_at"),
    among=HANDED_OVER & ASSIGNED,
)
TOUCH = _of_handoffs(
    "TOUCH",
    "captured_at",
    ("assigned_at", "first_contact_at"),
    good=_within(CONTACT_WITHIN, "assigned_at", "first_contact_at"),
    among=HANDED_OVER & ASSIGNED & CONTACTED,
)
DECISION = _of_handoffs(
    "DECISION",
    "decided_at",
    ("qualified_at", "decided_at"),
    good=Q(status=Handoff.Status.ACCEPTED),
    among=MARKETINGS & Q(status__in=[Handoff.Status.ACCEPTED, Handoff.Status.REJECTED]),
    detail=Coalesce("reason__code", NOTHING),
)
CLOCKS = {kind: _of_clocks(kind) for kind in ClockKind.values}
MEASURES = {measure.name: measure for measure in (*CLOCKS.values(), CONTACT, ASSIGNMENT, TOUCH, DECISION)}
