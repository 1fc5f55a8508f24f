"""Rounds of ceiling, ours, ceiling: a round counts when its two ceilings agree, for then the machine was calm."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

AGREEMENT = 0.10
Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Round(Generic[Measured]):
    """One round; `size` says by which number figures are compared."""

    before: Measured
    ours: Measured
    after: Measured
    size: Callable[[Measured], float]

    @property
    def ceiling(self) -> float:
        return (self.size(self.before) + self.size(self.after)) / 2

    @property
    def is_calm(self) -> bool:
        return abs(self.size(self.before) - self.size(self.after)) <= AGREEMENT * self.ceiling

    @property
    def ratio(self) -> float:
        return self.size(self.ours) / self.ceiling


@dataclass(frozen=True)
class Comparison(Generic[Measured]):
    """The rounds that count: the calm ones, or all where none was calm."""

    rounds: list[Round[Measured]]
    taken: int
    is_calm: bool

    def median(self, of: Callable[[Round[Measured]], float]) -> float:
        return statistics.median(of(one) for one in self.rounds)


def compare(
    *,
    ours: Callable[[], Measured],
    ceiling: Callable[[], Measured],
    size: Callable[[Measured], float],
    rounds: int,
) -> Comparison[Measured]:
    """Measure in turns."""
    taken = [Round(ceiling(), ours(), ceiling(), size) for _ in range(rounds)]
    calm = [one for one in taken if one.is_calm]
    return Comparison(calm or taken, taken=len(taken), is_calm=bool(calm))
