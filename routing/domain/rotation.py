"""Weighted round robin by a deficit counter: over any run each rep is within one turn of its share (RT-5).

On each assignment everybody eligible earns weight / Σ weights and the receiver pays 1. Next is whoever's share runs
out of time first, among those to whom at least 1 / (2k − 2) of a turn is owed, k being how many are eligible: this is
the solution of the chairman assignment problem by R. Tijdeman (Discrete Mathematics 32, 1980, 323–330), and keeps
everybody within 1 − 1 / (2k − 2) turns of their share in a stable pool, which the largest deficit alone does not.
Equal claims go to the longest wait, then to the lowest id. For equal weights this is the largest deficit.

Who is absent or full earns nothing, so nothing floods back. Where comings and goings left more than one owed too
much, the most owed is served first; where nobody is owed enough, the least ahead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

NEVER = datetime.min.replace(tzinfo=UTC)
DIGITS = 9  # deficits that differ by less are the same: they are sums of fractions
HALF = 5e-10  # of the last digit: what is nearer to nothing than this is nothing


@dataclass(slots=True)
class Candidate:
    """Somebody whom a rule leads to; `passed_over` says why they cannot receive now, or is empty.

    In a pool `id` is the membership's, elsewhere the person's; `open` and `open_cap` are counted where load decides.
    Nothing here changes one; it is not frozen, for whoever routes very many leads counts on in place.
    """

    id: int
    name: str
    weight: int
    deficit: float
    last_received_at: datetime | None
    passed_over: str = ""
    user: int = 0
    open: int = 0
    open_cap: int | None = None

    @property
    def since(self) -> datetime:
        """Since when they wait for a lead."""
        return self.last_received_at or NEVER


class Turn(NamedTuple):
    """Who is next, what everybody earned by this turn, and everybody's deficit after it."""

    receiver: Candidate
    shares: Mapping[int, float]
    deficits: Mapping[int, float]


def next_turn(candidates: Sequence[Candidate]) -> Turn | None:
    """The next receiver among those who can receive; None when nobody can."""
    eligible = [candidate for candidate in candidates if not candidate.passed_over]
    if not eligible:
        return None
    whole = sum(candidate.weight for candidate in eligible)
    shares = {candidate.id: candidate.weight / whole for candidate in eligible}
    owed = {candidate.id: candidate.deficit + shares[candidate.id] for candidate in eligible}
    receiver = _next(eligible, shares, owed)
    return Turn(receiver, shares, {**owed, receiver.id: owed[receiver.id] - 1})


def least_loaded(candidates: Sequence[Candidate]) -> Candidate | None:
    """Who has the most room: open work by open cap, or by weight where somebody has no cap; takes no turn (RT-2)."""
    eligible = [candidate for candidate in candidates if not candidate.passed_over]
    capped = all(candidate.open_cap for candidate in eligible)

    def load(candidate: Candidate) -> float:
        return candidate.open / ((candidate.open_cap if capped else candidate.weight) or 1)

    return min(eligible, key=lambda each: (load(each), each.since, each.id), default=None)


def _next(eligible: Sequence[Candidate], shares: Mapping[int, float], owed: Mapping[int, float]) -> Candidate:
    margin = 1 / (2 * len(eligible) - 2) if len(eligible) > 1 else 0.0
    overdue = [each for each in eligible if owed[each.id] - 1 + margin >= HALF]
    entitled = [] if overdue else [each for each in eligible if owed[each.id] - margin > -HALF]
    if not entitled:
        return min(overdue or eligible, key=lambda c: (-round(owed[c.id], DIGITS), c.since, c.id))
    left = [(1 - margin - owed[each.id]) / shares[each.id] for each in entitled]
    soonest = round(min(left), DIGITS)
    nearly = soonest + 4 * HALF
    first = [
        each
        for each, time in zip(entitled, left, strict=True)
        if time < nearly and round(time, DIGITS) == soonest
    ]
    return min(first, key=lambda each: (each.since, each.id)) if len(first) > 1 else first[0]


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
    full = (f"full: {count} {name}, cap {cap}" for count, cap, name in _counted(load) if count >= cap)
    return next(full, "")


def passed_caps(load: Load, *, more: int) -> list[str]:
    """The caps that so many more hand-offs would pass, in words: "17 open, cap 15"."""
    return [f"{count + more} {name}, cap {cap}" for count, cap, name in _counted(load) if count + more > cap]


def _counted(load: Load) -> list[tuple[int, int, str]]:
    """What is counted against each cap that there is."""
    counted = (
        (load.today, load.daily_cap, "today"),
        (load.this_week, load.weekly_cap, "this week"),
        (load.open, load.open_cap, "open"),
    )
    return [(count, cap, name) for count, cap, name in counted if cap is not None]
