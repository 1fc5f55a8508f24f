"""Whom to tell about a team: its managers, or those above it; revenue operations where there is nobody."""

from __future__ import annotations

from leads.models import Role, Team, User
from leads.remembering import remembered


@remembered
def managers_of(team: Team | None) -> list[User]:
    """The managers of the team or of the nearest team above it; revenue operations where there is none."""
    active = User.objects.filter(is_active=True)
    while team is not None:
        found = list(active.filter(team=team, role=Role.MANAGER))
        if found:
            return found
        team = team.parent
    return operations()


@remembered
def operations() -> list[User]:
    """Everybody in revenue operations."""
    return list(User.objects.filter(is_active=True, role=Role.OPS))
