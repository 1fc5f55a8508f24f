"""The definitions page: every stage and every word that counts, from the live configuration (LC-14)."""

from __future__ import annotations

from dataclasses import dataclass

from leads import revenue_cycle
from leads.domain.stages import Stage
from leads.money import money
from leads.revenue_cycle import Cycle
from reports import agreement
from reports.agreement import Agreement
from reports.domain.definitions import Definition
from routing.domain.durations import in_words
from routing.models import ClockKind

GUARDS = {
    Stage.MQL: (ClockKind.DELIVERY, ClockKind.FIRST_RESPONSE, ClockKind.REVIEW),
    Stage.SAL: (ClockKind.FOLLOW_UP, ClockKind.MEETING),
    Stage.SQL: (ClockKind.MEETING_REVIEW,),
}
"""The clocks that run while a lead stands at a stage."""


@dataclass(frozen=True)
class StageMeaning:
    """One stage: its names, what it means, whose it is, by when something must happen, and what others reach."""

    stage: str
    label: str
    demand_label: str
    meaning: str
    owner: str
    kind: str
    promises: list[str]
    benchmark: str


@dataclass(frozen=True)
class Glossary:
    """The whole page."""

    words: list[Definition]
    stages: list[StageMeaning]
    agreement: Agreement

    @property
    def has_benchmarks(self) -> bool:
        """Whether any stage has one."""
        return any(stage.benchmark for stage in self.stages)


def read() -> Glossary:
    """The definitions as the configuration of this moment makes them."""
    found = agreement.read()
    cycle = revenue_cycle.read()
    return Glossary(_words(found, cycle), [_stage(stage, cycle, found) for stage in Stage], found)


def _words(found: Agreement, cycle: Cycle) -> list[Definition]:
    parts = "; ".join(found.gate)
    return [
        Definition(
            "MQL",
            f"A lead that passed the gate of scorecard version {found.scorecard}: {parts}. A request of its own, such "
            "as a demo, passes with a real e-mail address alone.",
        ),
        Definition("SAL", "An MQL that sales accepted. Whoever accepted it owns it."),
        Definition(
            "SQL", "A SAL whose meeting is booked: discovery is scheduled or done, the opportunity drafted."
        ),
        Definition(
            "Pipeline",
            f"Open opportunities in discovery or later that close within {cycle.pipeline_months} months, of "
            f"{money(cycle.pipeline_from)} or more.",
        ),
        Definition(
            "Sourced",
            "The SAL came from an MQL that marketing’s scoring made and sales accepted. A deal is counted once.",
        ),
        Definition(
            "Influenced",
            "A touch of marketing on the account within 90 days before or after the opportunity was created. A deal "
            "is counted once in every total.",
        ),
    ]


def _stage(stage: Stage, cycle: Cycle, found: Agreement) -> StageMeaning:
    profile = cycle.profiles[stage]
    guards = GUARDS.get(stage, ())
    promises = [_range(clock) for clock in found.clocks if clock.kind in guards]
    if profile.longest_rest is not None:
        promises.append(f"languishes after {in_words(profile.longest_rest)} without any movement")
    names = [profile.label, profile.demand_label]
    name = cycle.label(stage)
    return StageMeaning(
        stage=stage.value,
        label=name,
        demand_label=next((each for each in names if each != name), name),
        meaning=profile.meaning,
        owner=profile.owner,
        kind=profile.kind.value,
        promises=promises,
        benchmark=profile.benchmark,
    )


def _range(clock: agreement.Clock) -> str:
    """First response: 5 min to 24 h."""
    first, last = clock.promises[0].within, clock.promises[-1].within
    within = first if first == last else f"{first} to {last}"
    return f"{clock.label.lower()} within {within}"
