"""The rows of `scoring`: the versions of the model and the scores they gave."""

from scoring.models.score import DecayState, Score
from scoring.models.scorecard import Behaviour, Criterion, Scorecard, Tier

__all__ = ["Behaviour", "Criterion", "DecayState", "Score", "Scorecard", "Tier"]
