"""How much data a run has, and how long it looks at each operation."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    name: str
    leads: int
    accounts: int
    touches: int
    open_handoffs: int
    closed_handoffs: int
    reps: int
    due: int  # service levels that are due at once
    rounds: int
    seconds: float  # for which one load is kept up


SCALES = {
    "small": Scale(
        name="small",
        leads=20_000,
        accounts=4_000,
        touches=200_000,
        open_handoffs=2_000,
        closed_handoffs=20_000,
        reps=40,
        due=1_000,
        rounds=3,
        seconds=2.5,
    ),
    "full": Scale(
        name="full",
        leads=1_000_000,
        accounts=200_000,
        touches=10_000_000,
        open_handoffs=100_000,
        closed_handoffs=1_000_000,
        reps=200,
        due=10_000,
        rounds=5,
        seconds=15,
    ),
}
