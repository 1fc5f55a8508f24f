"""The seeded scoring model as values, for tests that need no database."""

from __future__ import annotations

from scoring.domain import seed, seed_account
from scoring.domain.model import Model

SEEDED = Model(
    version=1,
    fit=tuple(seed.FIT),
    urgency=tuple(seed.URGENCY),
    behaviours={each.type: each for each in seed.BEHAVIOURS},
    tiers=tuple(seed.TIERS),
    gate=seed.GATE,
    decay_factor=seed.DECAY_FACTOR,
    inactivity_weeks=seed.INACTIVITY_WEEKS,
    urgency_window_days=seed.URGENCY_WINDOW_DAYS,
    account=tuple(seed_account.ACCOUNT),
)
