"""How a lead's scores came about, at any date: engagement derived from its touches, fit from its stored changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from leads.models import Lead, Merge, Signal
from leads.prepared import Given, Query
from scoring import scorecards
from scoring.domain import ledger
from scoring.domain.engagement import Touch
from scoring.domain.ledger import Came, Line, Took
from scoring.domain.model import Model
from scoring.domain.weeks import week_of
from scoring.models import FitChange, Scorecard
from scoring.scores import Standing

CHANGES = Query(
    lambda: FitChange.objects.filter(lead=Given("lead")).select_related("scorecard").order_by("at", "id")
)
MERGES = Query(lambda: Merge.objects.filter(survivor=Given("lead"), undone_at__isnull=True).order_by("at"))


@dataclass(frozen=True)
class FitLine:
    """Fit from an instant on, and what moved it there ('' for the first)."""

    at: datetime
    value: float
    change: float
    cause: str
    version: int | None


@dataclass(frozen=True)
class Ledger:
    """Every change of engagement and of fit, oldest first; each adds up to its score at any instant."""

    engagement: tuple[Line, ...]
    fit: tuple[FitLine, ...]
    versions: tuple[Took, ...]

    def engagement_at(self, at: datetime) -> Decimal:
        """Engagement at an instant: the sum of the lines until then."""
        return ledger.score_at(self.engagement, at)

    def fit_at(self, at: datetime) -> float | None:
        """Fit at an instant; None before the lead was known."""
        return next((line.value for line in reversed(self.fit) if line.at <= at), None)

    def model_at(self, at: datetime) -> Model:
        """The version that scored at an instant."""
        return ledger.in_force(self.versions, at)


def of(lead: Lead, standing: Standing, *, epoch: int, now: datetime, was_merged: bool = True) -> Ledger:
    """The ledger of `lead` up to `now`, where its scores stand as `standing` says.

    `was_merged` is False where it is known that no other lead was ever merged into it.
    """
    versions, zone = published(), settings.ORGANISATION_TIME_ZONE
    came = _came(lead, zone) if was_merged else []
    own = Counter(standing.evidence.touches) - Counter(touch for one in came for touch in one.touches)
    lines = ledger.ledger(own.elements(), versions, until=now, zone=zone, epoch=epoch, came=came)
    return Ledger(lines, tuple(_fit(lead, standing, now=now)), versions)


def published() -> tuple[Took, ...]:
    """Every version that ever scored, in the order in which they took over."""
    versions = Scorecard.objects.filter(published_at__isnull=False).order_by("published_at", "version")
    return tuple(
        Took(version.published_at, scorecards.load(version)) for version in versions if version.published_at
    )


def _came(lead: Lead, zone: str) -> list[Came]:
    """What came over from leads that this one answers for now, each at the time of its merge."""
    merges = [(one.at, one.touches) for one in MERGES.all(lead=lead.pk)]
    if not merges:
        return []
    rows = Signal.objects.filter(lead=lead, pk__in=[pk for _, brought in merges for pk in brought])
    touches = {
        pk: Touch(kind, at, week_of(at, zone), depth)
        for pk, kind, at, depth in rows.values_list("id", "type_id", "occurred_at", "depth")
    }
    return [Came(at, tuple(touches[pk] for pk in brought if pk in touches)) for at, brought in merges]


def _fit(lead: Lead, standing: Standing, *, now: datetime) -> Iterator[FitLine]:
    """The first fit is what the first change moved from; what is not yet stored is told as of now."""
    changes = CHANGES.all(lead=lead.pk)
    today = standing.now.fit
    kept = today if standing.before is None else standing.before.fit
    yield FitLine(lead.created_at, changes[0].before if changes else kept, 0.0, "", None)
    for change in changes:
        moved = change.after - change.before
        yield FitLine(change.at, change.after, moved, change.get_cause_display(), change.scorecard.version)
    if today != kept:
        yield FitLine(now, today, today - kept, FitChange.Cause.FACTS.label, standing.model.version)
