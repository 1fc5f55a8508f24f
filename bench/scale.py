"""How much data a run has, and how long it looks at each operation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Amounts:
    """What a data set holds; two scales of the same amounts share one."""

    leads: int
    accounts: int
    touches: int
    open_handoffs: int
    closed_handoffs: int
    reps: int


@dataclass(frozen=True)
class Scale:
    """A data set, and how it is looked at."""

    name: str
    amounts: Amounts
    due: int  # service levels that are due at once
    rounds: int
    seconds: float  # for which one load is kept up

    @property
    def leads(self) -> int:
        return self.amounts.leads

    @property
    def accounts(self) -> int:
        return self.amounts.accounts

    @property
    def touches(self) -> int:
        return self.amounts.touches

    @property
    def open_handoffs(self) -> int:
        return self.amounts.open_handoffs


def _of(leads: int, *, reps: int) -> Amounts:
    """Amounts in the proportions of a million leads."""
    return Amounts(
        leads=leads,
        accounts=leads // 5,
        touches=10 * leads,
        open_handoffs=leads // 10,
        closed_handoffs=leads,
        reps=reps,
    )


A_MILLION = _of(1_000_000, reps=200)
SCALES = {
    scale.name: scale
    for scale in (
        Scale("small", _of(20_000, reps=40), due=1_000, rounds=3, seconds=1.5),
        Scale("full", A_MILLION, due=10_000, rounds=5, seconds=6),
        Scale("growth-10k", _of(10_000, reps=200), due=1_000, rounds=2, seconds=1),
        Scale("growth-100k", _of(100_000, reps=200), due=1_000, rounds=2, seconds=1),
        Scale("growth-1m", A_MILLION, due=1_000, rounds=2, seconds=1),
    )
}
GROWTH = "growth"  # each of the three after the other
GROWING = tuple(name for name in SCALES if name.startswith(GROWTH))
