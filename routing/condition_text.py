"""Conditions of routing rules as people type them: over the rules' vocabulary, with territories that exist."""

from __future__ import annotations

from collections.abc import Sequence

from leads import condition_text
from leads.condition_text import OPERATOR_LABELS, join, label, split
from leads.domain.conditions import Condition
from routing.assignment import VOCABULARY

__all__ = ["OPERATOR_LABELS", "join", "label", "read", "split"]


def read(attribute: str, operator: str, text: str, *, territories: Sequence[str]) -> Condition:
    """The condition that was typed. Raises InvalidCondition with what to change."""
    return condition_text.read(
        attribute, operator, text, vocabulary=VOCABULARY, names={"territory": territories}
    )
