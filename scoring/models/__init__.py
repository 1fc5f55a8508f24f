"""The rows of `scoring`: the versions of the model and the scores they gave."""

from scoring.models.score import AccountScore, DecayState, FitChange, Score
from scoring.models.scorecard import Behaviour, Criterion, Scorecard, Tier

__all__ = [
    "AccountScore",
    "Behaviour",
    "Criterion",
    "DecayState",
    "FitChange",
    "Score",
    "Scorecard",
    "Tier",
]
