"""The order of the queue: breached first with the best tier on top, then the least share of the clock left (QU-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

NO_TIER = 9
TIER_ORDER = {"T1": 1, "T2": 2, "T3": 3}


@dataclass(frozen=True)
class Waiting:
    """What decides a hand-off's place."""

    share_left: float
    tier: str
    urgency: float
    since: datetime


def place(waiting: Waiting) -> tuple[int, float, int, float, datetime]:
    """A key that sorts most urgent first; a breached T1 stands above everything."""
    tier = TIER_ORDER.get(waiting.tier, NO_TIER)
    if waiting.share_left <= 0:
        return (0, tier, 0, -waiting.urgency, waiting.since)
    return (1, round(waiting.share_left, 3), tier, -waiting.urgency, waiting.since)


def chip(waiting: Waiting, clock_text: str) -> str:
    """The reason for the place, in a few words: "T1, 2 min left"."""
    return f"{waiting.tier}, {clock_text}" if waiting.tier else clock_text
