"""What happens, and when, to a promise that nobody keeps: steps in order, warnings before it, and which make sense."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

WARN_AT = (0.5, 0.8)  # of the target (SL-16)
NEWS_FOR = timedelta(days=7)


class Action(StrEnum):
    """What a step does (SL-4)."""

    WARN = "WARN"
    NOTIFY_REP = "NOTIFY_REP"
    NOTIFY_MANAGER = "NOTIFY_MANAGER"
    REROUTE = "REROUTE"
    RECYCLE = "RECYCLE"
    NOTIFY_OPS = "NOTIFY_OPS"


LABELS = {
    Action.WARN: "warn the rep",
    Action.NOTIFY_REP: "tell the rep",
    Action.NOTIFY_MANAGER: "tell the manager",
    Action.REROUTE: "re-route to the backup, or else to the next in turn",
    Action.RECYCLE: "recycle to nurture, and tell the manager",
    Action.NOTIFY_OPS: "tell revenue operations",
}
TELLING = frozenset({Action.WARN, Action.NOTIFY_REP, Action.NOTIFY_MANAGER, Action.NOTIFY_OPS})
NEWS = TELLING - {Action.WARN}


@dataclass(frozen=True, order=True)
class Step:
    """One step, so long after the clock began, in the clock's own time."""

    after: timedelta
    action: Action


@dataclass(frozen=True)
class Problem:
    """What is wrong with the step at `place`, which counts from 0."""

    place: int
    sentence: str


def with_warnings(steps: Sequence[Step], *, target: timedelta) -> list[Step]:
    """The whole course of a clock: the warnings before its time is over, and the ladder."""
    return sorted([*(Step(target * share, Action.WARN) for share in WARN_AT), *steps])


def problems(steps: Sequence[Step], *, fresh_clock_on_reroute: bool) -> list[Problem]:
    """What is wrong with a ladder as somebody wrote it down; each step at most once."""
    found = {problem.place: problem for problem in _problems(steps, ends=_ends(fresh_clock_on_reroute))}
    return [found[place] for place in sorted(found)]


def why_too_late(action: Action, *, due_at: datetime, promise_due_at: datetime, now: datetime) -> str:
    """Why a step that comes late, after an outage, would be of no use; empty where it still is.

    A warning warns of something to come, and what was due a week ago is no news; whatever moves the lead is always
    done.
    """
    if action == Action.WARN and now >= promise_due_at:
        return "noticed when the time was over already, so nobody was warned"
    if action in NEWS and now - due_at > NEWS_FOR:
        return "noticed more than a week later, so nobody was told"
    return ""


def _ends(fresh_clock_on_reroute: bool) -> dict[Action, str]:  # noqa: FBT001 - a fact about the clock
    """After which actions nothing can follow, and why."""
    ends = {Action.RECYCLE: "Nothing can follow a recycling: it closes the hand-off and stops its clocks."}
    if fresh_clock_on_reroute:
        ends[Action.REROUTE] = (
            "Nothing can follow a re-routing here: the next rep gets a fresh clock, which climbs from the first step."
        )
    return ends


def _problems(steps: Sequence[Step], *, ends: dict[Action, str]) -> Iterator[Problem]:
    """Later ones of the same place win, so the plainest come last."""
    for place, (before, step) in enumerate(pairwise(steps), start=1):
        if step.after < before.after:
            yield Problem(place, "It is due before the step above it: put the steps in the order of time.")
    closed = ""
    for place, step in enumerate(steps):
        if closed:
            yield Problem(place, closed)
        closed = closed or ends.get(step.action, "")
    for place, step in enumerate(steps):
        if step in steps[:place]:
            yield Problem(place, "The same step stands above already.")
        if step.after <= timedelta(0):
            yield Problem(place, "A step comes some time after the clock began, so not at 0.")
