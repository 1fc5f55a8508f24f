"""What every page shows around its content: the viewer's sections, notifications, theme and time zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from leads.models import Notification, Role, User

QUEUE = ("Queue", "queue")
LEADS = ("Leads", "leads")
SERVICE_LEVELS = ("Service levels", "service-level-report")
SCORECARDS = ("Scorecards", "scorecards")
RULES = ("Routing", "rules")
REPS = ("Reps", "reps")
PROMISES = ("Promises", "service-levels")
REASONS = ("Reasons", "reasons")
DEAD_LETTERS = ("Dead letters", "dead-letters")
AUDIT = ("Audit", "audit")

SECTIONS: dict[str, tuple[tuple[str, str], ...]] = {
    Role.SDR: (QUEUE, LEADS),
    Role.AE: (QUEUE, LEADS),
    Role.CSM: (LEADS,),
    Role.MANAGER: (QUEUE, LEADS, SERVICE_LEVELS, REPS),
    Role.MARKETER: (LEADS, SERVICE_LEVELS, SCORECARDS),
    Role.OPS: (QUEUE, LEADS, SERVICE_LEVELS, SCORECARDS, RULES, REPS, PROMISES, REASONS, DEAD_LETTERS, AUDIT),
    Role.VIEWER: (LEADS, SERVICE_LEVELS, SCORECARDS, RULES, REPS, PROMISES, REASONS),
}


@dataclass(frozen=True)
class Section:
    """One link of the top bar."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Frame:
    """The frame around a page."""

    sections: list[Section]
    unread_notifications: int
    notifications_url: str
    theme: str
    time_zone: str
    role: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` for base.html."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"frame": Frame([], 0, "", User.Theme.AUTO, "UTC", "")}
    unread = Notification.objects.filter(user=user, read_at__isnull=True).count()
    return {
        "frame": Frame(
            sections=sections_of(user, request.path),
            unread_notifications=unread,
            notifications_url=reverse("notifications"),
            theme=user.theme,
            time_zone=user.time_zone,
            role=user.get_role_display(),
        )
    }


def sections_of(user: User, path: str) -> list[Section]:
    """The sections of the viewer's role, the one that `path` lies in marked."""
    links = [(label, reverse(name)) for label, name in SECTIONS[user.role]]
    return [Section(label, url, current=path.startswith(url)) for label, url in links]
