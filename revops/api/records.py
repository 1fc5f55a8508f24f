"""Rows as the API shows them: leads with their scores of today, hand-offs, and figures of promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from leads.domain.identity import InvalidEmail, normalise_email
from leads.domain.stages import Stage
from leads.models import Lead
from leads.models.lead import LeadQuerySet
from reports.divisions import Divided
from reports.domain.compliance import Figures
from reports.domain.selection import Selection
from revops.api.schemas import CompanyOut, HandoffOut, Kept, KeptGroup, KeptWeek, LeadOut, ServiceLevels
from routing.models import Handoff
from routing.models.handoff import HandoffQuerySet
from scoring import scores
from scoring.models import Score


def narrowed_leads(
    found: LeadQuerySet,
    *,
    email: str,
    stage: Stage | None,
    tier: str,
    owner: str,
    created_since: datetime | None,
) -> LeadQuerySet:
    """Those of the leads that were asked for."""
    if email:
        found = found.filter(email_key=_key(email))
    if stage:
        found = found.at_stage(stage)
    if tier:
        found = found.filter(tier=tier)
    if owner:
        found = found.filter(owner__email=owner)
    return found.filter(created_at__gte=created_since) if created_since else found


def narrowed_handoffs(
    found: HandoffQuerySet,
    *,
    status: str | None,
    assignee: str,
    lead: int | None,
    qualified_since: datetime | None,
) -> HandoffQuerySet:
    """Those of the hand-offs that were asked for."""
    if status:
        found = found.filter(status=status)
    if assignee:
        found = found.filter(assignee__email=assignee)
    if lead is not None:
        found = found.filter(lead_id=lead)
    return found.filter(qualified_at__gte=qualified_since) if qualified_since else found


def leads(rows: Sequence[Lead], *, now: datetime) -> list[LeadOut]:
    """The leads with what they are worth at `now`; their company, owner, team and score were read with them."""
    state = scores.decay_state() if rows else None

    def shown(lead: Lead) -> LeadOut:
        score: Score | None = getattr(lead, "score", None)
        engagement = scores.engagement_of(score, state=state, now=now) if score and state else None
        return LeadOut(
            id=lead.pk,
            email=lead.email,
            first_name=lead.first_name,
            last_name=lead.last_name,
            title=lead.title,
            country=lead.country,
            company=_company(lead),
            stage=lead.stage,
            tier=lead.tier,
            fit=round(score.fit) if score else None,
            engagement=None if engagement is None else round(engagement),
            urgency=round(score.urgency) if score else None,
            owner=lead.owner.email if lead.owner else None,
            team=lead.team.name if lead.team else None,
            merged_into=lead.merged_into_id,
            created_at=lead.created_at,
            url=settings.SITE_URL + lead.get_absolute_url(),
        )

    return [shown(lead) for lead in rows]


def handoffs(rows: Sequence[Handoff]) -> list[HandoffOut]:
    """The hand-offs; whom they name was read with them."""
    return [
        HandoffOut(
            id=row.pk,
            lead=row.lead_id,
            kind=row.kind,
            status=row.status,
            tier=row.tier,
            priority=row.priority,
            source=row.source,
            assignee=row.assignee.email if row.assignee else None,
            team=row.team.name if row.team else None,
            because=row.because,
            qualified_at=row.qualified_at,
            assigned_at=row.assigned_at,
            first_contact_at=row.first_contact_at,
            decided_at=row.decided_at,
            decided_by=row.decided_by.email if row.decided_by else None,
            reason=row.reason.code if row.reason else None,
        )
        for row in rows
    ]


def service_levels(selection: Selection, found: Divided) -> ServiceLevels:
    """The figures of a selection."""
    groups: Any = {
        name: [KeptGroup(key=one.key, label=one.label, **_kept(one.figures)) for one in rows]
        for name, rows in found.groups.items()
    }
    return ServiceLevels(
        kind=selection.kind,
        since=selection.period.first,
        until=selection.period.last,
        zone=selection.period.zone,
        total=Kept(**_kept(found.total)),
        weeks=[KeptWeek(week=week, **_kept(figures)) for week, figures in sorted(found.weeks.items())],
        groups=groups,
    )


def _kept(figures: Figures) -> dict[str, Any]:
    counts = asdict(figures)
    elapsed = counts.pop("elapsed")
    spans = {f"{name}_seconds": _seconds(span) for name, span in elapsed.items()}
    return {**counts, "rate": figures.rate, **spans}


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def _company(lead: Lead) -> CompanyOut | None:
    account = lead.account
    return CompanyOut(id=account.pk, name=account.name, domain=account.domain) if account else None


def _key(email: str) -> str:
    """The address as leads are kept by; one that is none finds nobody."""
    try:
        return normalise_email(email).key
    except InvalidEmail:
        return ""
