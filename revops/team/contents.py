"""What is told before chosen leads are given away or recycled, and their rows as a file (QU-9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from leads.models import Lead, Role, User
from revops import decisions
from revops.team import forms as team_forms
from revops.team import words as team_words
from revops.team.forms import MoveForm, RecycleForm
from routing import moves, queue
from routing.impacts import Impact
from routing.models import Handoff
from routing.moves import LeftAlone

HEADER = (
    "lead",
    "company",
    "tier",
    "priority",
    "source",
    "with",
    "waiting since",
    "clock",
    "due at",
    "address",
)
MOST_NAMED = 12


def moving(told: Impact, *, is_confirmed: bool) -> dict[str, Any]:
    """What giving them away would do; confirmed without the reason that it takes, that is said."""
    return {
        "kind": "move",
        "heading": team_words.heading(told),
        "to": told.to,
        "sentences": team_words.sentences(told) if told.going else [],
        "concerns": team_words.concerns(told),
        "lacks_why": is_confirmed,
        **_chosen(told.going, told.left),
    }


def recycling(
    going: Sequence[Handoff], left: Sequence[LeftAlone], form: RecycleForm, *, now: datetime
) -> dict[str, Any]:
    """The reasons to choose from, each with what it does."""
    codes = set(form.reasons.values_list("code", flat=True))
    return {
        "kind": "recycle",
        "heading": team_words.recycling(len(going)),
        "form": form,
        "reasons": [reason for reason in decisions.reasons(now=now) if reason["code"] in codes],
        **_chosen(going, left),
    }


def move_lead(lead: Lead, handoff: Handoff | None, *, viewer: User, now: datetime) -> dict[str, Any] | None:
    """The form that gives one lead away from its own page, for whoever leads; None for others, or with nobody."""
    if handoff is None or viewer.role not in (Role.MANAGER, Role.OPS) or not moves.is_in_hand(handoff, lead):
        return None
    handoff.lead = lead
    return {"token": team_forms.token_of(handoff), "form": MoveForm(by=viewer, now=now)}


def cells(going: Sequence[Handoff], *, address: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    """One row a hand-off, in the order chosen; names and figures, no address to write to."""
    clocks = queue.nearest_clocks([handoff.pk for handoff in going])
    for handoff in going:
        lead, clock = handoff.lead, clocks.get(handoff.pk)
        yield (
            lead.name,
            lead.account.name if lead.account else "",
            handoff.tier,
            handoff.priority,
            handoff.source,
            str(moves.holder_of(handoff) or ""),
            _instant(handoff.received_at or handoff.qualified_at),
            clock.get_kind_display() if clock else "",
            _instant(clock.due_at) if clock else "",
            address(lead.get_absolute_url()),
        )


def _chosen(going: Sequence[Handoff], left: Sequence[LeftAlone]) -> dict[str, Any]:
    return {
        "count": len(going),
        "named": [handoff.lead for handoff in going[:MOST_NAMED]],
        "more": max(0, len(going) - MOST_NAMED),
        "left": team_words.left_alone(left),
    }


def _instant(at: datetime) -> str:
    return timezone.localtime(at).isoformat(timespec="minutes")
