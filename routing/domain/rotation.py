"""Weighted round robin by a deficit counter: over any run each rep is within one turn of its share (RT-5).

That holds for equal weights in any pool, and for weights of 1 to 4 in pools of up to seven; nobody is ever a turn
ahead, and in large pools of very unequal weights somebody may fall a little more than a turn behind for a while.

On each assignment everybody eligible earns weight / Σ weights and the receiver pays 1; next is the largest deficit,
then the longest wait, then the id. Who is absent or full earns nothing, so nothing floods back. (Deficit round
robin: Shreedhar and Varghese, 1996, with turns in the place of bytes.)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Candidate:
    """A pool member as the rotation sees it; `passed_over` says why they cannot receive now, or is empty."""

    id: int
    name: str
    weight: int
    deficit: float
    last_received_at: datetime | None
    passed_over: str = ""


@dataclass(frozen=True)
class Turn:
    """Who is next, and everybody's deficit after this turn."""

    receiver: Candidate
    deficits: Mapping[int, float]


def next_turn(candidates: Sequence[Candidate]) -> Turn | None:
    """The next receiver among those who can receive; None when nobody can."""
    eligible = [candidate for candidate in candidates if not candidate.passed_over]
    if not eligible:
        return None
    whole = sum(candidate.weight for candidate in eligible)
    earned = {candidate.id: candidate.deficit + candidate.weight / whole for candidate in eligible}
    receiver = min(eligible, key=lambda c: (-round(earned[c.id], 9), c.last_received_at or NEVER, c.id))
    return Turn(receiver, {**earned, receiver.id: earned[receiver.id] - 1})


@dataclass(frozen=True)
class Load:
    """What a rep holds and received, beside their caps; None is no cap."""

    today: int
    this_week: int
    open: int
    daily_cap: int | None
    weekly_cap: int | None
    open_cap: int | None


def why_passed_over(*, is_active: bool, is_away: bool, load: Load) -> str:
    """Why a rep cannot receive now, in words; empty when they can (RT-3, RT-6)."""
    if not is_active:
        return "no longer active"
    if is_away:
        return "away"
    for count, cap, name in (
        (load.today, load.daily_cap, "today"),
        (load.this_week, load.weekly_cap, "this week"),
        (load.open, load.open_cap, "open"),
    ):
        if cap is not None and count >= cap:
            return f"full: {count} {name}, cap {cap}"
    return ""
