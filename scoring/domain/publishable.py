"""Says what keeps a scoring model from being published, a sentence each, with the field that it concerns (SC-13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scoring.domain import criteria
from scoring.domain.criteria import Criterion
from scoring.domain.engagement import HIGHEST
from scoring.domain.gate import Gate
from scoring.domain.model import Model
from scoring.domain.tiers import TierRow


@dataclass(frozen=True)
class Fault:
    """One thing to change: where it is edited, and the sentence that says what to change."""

    field: str
    sentence: str


def faults(model: Model) -> list[Fault]:
    """Everything that keeps `model` from being published; an empty list when nothing does."""
    return [
        *_weights("fit", model.fit),
        *_weights("urgency", model.urgency),
        *(_weights("account", model.account) if model.account else ()),
        *_gate(model.gate),
        *_tiers(model.tiers),
        *_grades(model.grades),
        *_decay(model),
        *_caps(model),
    ]


def _weights(dimension: str, rows: Sequence[Criterion]) -> Iterator[Fault]:
    for sentence in criteria.validate(rows):
        told = sentence.replace("The weights", f"{dimension.capitalize()} weights", 1)
        yield Fault(
            f"weights_{dimension}", told.replace("are no criteria", f"are no criteria of {dimension}", 1)
        )


def _gate(gate: Gate) -> Iterator[Fault]:
    for name, least in (("fit", gate.fit_at_least), ("engagement", gate.engagement_at_least)):
        if not 0 <= least <= HIGHEST:
            yield Fault(
                f"gate_{name}",
                f"The gate asks for {name} {least:g}, and {name} lies between 0 and {HIGHEST:g}.",
            )


def _tiers(rows: Sequence[TierRow]) -> Iterator[Fault]:
    """A row is never reached where an earlier one asks no more of either score, or where no score is so high."""
    for place, row in enumerate(rows):
        for name, least in (("fit", row.fit_at_least), ("urgency", row.urgency_at_least)):
            if not 0 <= least <= HIGHEST:
                yield Fault(
                    f"tier_{name}_{row.code}",
                    f"{row.label} asks for {name} {least:g}, and {name} lies between 0 and {HIGHEST:g}.",
                )
        above = next((one for one in rows[:place] if _asks_no_more(one, row)), None)
        if above:
            yield Fault(
                f"tier_fit_{row.code}",
                f"{row.label} can never be reached: {above.label} comes before it and asks for no more, "
                f"fit {above.fit_at_least:g} and urgency {above.urgency_at_least:g}.",
            )


def _asks_no_more(one: TierRow, other: TierRow) -> bool:
    return one.fit_at_least <= other.fit_at_least and one.urgency_at_least <= other.urgency_at_least


def _grades(least: tuple[float, float, float]) -> Iterator[Fault]:
    """A grade that asks for more than the one above it could never be given (SC-11)."""
    for better, worse, place in (("A", "B", 0), ("B", "C", 1)):
        if least[place] < least[place + 1]:
            yield Fault(
                f"grade_{better.lower()}",
                f"Grade {better} asks for fit {least[place]:g}, less than grade {worse}, {least[place + 1]:g}.",
            )


def _decay(model: Model) -> Iterator[Fault]:
    if not 0 < model.decay_factor <= 1:
        yield Fault("decay_factor", "The decay factor lies above 0 and at most at 1.")
    if model.inactivity_weeks < 1:
        yield Fault("inactivity_weeks", "Silence must last at least one week.")


def _caps(model: Model) -> Iterator[Fault]:
    for behaviour in model.behaviours.values():
        if behaviour.weekly_cap is not None and behaviour.weekly_cap < 0:
            yield Fault(f"cap_{behaviour.type}", f"The weekly cap of {behaviour.label} is under 0.")
