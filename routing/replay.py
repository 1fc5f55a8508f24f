"""Makes a decision again from its stored version and its stored input, to prove that they give the same pick (P16)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing import books
from routing.domain import deciding, traces
from routing.models import Handoff


@dataclass(frozen=True)
class Replay:
    """What came of deciding again: who would receive, by what, and whether every step was the same."""

    is_same: bool
    receiver: str
    because: str


class CannotReplay(Exception):
    """The decision was not written down whole; the message says why."""


def replay(handoff: Handoff) -> Replay:
    """Decide again by the hand-off's version of the rules and nothing but what was written. Raises CannotReplay."""
    trace = handoff.explanation
    if not traces.is_whole(trace):
        raise CannotReplay(
            "This decision was made before decisions were kept whole, or outside of the rules."
        )
    version = handoff.rule_set
    rows = version.rules.order_by("position").select_related("pool", "rep__user")
    rules = [books.as_rule(row, place) for place, row in enumerate(rows, start=1)]
    considered = traces.candidates_at(trace)
    verdict = deciding.decide(
        [*rules, deciding.fallback()], trace["facts"], lambda rule: considered.get(rule.place, ())
    )
    again = traces.written(verdict, trace["facts"])
    picked = verdict.placed.picked if verdict.placed else None
    return Replay(
        is_same=_essence(again) == _essence(trace),
        receiver=picked.name if picked else "",
        because=verdict.because,
    )


def _essence(trace: Mapping[str, Any]) -> tuple[list[Any], list[Any]]:
    """What was decided at each step; not how pools and people are called today."""
    rules = [(told["place"], told["matched"], told["why"]) for told in trace["rules"]]
    people = [(told["place"], told["id"], told["picked"]) for told in trace["candidates"]]
    return rules, people
