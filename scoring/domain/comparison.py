"""Tells in words where two scoring models differ: every weight, level, signal, tier and threshold (SC-13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scoring.domain.criteria import Criterion
from scoring.domain.engagement import Behaviour
from scoring.domain.model import DIMENSIONS, Model
from scoring.domain.publishable import FADING, GATE, GRADES, SIGNALS, TIERS
from scoring.domain.tiers import TierRow
from scoring.domain.words import ACTIONS, DEPTHS, REQUESTS, level_in_words

NOTHING = "\N{EN DASH}"
CRITERIA_TITLES = {name: name.capitalize() for name in DIMENSIONS}
TITLES: Mapping[str, str] = {
    **CRITERIA_TITLES,
    SIGNALS: "Signals",
    TIERS: "Tiers",
    GATE: "Gate to sales",
    FADING: "Fading",
    GRADES: "Grades and ideal customers",
}
"""The parts of a model, in the order in which a page tells them."""


@dataclass(frozen=True)
class Change:
    """One difference: the part of the model, what it is about, and how either model has it."""

    part: str
    label: str
    one: str
    other: str

    @property
    def sentence(self) -> str:
        """The change in one line: "Company size, weight: 25 → 20", "Budget added: weight 10; …"."""
        if self.one == NOTHING:
            return f"{self.label} added: {self.other}"
        if self.other == NOTHING:
            return f"{self.label} removed"
        return f"{self.label}: {self.one} \N{RIGHTWARDS ARROW} {self.other}"


@dataclass(frozen=True)
class _Item:
    """One thing of a model that has a name, and what it says by aspect."""

    name: str
    says: Mapping[str, str]

    def __str__(self) -> str:
        return "; ".join(f"{aspect} {text}" for aspect, text in self.says.items() if aspect != "name")


@dataclass(frozen=True)
class _Part:
    """The things of one part by their codes; in the parts where it counts, their order counts too."""

    name: str
    items: Mapping[str, _Item] = field(default_factory=dict)
    ordered: bool = False


def compare(one: Model, other: Model) -> list[Change]:
    """Every difference between two models, part by part; an empty list where they score alike."""
    pairs = zip(_parts(one), _parts(other), strict=True)
    return [change for first, second in pairs for change in _changes(first, second)]


def by_part(changes: Iterable[Change]) -> list[tuple[str, list[Change]]]:
    """The changes under the titles of their parts; parts without changes are left out."""
    grouped: dict[str, list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.part, []).append(change)
    return [(title, grouped[part]) for part, title in TITLES.items() if part in grouped]


def in_one_line(changes: Sequence[Change], *, longest: int = 480) -> str:
    """The changes as one text; what does not fit is counted."""
    told, left = "", len(changes)
    for change in changes:
        more = f"; {change.sentence}" if told else change.sentence
        if len(told) + len(more) > longest:
            break
        told, left = told + more, left - 1
    if not left:
        return told
    return f"{told}; and {left} more" if told else f"{left} changes"


def _changes(one: _Part, other: _Part) -> Iterator[Change]:
    codes = [*one.items, *(code for code in other.items if code not in one.items)]
    for code in codes:
        yield from _of_item(one.name, one.items.get(code), other.items.get(code))
    if other.ordered:
        shared = one.items.keys() & other.items.keys()
        if _order(one, shared) != _order(other, shared):
            yield Change(one.name, f"{TITLES[one.name]}, order", _names(one), _names(other))


def _of_item(part: str, one: _Item | None, other: _Item | None) -> Iterator[Change]:
    if one is None or other is None:
        name = (one or other or _Item("", {})).name
        yield Change(part, name, str(one) if one else NOTHING, str(other) if other else NOTHING)
        return
    for aspect in [*one.says, *(aspect for aspect in other.says if aspect not in one.says)]:
        before, after = one.says.get(aspect, NOTHING), other.says.get(aspect, NOTHING)
        if before != after:
            yield Change(part, f"{other.name}, {aspect}" if other.name else aspect, before, after)


def _order(part: _Part, shared: Collection[str]) -> list[str]:
    return [code for code in part.items if code in shared]


def _names(part: _Part) -> str:
    return ", ".join(item.name for item in part.items.values())


def _parts(model: Model) -> list[_Part]:
    return [
        *(_criteria(name, model.criteria(name)) for name in DIMENSIONS),
        _Part(SIGNALS, {kind: _signal(row) for kind, row in sorted(model.behaviours.items())}),
        _Part(TIERS, {row.code: _tier(row) for row in model.tiers}, ordered=True),
        _Part(GATE, {GATE: _gate(model)}),
        _Part(FADING, {FADING: _fading(model)}),
        _Part(GRADES, {GRADES: _grades(model)}),
    ]


def _criteria(name: str, rows: Iterable[Criterion]) -> _Part:
    return _Part(name, {row.code: _criterion(row) for row in rows}, ordered=True)


def _criterion(row: Criterion) -> _Item:
    levels = {}
    for level in sorted(row.levels, key=lambda level: -level.level):
        told = level_in_words(level)
        levels[f"level {told.level}"] = f"{told.label}: {told.when}"
    unknown = {"unknown counts as": f"level {row.unknown_level}"}
    return _Item(row.label, {"name": row.label, "weight": f"{row.weight:g}", **levels, **unknown})


def _signal(row: Behaviour) -> _Item:
    cap = "no cap" if row.weekly_cap is None else f"{row.weekly_cap:g}"
    return _Item(
        row.label,
        {
            "points": f"{row.points:g}",
            "at most a week": cap,
            "times per depth": f"{row.depth_multiplier:g}",
            "depth": DEPTHS[row.depth] or "none",
            "asks for": REQUESTS[row.request] or "nothing",
            "straight to sales": _yes_or_no(row.hand_raise),
            "tier at least": row.minimum_tier or "none",
        },
    )


def _tier(row: TierRow) -> _Item:
    return _Item(
        row.label,
        {
            "name": row.label,
            "fit at least": f"{row.fit_at_least:g}",
            "urgency at least": f"{row.urgency_at_least:g}",
            "then": ACTIONS.get(row.action, row.action),
        },
    )


def _gate(model: Model) -> _Item:
    gate = model.gate
    return _Item(
        "Gate",
        {
            "fit at least": f"{gate.fit_at_least:g}",
            "engagement at least": f"{gate.engagement_at_least:g}",
            "days since the last signal at most": f"{gate.signal_within_days:g}",
            "only target persons": _yes_or_no(gate.needs_target_person),
        },
    )


def _fading(model: Model) -> _Item:
    return _Item(
        "",
        {
            "Engagement keeps each week": f"{model.decay_factor:g}",
            "Weeks of silence until engagement restarts": f"{model.inactivity_weeks}",
            "Days that urgency looks back": f"{model.urgency_window_days}",
        },
    )


def _grades(model: Model) -> _Item:
    thresholds = zip("ABC", model.grades, strict=True)
    says = {f"Grade {letter}, fit at least": f"{least:g}" for letter, least in thresholds}
    return _Item("", {**says, "Ideal customer, fit of the company at least": f"{model.icp_fit:g}"})


def _yes_or_no(value: object) -> str:
    return "yes" if value else "no"
