"""Who could take a meeting: the account executives, whoever is nearest to the lead first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leads.models import Lead, Role, User
from routing.models import Rep
from routing.reps import why_not_receiving


@dataclass(frozen=True)
class Executive:
    """Somebody who could take the meeting, and why they should not, if so."""

    user: User
    why_not: str


def for_lead(lead: Lead, *, now: datetime) -> list[Executive]:
    """The account executives, those who can take leads first; among them the account's own, then the team's."""
    executives = Rep.objects.filter(user__role=Role.AE, user__is_active=True, is_active=True)
    reps = list(executives.select_related("user__team").order_by("user__name", "pk"))
    why_not = why_not_receiving(reps, now=now)
    found = [Executive(rep.user, why_not[rep.pk]) for rep in reps]
    return sorted(found, key=lambda one: _distance(one, lead))


def _distance(executive: Executive, lead: Lead) -> tuple[bool, bool, bool]:
    account_owner = lead.account.owner_id if lead.account else None
    return (
        bool(executive.why_not),
        executive.user.pk != account_owner,
        executive.user.team_id != lead.team_id,
    )
