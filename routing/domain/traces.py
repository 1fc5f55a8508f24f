"""Writes a decision down so that it can be read, searched and made again from what was written (RT-4)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from leads.json_text import json_text
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


class Texts:
    """Writes very many decisions of one version down, as JSON: what `written` says, and what they share once.

    It is for decisions in which only the counters of a pool's members differ from one to the next.
    """

    def __init__(self) -> None:
        self._rules: dict[tuple[object, ...], tuple[Verdict, str]] = {}
        self._members: defaultdict[int, dict[int, _Member]] = defaultdict(dict)
        self._named: dict[tuple[object, ...], str] = {}

    def of(self, verdict: Verdict, facts: Mapping[str, object]) -> str:
        """The text of one decision."""
        told = [text for step in verdict.steps for text in self._candidates(step)]
        rules = self._told_of_rules(verdict)
        return f'{{"facts":{json_text(facts)},"rules":{rules},"candidates":[{",".join(told)}]}}'

    def _told_of_rules(self, verdict: Verdict) -> str:
        """By the trials, which stay as long as the verdict that is kept with the text."""
        same = tuple([(id(step.trial), step.picked is None) for step in verdict.steps])
        found = self._rules.get(same)
        if found is None:
            rules = [_rule(step) for step in verdict.steps if step.rule.place != FALLBACK]
            found = self._rules[same] = (verdict, json_text(rules))
        return found[1]

    def _candidates(self, step: Step) -> list[str]:
        if not step.candidates:
            return []
        if step.rule.method is not Method.TURNS:
            return [self._other(step, each) for each in step.candidates]
        members, picked, texts = self._members[step.rule.place], step.picked, []
        for one in step.candidates:
            known = members.get(one.id)
            if (
                known is None
                or known.since is not one.last_received_at
                or known.passed_over != one.passed_over
            ):
                known = members[one.id] = _member(step, one)
            texts.append(f"{known.picked if one is picked else known.left}{one.deficit!r}}}")
        return texts

    def _other(self, step: Step, one: Candidate) -> str:
        """Of whom a rule names, only who it is; of whom is found by their load, what they have."""
        if step.rule.method is Method.LEAST_LOADED:
            return json_text(_candidate(step, one))
        told = (step.rule.place, one.id, one.user, one.name, one.passed_over, one is step.picked)
        if told not in self._named:
            self._named[told] = json_text(_candidate(step, one))
        return self._named[told]


class _Member(NamedTuple):
    """What is told of a member of a pool up to the deficit, for as long as what it tells of stays so."""

    since: datetime | None
    passed_over: str
    picked: str
    left: str


def _member(step: Step, one: Candidate) -> _Member:
    told = _candidate(step, one)
    rest = json_text({name: told[name] for name in told if name not in ("picked", "deficit")})[:-1]
    ends = (f'{rest},"picked":{word},"deficit":' for word in ("true", "false"))
    return _Member(one.last_received_at, one.passed_over, *ends)


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
