"""Rounds of ceiling, ours, peer, ceiling: one counts when its two ceilings agree, for then the machine was calm."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

AGREEMENT = 0.10
PATIENCE = 240  # seconds after which no further round is begun
Measured = TypeVar("Measured")


@dataclass(frozen=True)
class Round(Generic[Measured]):
    """One round; `size` says by which number figures are compared."""

    before: Measured
    ours: Measured
    after: Measured
    size: Callable[[Measured], float]
    peer: Measured | None = None

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

    @property
    def has_peer(self) -> bool:
        return all(one.peer is not None for one in self.rounds)

    @property
    def counts(self) -> dict[str, float]:
        """How many rounds were taken, and how many of them count."""
        return {"rounds": self.taken, "calm_rounds": len(self.rounds) if self.is_calm else 0}

    def median(self, of: Callable[[Round[Measured]], float]) -> float:
        return statistics.median(of(one) for one in self.rounds)


def compare(
    *,
    ours: Callable[[], Measured],
    ceiling: Callable[[], Measured],
    size: Callable[[Measured], float],
    rounds: int,
    peer: Callable[[], Measured] | None = None,
    patience: float = PATIENCE,
) -> Comparison[Measured]:
    """Measure in turns: ceiling, ours, peer where there is one, ceiling; fewer rounds where one takes very long."""
    taken: list[Round[Measured]] = []
    began = time.monotonic()
    while not taken or (len(taken) < rounds and time.monotonic() - began < patience):
        before, own = ceiling(), ours()
        other = peer() if peer else None
        taken.append(Round(before, own, ceiling(), size, other))
    calm = [one for one in taken if one.is_calm]
    return Comparison(calm or taken, taken=len(taken), is_calm=bool(calm))
