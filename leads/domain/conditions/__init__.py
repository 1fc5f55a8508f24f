"""Conditions as data over a pure interpreter: parsed strictly, evaluated without surprise, told in words."""

from leads.domain.conditions.interpreter import all_of, evaluate
from leads.domain.conditions.model import Condition, Kind, Operator, Truth, Value, Vocabulary
from leads.domain.conditions.notation import InvalidCondition, dump, kept, parse
from leads.domain.conditions.possible import contradicted
from leads.domain.conditions.words import called, describe, explain, shown

__all__ = [
    "Condition",
    "InvalidCondition",
    "Kind",
    "Operator",
    "Truth",
    "Value",
    "Vocabulary",
    "all_of",
    "called",
    "contradicted",
    "describe",
    "dump",
    "evaluate",
    "explain",
    "kept",
    "parse",
    "shown",
]
