"""Reads hand-offs as they were known when they were made, and what became of them: nothing recorded later (SC-15).

Facts are those that the hand-off itself kept, fit, engagement and urgency the scores that it was made with; the
company's and the person's records of today are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.db.models.fields.json import KeyTransform

from leads.domain.stages import Stage
from leads.facts import VOCABULARY
from leads.models import Opportunity
from routing.models import Handoff, RejectionReason
from routing.models.handoff import HandoffQuerySet
from scoring.domain.outcomes import Outcome, Passage, Target, outcome_of

CHUNK = 2000
Status = Handoff.Status
Deal = Opportunity.Status
COLUMNS = (
    "pk",
    "lead_id",
    "qualified_at",
    "decided_at",
    "status",
    "engagement",
    "urgency",
    "facts",
    "lead__stage",
    "is_duplicate",
    "is_first",
    "won",
    "lost",
    "has_open_deal",
    "bought_before",
)


@dataclass(frozen=True)
class HandoffRow:
    """One hand-off: what was known at `qualified_at`, and its outcome, or why it is left out."""

    handoff_id: int
    lead_id: int
    qualified_at: datetime
    facts: Mapping[str, object]
    engagement: float
    urgency: float
    outcome: Outcome


def handed_over(*, since: datetime | None, until: datetime) -> HandoffQuerySet:
    """The passages from marketing to sales of a period, half open."""
    found = Handoff.objects.filter(kind=Handoff.Kind.QUALIFIED, qualified_at__lt=until)
    return found if since is None else found.filter(qualified_at__gte=since)


def read(handoffs: HandoffQuerySet, target: Target) -> Iterator[HandoffRow]:
    """Each of `handoffs` with its outcome for `target`, oldest first: one read, a chunk at a time."""
    rows = _with_what_followed(handoffs).order_by("qualified_at", "pk").values(*COLUMNS)
    for row in rows.iterator(chunk_size=CHUNK):
        yield HandoffRow(
            handoff_id=row["pk"],
            lead_id=row["lead_id"],
            qualified_at=row["qualified_at"],
            facts={name: value for name, value in (row["facts"] or {}).items() if name in VOCABULARY},
            engagement=row["engagement"],
            urgency=row["urgency"],
            outcome=outcome_of(_passage(row, target), target),
        )


def _passage(row: Mapping[str, Any], target: Target) -> Passage:
    """What outcome is judged by. A decision no later than the hand-off was taken in afterwards, facts and all."""
    decided_before = row["decided_at"] is not None and row["decided_at"] <= row["qualified_at"]
    return Passage(
        accepted=row["status"] == Status.ACCEPTED,
        rejected=row["status"] == Status.REJECTED,
        stage=Stage(row["lead__stage"]),
        won=row["won"],
        lost=row["lost"],
        has_open_deal=row["has_open_deal"],
        is_first=row["is_first"],
        is_duplicate=row["is_duplicate"],
        is_known_afterwards=decided_before or (target is Target.WON and row["bought_before"]),
        has_snapshot=row["facts"] is not None,
    )


def _with_what_followed(handoffs: HandoffQuerySet) -> HandoffQuerySet:
    deals = Opportunity.objects.filter(lead=OuterRef("lead"))
    closed_since = deals.filter(closed_at__gt=OuterRef("qualified_at"))
    earlier = Handoff.objects.filter(
        Q(qualified_at__lt=OuterRef("qualified_at"))
        | Q(qualified_at=OuterRef("qualified_at"), pk__lt=OuterRef("pk")),
        lead=OuterRef("lead"),
        kind=Handoff.Kind.QUALIFIED,
    )
    return handoffs.annotate(
        facts=KeyTransform("facts", "explanation"),
        is_first=~Exists(earlier),
        is_duplicate=Q(lead__merged_into__isnull=False)
        | Q(reason__outcome=RejectionReason.Outcome.MERGE, reason__isnull=False),
        won=Exists(closed_since.filter(status=Deal.WON)),
        lost=Exists(closed_since.filter(status=Deal.LOST)),
        has_open_deal=Exists(deals.filter(status=Deal.OPEN)),
        bought_before=Exists(deals.filter(status=Deal.WON, closed_at__lte=OuterRef("qualified_at"))),
    )
