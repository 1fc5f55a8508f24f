"""Says in words what keeps a cadence from being published: days, doubles, e-mail without a text (QU-6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from routing.domain.cadence import LONGEST

CHANNELS = {"CALL": "call", "EMAIL": "e-mail", "LINKEDIN": "LinkedIn message"}


@dataclass(frozen=True)
class DraftStep:
    """A step as somebody wrote it down; the template is named by its code, empty for none."""

    day: int
    channel: str
    template: str = ""
    what: str = ""


@dataclass(frozen=True)
class Draft:
    """A cadence as somebody wrote it down: its steps, when it ends, and how long the lead then rests."""

    steps: Sequence[DraftStep]
    ends_on_day: int
    ending: str
    hold_days: int


def faults(steps: Sequence[DraftStep], *, ends_on_day: int, templates: Collection[str]) -> list[str]:
    """A sentence for each thing to change; none for a cadence that can be published."""
    found = [sentence for place, step in enumerate(steps, 1) for sentence in _of(step, place, templates)]
    if not steps:
        found.append("Add a step: a cadence without any contacts nobody.")
    found += _doubles(steps) + _backwards(steps)
    last = max((step.day for step in steps), default=0)
    if not last < ends_on_day <= LONGEST:
        found.append(f"Let it end on a day after the last step, from {last + 1} to {LONGEST}.")
    return found


def _of(step: DraftStep, place: int, templates: Collection[str]) -> Iterator[str]:
    if step.day < 0:
        yield f"Step {place} comes before day 0, on which the lead is accepted."
    if step.day > LONGEST:
        yield f"Step {place} comes after day {LONGEST}, the last that a cadence may have."
    if step.channel not in CHANNELS:
        yield f"Step {place} names no way to contact somebody: choose call, e-mail or LinkedIn."
    if step.channel == "EMAIL" and not step.template:
        yield f"Step {place} is an e-mail without a text: choose its template."
    if step.template and step.template not in templates:
        yield f"Step {place} names the template “{step.template}”, which there is not."
    if step.template and step.channel == "CALL":
        yield f"Step {place} is a call, which has no template."


def _doubles(steps: Sequence[DraftStep]) -> list[str]:
    seen: set[tuple[int, str]] = set()
    found = []
    for step in steps:
        if (step.day, step.channel) in seen:
            words = CHANNELS.get(step.channel, step.channel)
            found.append(f"Day {step.day} has two steps by {words}: leave one, or move it to another day.")
        seen.add((step.day, step.channel))
    return list(dict.fromkeys(found))


def _backwards(steps: Sequence[DraftStep]) -> list[str]:
    return [
        f"Day {later.day} stands after day {earlier.day}: put the steps in the order of their days."
        for earlier, later in pairwise(steps)
        if later.day < earlier.day
    ]
