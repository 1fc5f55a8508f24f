"""Where personal data lies in scoring: figures about a person, which say nothing once nobody knows whose they are."""

from __future__ import annotations

from leads.personal_data import Table, of_lead
from scoring.models import (
    AccountScore,
    Behaviour,
    Criterion,
    DecayState,
    FitChange,
    Score,
    Scorecard,
    Tier,
)

TABLES: tuple[Table, ...] = (
    Table(Score, rows=of_lead()),
    Table(FitChange, rows=of_lead()),
    Table(AccountScore),
    Table(Behaviour, plain=("minimum_tier",)),
    Table(Criterion, plain=("label", "levels")),
    Table(DecayState),
    Table(Scorecard, plain=("note",)),
    Table(Tier, plain=("code", "label", "action")),
)
