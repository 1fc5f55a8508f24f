"""A stored decision as a page tells it: each rule tried, who was considered behind it, and why so (RT-4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from routing.domain.deciding import FALLBACK


@dataclass(frozen=True)
class Considered:
    """Somebody whom a rule led to, and what became of it."""

    name: str
    text: str
    picked: bool


@dataclass(frozen=True)
class TraceStep:
    """One rule that was tried; `outcome` is "no", "on" where it went on to the next rule, or "placed"."""

    rule: str
    outcome: str
    why: str
    target: str
    people: list[Considered]


def steps(trace: Mapping[str, Any]) -> list[TraceStep]:
    """The steps in order; people of a trace that was kept without places stand at its end."""
    by_place: dict[Any, list[Considered]] = {}
    for told in trace.get("candidates", []):
        by_place.setdefault(told.get("place"), []).append(considered(told))
    found = [_step(told, by_place.pop(told.get("place", -1), [])) for told in trace.get("rules", [])]
    rest = [person for people in by_place.values() for person in people]
    if not rest:
        return found
    last = "no rule placed it" if FALLBACK in by_place else ""
    return [*found, TraceStep(last, _outcome(rest), "", "fallback pool" if last else "", rest)]


def considered(told: Mapping[str, Any]) -> Considered:
    """One candidate with the numbers that decided."""
    name = told["name"]
    if told["passed_over"]:
        return Considered(name, f"passed over, {told['passed_over']}", picked=False)
    figures = _figures(told)
    if told["picked"]:
        return Considered(name, "picked" + (f", {figures}" if figures else ""), picked=True)
    return Considered(name, "not their turn" + (f", {figures}" if figures else ""), picked=False)


def _figures(told: Mapping[str, Any]) -> str:
    if "open" in told:
        cap = f" of {told['open_cap']}" if told["open_cap"] else ""
        return f"{told['open']}{cap} open"
    if "deficit" in told:
        owed = round(told["deficit"], 2) + 0.0  # a hair under nothing is nothing, not -0.00
        return f"weight {told['weight']}, owed {owed:+.2f} turns"
    return ""


def _step(told: Mapping[str, Any], people: list[Considered]) -> TraceStep:
    outcome = _outcome(people) if told["matched"] else "no"
    return TraceStep(told["rule"], outcome, told["why"], told.get("target", ""), people)


def _outcome(people: Iterable[Considered]) -> str:
    return "placed" if any(person.picked for person in people) else "on"
