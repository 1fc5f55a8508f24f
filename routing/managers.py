"""Whom to tell about a team: its managers, or those above it; revenue operations where there is nobody."""

from __future__ import annotations

from leads.models import Role, Team, User
from leads.remembering import remembered


@remembered
def managers_of(team: Team | None) -> list[User]:
    """The managers of the team or of the nearest team above it; revenue operations where there is none."""
    leading = list(User.objects.filter(is_active=True, role__in=[Role.MANAGER, Role.OPS]))
    while team is not None:
        found = [one for one in leading if one.role == Role.MANAGER and one.team_id == team.pk]
        if found:
            return found
        team = team.parent
    return [one for one in leading if one.role == Role.OPS]


@remembered
def operations() -> list[User]:
    """Everybody in revenue operations."""
    return list(User.objects.filter(is_active=True, role=Role.OPS))
