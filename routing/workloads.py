"""What each rep holds and receives, and whether they can receive now, in as many reads however many reps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from routing import reps
from routing.models import Absence, Handoff, Rep


@dataclass(frozen=True)
class Workload:
    """A rep with their load; `why_not` is empty when they can receive now."""

    rep: Rep
    pools: list[str]
    open: int
    this_week: int
    away_until: datetime | None
    why_not: str


def workloads(listed: QuerySet[Rep], *, now: datetime) -> list[Workload]:
    """The load of every rep of `listed`, in its order."""
    rows = list(listed)
    prefetch_related_objects(rows, "memberships__pool")
    counts = _counts(rows, now=now)
    away = _away(rows, now=now)
    why_not = reps.why_not_receiving(rows, now=now)
    return [
        Workload(
            rep=rep,
            pools=sorted(member.pool.name for member in rep.memberships.all()),
            open=counts.get(rep.user_id, {}).get("open", 0),
            this_week=counts.get(rep.user_id, {}).get("this_week", 0),
            away_until=away.get(rep.pk),
            why_not=why_not[rep.pk],
        )
        for rep in rows
    ]


def _counts(rows: Sequence[Rep], *, now: datetime) -> Mapping[int, Mapping[str, int]]:
    """By user id: hand-offs open, and those received since Monday in the rep's own zone."""
    this_week = Q(pk__in=[])
    for rep in rows:
        this_week |= Q(assignee=rep.user_id, received_at__gte=reps.start_of_week(rep, now))
    still_open = Q(status=Handoff.Status.OPEN)
    counted = (
        Handoff.objects.filter(assignee__in=[rep.user_id for rep in rows])
        .filter(this_week | still_open)
        .values("assignee")
        .annotate(open=Count("id", filter=still_open), this_week=Count("id", filter=this_week))
    )
    return {row["assignee"]: {"open": row["open"], "this_week": row["this_week"]} for row in counted}


def _away(rows: Sequence[Rep], *, now: datetime) -> dict[int, datetime]:
    """By rep id, until when they are away now."""
    current = Absence.objects.filter(rep__in=rows, starts_at__lte=now, ends_at__gt=now)
    return dict(current.order_by("ends_at").values_list("rep_id", "ends_at"))
