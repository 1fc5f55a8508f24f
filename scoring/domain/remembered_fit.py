"""The fit of many leads, reckoned once for all whose facts bring every criterion to the same level."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field

from scoring.domain import criteria
from scoring.domain.criteria import Criterion

ROLE_CRITERION = "role"


@dataclass(frozen=True)
class Fit:
    """The parts of fit that the gate asks for."""

    value: float
    role_level: int


@dataclass(frozen=True)
class RememberedFit:
    """Fit under some criteria. A criterion's level is remembered by the values of the attributes that it names."""

    criteria: tuple[Criterion, ...]
    _attributes: list[tuple[str, ...]] = field(init=False, default_factory=list)
    _all: list[str] = field(init=False, default_factory=list)
    _known: dict[tuple[Hashable, ...], Fit] = field(init=False, default_factory=dict)
    _levels: dict[tuple[Hashable, ...], int] = field(init=False, default_factory=dict)
    _fits: dict[tuple[int, ...], Fit] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._attributes.extend(_named_by(criterion) for criterion in self.criteria)
        self._all.extend(sorted({name for names in self._attributes for name in names}))

    def of(self, facts: Mapping[str, object]) -> Fit:
        """What `criteria.score` says of the facts."""
        key = tuple(_hashable(facts.get(name)) for name in self._all)
        if key not in self._known:
            self._known[key] = self._by_level(facts)
        return self._known[key]

    def _by_level(self, facts: Mapping[str, object]) -> Fit:
        levels = tuple(self._level(number, facts) for number in range(len(self.criteria)))
        if levels not in self._fits:
            self._fits[levels] = self._reckoned(facts)
        return self._fits[levels]

    def _level(self, number: int, facts: Mapping[str, object]) -> int:
        key = (number, *(_hashable(facts.get(name)) for name in self._attributes[number]))
        if key not in self._levels:
            self._levels[key] = criteria.score(self.criteria[number : number + 1], facts).terms[0].level
        return self._levels[key]

    def _reckoned(self, facts: Mapping[str, object]) -> Fit:
        scored = criteria.score(self.criteria, facts)
        role = next((term.level for term in scored.terms if term.code == ROLE_CRITERION), 0)
        return Fit(scored.value, role)


def _named_by(criterion: Criterion) -> tuple[str, ...]:
    return tuple(sorted({condition.attribute for level in criterion.levels for condition in level.when}))


def _hashable(value: object) -> Hashable:
    return tuple(value) if isinstance(value, list) else value
