"""Says what keeps a scoring model from being published, a sentence each, with the place where it is edited (SC-13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from leads.domain import conditions
from leads.domain.conditions import InvalidCondition, Vocabulary
from scoring.domain import criteria, reach
from scoring.domain.criteria import Criterion
from scoring.domain.engagement import HIGHEST, Behaviour
from scoring.domain.gate import Gate
from scoring.domain.model import DIMENSIONS, OPTIONAL, Model
from scoring.domain.tiers import TierRow, rank

SIGNALS, TIERS, GATE, FADING, GRADES = "signals", "tiers", "gate", "fading", "grades"
"""The parts of a model that are not criteria; criteria are parts by the names of their scores."""


@dataclass(frozen=True)
class Fault:
    """One thing to change: the part and field where it is edited, of which criterion, and what to change."""

    part: str
    field: str
    sentence: str
    criterion: str = ""


def faults(model: Model, *, vocabularies: Mapping[str, Vocabulary]) -> list[Fault]:
    """Everything that keeps `model` from being published; conditions may ask about the score's own vocabulary."""
    return [
        *(
            fault
            for dimension in DIMENSIONS
            if dimension not in OPTIONAL or model.criteria(dimension)
            for fault in _criteria(dimension, model.criteria(dimension), vocabularies[dimension])
        ),
        *_gate(model.gate, model),
        *_tiers(model),
        *_fading(model),
        *_grades(model),
        *(fault for each in model.behaviours.values() for fault in _signal(each, model.tiers)),
    ]


def _criteria(dimension: str, rows: Sequence[Criterion], vocabulary: Vocabulary) -> Iterator[Fault]:
    if not rows:
        yield Fault(dimension, "weights", f"There are no criteria of {dimension}.")
        return
    for sentence in criteria.faults_together(rows):
        yield Fault(
            dimension, "weights", sentence.replace("The weights", f"{dimension.capitalize()} weights", 1)
        )
    for row in rows:
        for sentence in criteria.faults_of(row):
            yield Fault(dimension, "label", sentence, row.code)
        for level, sentence in {**criteria.faults_of_levels(row), **_unclear(row, vocabulary)}.items():
            yield Fault(dimension, f"level_{level}", sentence, row.code)


def _unclear(row: Criterion, vocabulary: Vocabulary) -> dict[int, str]:
    """The levels whose conditions the vocabulary does not know, or no longer."""
    found = {}
    for level in row.levels:
        try:
            conditions.parse(conditions.dump(level.when), vocabulary)
        except InvalidCondition as unclear:
            found[level.level] = f"Level {level.level} of {criteria.name_of(row)}: {unclear}"
    return found


def _gate(gate: Gate, model: Model) -> Iterator[Fault]:
    """Nobody passes what asks for more than the criteria, or the signals under their caps, can bring."""
    yield from _threshold(Fault(GATE, "gate_fit", "The gate"), "fit", gate.fit_at_least, model=model)
    least = gate.engagement_at_least
    if not 0 <= least <= HIGHEST:
        sentence = f"The gate asks for engagement {least:g}, and engagement lies between 0 and {HIGHEST:g}."
        yield Fault(GATE, "gate_engagement", sentence)
    elif least > (most := reach.highest_engagement(model)):
        yield Fault(
            GATE,
            "gate_engagement",
            f"Nobody can pass: the gate asks for engagement {least:g}, and signals under their weekly caps bring "
            f"at most {most:.4g}, week after week.",
        )


def _threshold(who: Fault, score: str, least: float, *, model: Model) -> Iterator[Fault]:
    """A threshold out of bounds or out of reach; `who` says where it stands, and who asks."""
    asks = f"{who.sentence} asks for {score} {least:g}"
    if not 0 <= least <= HIGHEST:
        yield Fault(who.part, who.field, f"{asks}, and {score} lies between 0 and {HIGHEST:g}.")
    elif model.criteria(score) and least > (most := reach.highest(model, score)):
        yield Fault(
            who.part, who.field, f"{asks}, and under these criteria {score} comes to at most {most:.4g}."
        )


def _tiers(model: Model) -> Iterator[Fault]:
    """A row is never reached where an earlier one asks no more of either score, or where no score is so high."""
    codes = [row.code for row in model.tiers]
    for place, row in enumerate(model.tiers):
        if codes.index(row.code) < place:
            yield Fault(TIERS, f"code_{row.code}", f"Two tiers have the code {row.code}.")
        for score, least in (("fit", row.fit_at_least), ("urgency", row.urgency_at_least)):
            who = Fault(TIERS, f"{score}_{row.code}", row.label or row.code)
            yield from _threshold(who, score, least, model=model)
        above = next((one for one in model.tiers[:place] if _asks_no_more(one, row)), None)
        if above:
            yield Fault(
                TIERS,
                f"fit_{row.code}",
                f"{row.label} can never be reached: {above.label} comes before it and asks for no more, "
                f"fit {above.fit_at_least:g} and urgency {above.urgency_at_least:g}.",
            )


def _asks_no_more(one: TierRow, other: TierRow) -> bool:
    return one.fit_at_least <= other.fit_at_least and one.urgency_at_least <= other.urgency_at_least


def _fading(model: Model) -> Iterator[Fault]:
    if not 0 < model.decay_factor <= 1:
        yield Fault(FADING, "decay_factor", "The decay factor lies above 0 and at most at 1.")
    if model.inactivity_weeks < 1:
        yield Fault(FADING, "inactivity_weeks", "Silence must last at least one week.")
    if model.urgency_window_days < 1:
        yield Fault(FADING, "urgency_window_days", "Urgency must look back at least one day.")


def _grades(model: Model) -> Iterator[Fault]:
    """A grade that asks for more than the one above it could never be given (SC-11)."""
    for better, worse, place in (("A", "B", 0), ("B", "C", 1)):
        least, next_least = model.grades[place : place + 2]
        if least < next_least:
            sentence = f"Grade {better} asks for fit {least:g}, less than grade {worse}, {next_least:g}."
            yield Fault(GRADES, f"grade_{better.lower()}", sentence)
    if not 0 <= model.icp_fit <= HIGHEST:
        yield Fault(GRADES, "icp_fit", f"An ideal customer’s fit lies between 0 and {HIGHEST:g}.")


def _signal(behaviour: Behaviour, tiers: Sequence[TierRow]) -> Iterator[Fault]:
    if behaviour.weekly_cap is not None and behaviour.weekly_cap < 0:
        yield Fault(SIGNALS, f"cap_{behaviour.type}", f"The weekly cap of {behaviour.label} is under 0.")
    if behaviour.depth_multiplier <= 0:
        yield Fault(
            SIGNALS,
            f"multiplier_{behaviour.type}",
            f"{behaviour.label} is multiplied by {behaviour.depth_multiplier:g} a depth; "
            "give a number above 0, or 1 for no difference.",
        )
    if behaviour.minimum_tier and rank(tiers, behaviour.minimum_tier) == len(tiers):
        yield Fault(
            SIGNALS,
            f"minimum_{behaviour.type}",
            f"{behaviour.label} promises tier {behaviour.minimum_tier}, and there is no such tier.",
        )
