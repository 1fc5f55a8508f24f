"""What was refused of each sender's calls in the last seven days, and why; tells operations once a day of many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db.models import Count, F, Max, Min, QuerySet, Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.domain.notices import Kind as NoticeKind
from leads.domain.refusals import OTHER
from leads.models import RefusedCalls, Role, Source, User
from leads.outbox import Message, tell_each
from revops.api.problem_kinds import KEY_IS_MISSING, KINDS, Kind

DAYS = 7
MANY = 20
"""Refused of one sender in a day: operations are told."""
BY_NAME: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in KINDS})


@dataclass(frozen=True)
class Line:
    """One reason for which calls were refused: how often, on how many days, from when to when."""

    kind: Kind
    field: str
    is_known: bool  # whose calls they were
    times: int
    refused: int  # of them, those that stand in no line before
    days: int
    first_at: datetime
    last_at: datetime

    @property
    def why(self) -> str:
        """The reason, as operations see it."""
        if self.kind is not KEY_IS_MISSING:
            return self.kind.title
        return _("The key was revoked.") if self.is_known else _("No key, or none of a source.")

    @property
    def is_other_field(self) -> bool:
        """Whether a field was wrong that the schema does not know."""
        return self.field == OTHER


def counts(*, now: datetime) -> dict[int | None, int]:
    """How much was refused of each source in the last seven days; under None, of callers whom nobody knows."""
    rows = _lately(now).order_by().values_list("source").annotate(Sum("refused"))
    return dict(rows)


def lines(source: Source | None, *, now: datetime) -> list[Line]:
    """Why it was refused in the last seven days, the latest first; without a source, of callers whom nobody knows."""
    rows = _lately(now).filter(source=source).order_by().values("kind", "field")
    found = rows.annotate(
        n=Sum("times"),
        refusals=Sum("refused"),
        days=Count("refused_on"),
        since=Min("first_at"),
        until=Max("last_at"),
    ).order_by("-until", "kind", "field")
    return [
        Line(
            kind=BY_NAME[row["kind"]],
            field=row["field"],
            is_known=source is not None,
            times=row["n"],
            refused=row["refusals"],
            days=row["days"],
            first_at=row["since"],
            last_at=row["until"],
        )
        for row in found
        if row["kind"] in BY_NAME
    ]


def context(source: Source | None, *, now: datetime) -> dict[str, Any]:
    """What `_refused_calls.html` shows: the lines, and how much was refused altogether."""
    found = lines(source, now=now)
    return {"refused": found, "refused_count": sum(line.refused for line in found)}


def watch(*, now: datetime) -> int:
    """Tell operations, once a day and source, of whose calls many were refused today; returns of how many sources."""
    today = RefusedCalls.objects.filter(refused_on=now.date(), source__isnull=False).order_by()
    by_source = today.values("source_id", name=F("source__name"))
    found = list(by_source.annotate(n=Sum("refused"), since=Min("first_at")).filter(n__gte=MANY))
    if found:
        people = list(User.objects.filter(is_active=True, role=Role.OPS))
        tell_each([(people, _message(row, day=now.date())) for row in found], now=now)
    return len(found)


def _lately(now: datetime) -> QuerySet[RefusedCalls]:
    return RefusedCalls.objects.filter(refused_on__gt=now.date() - timedelta(days=DAYS))


def _message(row: Mapping[str, Any], *, day: date) -> Message:
    text = f"{row['n']:,} since {row['since']:%H:%M} UTC. Its page says why; the sender has to change it."
    return Message(
        key=f"refused-calls:{row['source_id']}:{day}",
        title=f"Calls of “{row['name']}” are refused",
        text=text,
        path=f"{reverse('source', args=[row['source_id']])}#refused",
        kind=NoticeKind.FAULT,
    )
