"""Measures, for one month, what marketing and sales owe each other: each as a count of a base, with its records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from leads.models import User
from reports import acceptance, compliance, handoff_records
from reports.domain.acceptance import Acceptance
from reports.domain.compliance import Figures
from reports.domain.selection import Selection
from reports.handoff_records import HandoffState


@dataclass(frozen=True)
class Month:
    """What happened in a month, in the numbers of the scorecard."""

    handed_over: int
    incomplete: int
    clocks: dict[str, Figures]
    decided: Acceptance
    reasoned: int
    lapsed: int


def measure(selection: Selection, *, user: User, now: datetime) -> Month:
    """The month of the selection, of what `user` may see."""
    captured = handoff_records.selected(selection, HandoffState.CAPTURED, user=user)
    rejected = handoff_records.selected(selection, HandoffState.REJECTED, user=user)
    incomplete = Count("pk", filter=handoff_records.INCOMPLETE)
    found = captured.order_by().aggregate(handed_over=Count("pk"), incomplete=incomplete)
    return Month(
        handed_over=found["handed_over"],
        incomplete=found["incomplete"],
        clocks=compliance.by_kind(selection, user=user, now=now),
        decided=acceptance.total(acceptance.decisions(selection, user=user)),
        reasoned=rejected.filter(~Q(reason=None)).count(),
        lapsed=handoff_records.selected(selection, HandoffState.LAPSED, user=user).count(),
    )
