"""Writes a decision down so that it can be read, searched and made again from what was written (RT-4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from routing.domain.deciding import FALLBACK, Step, Verdict
from routing.domain.matching import Method
from routing.domain.rotation import Candidate


def written(verdict: Verdict, facts: Mapping[str, object]) -> dict[str, Any]:
    """The facts, every rule tried, everybody considered with what decided, and the pick; plain data."""
    return {
        "facts": dict(facts),
        "rules": [_rule(step) for step in verdict.steps if step.rule.place != FALLBACK],
        "candidates": [_candidate(step, each) for step in verdict.steps for each in step.candidates],
    }


def is_whole(trace: Mapping[str, Any]) -> bool:
    """Whether enough was written to decide again; what was decided before this was kept is not."""
    told = [*trace.get("rules", ()), *trace.get("candidates", ())]
    return bool(told) and all("place" in each for each in told)


def candidates_at(trace: Mapping[str, Any]) -> dict[int, Sequence[Candidate]]:
    """Whom each rule led to, by the rule's place, as they stood then."""
    found: dict[int, list[Candidate]] = {}
    for told in trace["candidates"]:
        found.setdefault(told["place"], []).append(_read(told))
    return dict(found)


def _rule(step: Step) -> dict[str, Any]:
    rule = step.rule
    return {
        "place": rule.place,
        "rule": rule.name,
        "matched": step.trial.matched,
        "why": step.why,
        "target": rule.target,
    }


def _candidate(step: Step, candidate: Candidate) -> dict[str, Any]:
    told: dict[str, Any] = {
        "place": step.rule.place,
        "id": candidate.id,
        "user": candidate.user,
        "name": candidate.name,
        "passed_over": candidate.passed_over,
        "picked": step.picked is candidate,
    }
    if step.rule.method in (Method.TURNS, Method.LEAST_LOADED):
        since = candidate.last_received_at
        told |= {"weight": candidate.weight, "since": since.isoformat() if since else None}
    if step.rule.method is Method.TURNS:
        told["deficit"] = candidate.deficit
    if step.rule.method is Method.LEAST_LOADED:
        told |= {"open": candidate.open, "open_cap": candidate.open_cap}
    return told


def _read(told: Mapping[str, Any]) -> Candidate:
    since = told.get("since")
    return Candidate(
        id=told["id"],
        name=told["name"],
        weight=told.get("weight", 1),
        deficit=told.get("deficit", 0.0),
        last_received_at=datetime.fromisoformat(since) if since else None,
        passed_over=told["passed_over"],
        user=told["user"],
        open=told.get("open", 0),
        open_cap=told.get("open_cap"),
    )
