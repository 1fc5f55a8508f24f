"""Grades many sets of facts by the same criteria, by the very function that scores; equal facts are graded once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from scoring.domain import criteria
from scoring.domain.criteria import Criterion

Grade = tuple[int, bool]
"""The level that counts, and whether it stands for what is not known."""


class Grader:
    """The criteria of one version, with what they made of the facts so far."""

    def __init__(self, model: Sequence[Criterion]) -> None:
        self._model = model
        self._asked = [sorted({one.attribute for row in each.levels for one in row.when}) for each in model]
        self._found: dict[tuple[int, str], Grade] = {}

    def grades(self, facts: Mapping[str, object]) -> list[Grade]:
        """The grade of each criterion, in their order."""
        return [self._grade(place, facts) for place in range(len(self._model))]

    def _grade(self, place: int, facts: Mapping[str, object]) -> Grade:
        relevant = {name: facts[name] for name in self._asked[place] if name in facts}
        key = place, repr(relevant)
        if key not in self._found:
            term = criteria.score([self._model[place]], relevant).terms[0]
            self._found[key] = term.level, term.unknown
        return self._found[key]
