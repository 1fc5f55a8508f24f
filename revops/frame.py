"""What every page shows around its content: the viewer's sections, notifications, theme and time zone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest
from django.urls import reverse

from leads import notices
from leads.compiled import Asked, counted
from leads.models import CompanyQuestion, Role, User
from routing.models import Doubt

UNREAD = "unread"
COUNTED = (UNREAD, "doubts", "matches")
TOLD = "frame_counts"

# A section of the top bar, and the pages in it: (label, name of the address); the first is where it begins.
Pages = tuple[tuple[str, str], ...]
QUEUE: Pages = (("Queue", "queue"),)
DAY: Pages = (("My day", "day"),)
LEADS: Pages = (("Leads", "leads"), ("Accounts", "accounts"))
DUPLICATES, MATCHES = ("Duplicates", "duplicates"), ("Company names", "matches")
DEALS: Pages = (("List", "opportunities"), ("Board", "opportunity-board"))
DEALS_AND_LISTS: Pages = (*DEALS, ("Stages and reasons", "deal-lists"))
NURTURE, CADENCES, DAYS = ("Nurture", "nurture"), ("Cadences", "cadences"), ("Days", "day")
REPORTS: Pages = (
    ("Promises kept", "service-level-report"),
    ("Speed to lead", "speed-report"),
    ("Acceptance", "acceptance-report"),
    ("Both sides", "scorecard-report"),
    ("Agreement", "service-level-agreement"),
    ("Definitions", "definitions"),
)
SCORING: Pages = (
    ("Scorecards", "scorecards"),
    ("Calibration", "calibration"),
    ("Review", "scoring-review"),
)
TEAM = ("Who holds what", "team")
RULES, REPS = ("Rules", "rules"), ("Reps", "reps")
POOLS, DECISIONS = ("Pools", "pools"), ("Decisions", "decisions")
TERRITORIES = ("Territories", "territories")
OUTBOUND = ("Outbound", "outbound")
SIMULATOR = ("Simulator", "rules-simulator")
LEFT_BEHIND = ("Left behind", "left-behind")
PROMISES, REASONS = ("Promises", "service-levels"), ("Rejection reasons", "reasons")
ENRICHMENT = ("Enrichment", "enrichment")
IMPORTS: Pages = (("Imports", "imports"), ("Forms", "hosted-forms"))
OPERATIONS: Pages = (
    ("Jobs", "jobs"),
    ("Sources", "sources"),
    ("Dead letters", "dead-letters"),
    ("Webhooks", "webhooks"),
    ("Audit", "audit"),
    ("Not to be contacted", "suppressions"),
    ("People", "people"),
    ("Doubts", "doubts"),
)

ROUTING: Pages = (RULES, SIMULATOR, DECISIONS, TERRITORIES, POOLS, REPS, OUTBOUND, LEFT_BEHIND)
SECTIONS: dict[str, tuple[tuple[str, Pages], ...]] = {
    Role.SDR: (("Queue", QUEUE), ("My day", DAY), ("Leads", LEADS), ("Opportunities", DEALS)),
    Role.AE: (("Queue", QUEUE), ("My day", DAY), ("Leads", LEADS), ("Opportunities", (*DEALS, OUTBOUND))),
    Role.CSM: (("Leads", LEADS), ("Opportunities", DEALS)),
    Role.MANAGER: (
        ("Queue", QUEUE),
        ("Team", (TEAM, DAYS, REPS, TERRITORIES, POOLS, DECISIONS, OUTBOUND, LEFT_BEHIND)),
        ("Leads", (*LEADS, DUPLICATES)),
        ("Opportunities", DEALS_AND_LISTS),
        ("Reports", REPORTS),
        ("Scoring", SCORING),
    ),
    Role.MARKETER: (
        ("Leads", LEADS),
        ("Opportunities", DEALS_AND_LISTS),
        ("Reports", REPORTS),
        ("Scoring", SCORING),
        ("Nurture", (NURTURE, CADENCES)),
        ("Imports", IMPORTS),
    ),
    Role.OPS: (
        ("Queue", QUEUE),
        ("Team", (TEAM,)),
        ("Leads", (*LEADS, DUPLICATES, MATCHES)),
        ("Opportunities", DEALS_AND_LISTS),
        ("Reports", REPORTS),
        ("Scoring", SCORING),
        ("Routing", ROUTING),
        ("Promises", (PROMISES, REASONS, CADENCES, NURTURE)),
        ("Imports", (*IMPORTS, ENRICHMENT)),
        ("Operations", OPERATIONS),
    ),
    Role.VIEWER: (
        ("Leads", LEADS),
        ("Opportunities", DEALS_AND_LISTS),
        ("Reports", REPORTS),
        ("Scoring", SCORING),
        ("Routing", ROUTING),
        ("Promises", (PROMISES, REASONS, CADENCES, NURTURE)),
    ),
}


@dataclass(frozen=True)
class Link:
    """One link of the top bar, or of the tabs under it."""

    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True)
class Frame:
    """The frame around a page."""

    sections: list[Link]
    tabs: list[Link]
    unread_notifications: int
    notifications_url: str
    theme: str
    time_zone: str
    role: str


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` for base.html."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"frame": Frame([], [], 0, "", User.Theme.AUTO, "UTC", "")}
    waiting = getattr(request, TOLD, None) or _waiting(user)
    sections, tabs = navigation(user, request.path, waiting)
    return {
        "frame": Frame(
            sections=sections,
            tabs=tabs,
            unread_notifications=waiting[UNREAD],
            notifications_url=reverse("notifications"),
            theme=user.theme,
            time_zone=user.time_zone,
            role=user.get_role_display(),
        )
    }


def beside(user: User) -> dict[str, Asked]:
    """What the frame counts for `user`, for a page that asks the database something anyway and may `tell` it."""
    counts = {UNREAD: counted(notices.waiting(user))}
    if user.is_ops:
        counts |= {
            "doubts": counted(Doubt.objects.open()),
            "matches": counted(CompanyQuestion.objects.open()),
        }
    return counts


def tell(request: HttpRequest, found: Mapping[str, Any]) -> None:
    """Keep what the page has found of `beside` until its frame is made, which need not ask then."""
    setattr(request, TOLD, {name: found[name] for name in COUNTED if name in found})


def navigation(
    user: User, path: str, waiting: Mapping[str, int] | None = None
) -> tuple[list[Link], list[Link]]:
    """The sections of the viewer's role, and the pages of the section that `path` lies in, where it has several.

    `waiting` says, by name of the address, how many things wait there, where the caller has read it already.
    """
    waiting = _waiting(user) if waiting is None else waiting
    found = [
        (label, [(name, reverse(address), waiting.get(address) or None) for name, address in pages])
        for label, pages in SECTIONS[user.role]
    ]
    here = _here(path, [[url for _, url, _ in links] for _, links in found])
    sections, tabs = [], []
    for at, (label, links) in enumerate(found):
        counted = sum(filter(None, (count for _, _, count in links))) or None
        sections.append(Link(label, links[0][1], current=at == here, count=counted))
        if at == here and len(links) > 1:
            open_one = _page_of(path, [url for _, url, _ in links])
            tabs = [Link(name, url, current=url == open_one, count=count) for name, url, count in links]
    return sections, tabs


def _here(path: str, sections: list[list[str]]) -> int | None:
    """Which section `path` lies in: by one of its pages, or by their folder, as lists behind figures do."""
    longest = max(sections, key=lambda urls: len(_page_of(path, urls)), default=[])
    if _page_of(path, longest):
        return sections.index(longest)
    folder = path[: path.find("/", 1) + 1]
    near = (at for at, urls in enumerate(sections) if folder and any(url.startswith(folder) for url in urls))
    return next(near, None)


def _page_of(path: str, urls: list[str]) -> str:
    """The page that `path` is, or is a part of."""
    return max((url for url in urls if path.startswith(url)), key=len, default="")


def _waiting(user: User) -> dict[str, int]:
    """By name, how many notifications and other things wait for the viewer; one read."""
    asked = beside(user)
    values = [value for _, parameters in asked.values() for value in parameters]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sql for sql, _ in asked.values())}", values)
        return dict(zip(asked, cursor.fetchone(), strict=True))
