"""A month replayed on a draft as its page shows it: per rep before and after, and what would go elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from leads.models import BackgroundRun, User
from routing.models import Handoff

SIZE, CHUNK = 50, 1000
LONGEST_PLACE = 9
HEADER = (
    "handed over at",
    "lead",
    "e-mail",
    "company",
    "received by",
    "by today's rules",
    "rule today",
    "by the draft",
    "rule of the draft",
)


@dataclass(frozen=True)
class RepRow:
    """What one rep really received, would by today's rules, and would by the draft."""

    user: int
    name: str
    team: str
    real: int
    today: int
    draft: int

    @property
    def difference(self) -> int:
        return self.draft - self.today


@dataclass(frozen=True)
class Elsewhere:
    """A hand-off that the draft would give to another rule's receiver."""

    handoff: Handoff
    today: str
    draft: str
    rule_today: str
    rule_draft: str


@dataclass(frozen=True)
class Month:
    """The page's part; an address is empty where the list ends."""

    reps: list[RepRow]
    unassigned: RepRow
    rules: list[tuple[str, int]]
    elsewhere: list[Elsewhere]
    how_many: int
    newer_url: str
    older_url: str


def of(run: BackgroundRun, asked: Mapping[str, str]) -> Month:
    """The answer of a finished run, with one page of what would go elsewhere."""
    result = run.result or {}
    moved = result["elsewhere"]
    place = asked.get("from", "")
    first = min(int(place), len(moved)) if place.isdecimal() and len(place) < LONGEST_PLACE else 0
    return Month(
        reps=[RepRow(*row) for row in result["reps"]],
        unassigned=RepRow(0, "", "", *result["unassigned"]),
        rules=[(name, count) for name, count in result["rules"]],
        elsewhere=list(_told(moved[first : first + SIZE])),
        how_many=len(moved),
        newer_url=f"?from={max(first - SIZE, 0)}#elsewhere" if first else "",
        older_url=f"?from={first + SIZE}#elsewhere" if first + SIZE < len(moved) else "",
    )


def rows(run: BackgroundRun) -> Iterator[list[str]]:
    """What would go elsewhere, a line each, read in batches."""
    moved = (run.result or {})["elsewhere"]
    for first in range(0, len(moved), CHUNK):
        for told in _told(moved[first : first + CHUNK]):
            handoff = told.handoff
            yield [
                timezone.localtime(handoff.qualified_at).isoformat(timespec="minutes"),
                handoff.lead.name,
                handoff.lead.email,
                str(handoff.lead.account or ""),
                str(handoff.assignee or ""),
                told.today,
                told.rule_today,
                told.draft,
                told.rule_draft,
            ]


def _told(moved: Any) -> Iterator[Elsewhere]:
    """With names in place of ids; whoever has been deleted since is left out."""
    handoffs = Handoff.objects.select_related("lead__account", "assignee").defer("explanation")
    found = handoffs.in_bulk([one[0] for one in moved])
    people = User.objects.in_bulk({user for one in moved for user in one[1:3]})
    for pk, before, after, rule_today, rule_draft in moved:
        if pk in found:
            today, draft = (str(people.get(user, "") or "unassigned") for user in (before, after))
            yield Elsewhere(found[pk], today, draft, rule_today or "none", rule_draft or "none")
