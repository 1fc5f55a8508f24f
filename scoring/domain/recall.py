"""Scores criteria for very many leads: what the same facts gave before is recalled, never computed again.

A criterion's outcome depends on nothing but the facts that its conditions name, and a score on nothing but the
outcomes; both are remembered, so that a lead costs a few look-ups. Gives what `criteria.score` gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scoring.domain import criteria
from scoring.domain.criteria import CriteriaScore, Criterion, Outcome

MOST_REMEMBERED = 50_000
"""Answers kept of one question; one more, and all are forgotten: memory stays bounded."""

Facts = Mapping[str, object]


def scorer(rows: Sequence[Criterion]) -> Callable[[Facts], CriteriaScore]:
    """A function that scores facts as `criteria.score` does, and remembers.

    Each attribute must come in one type and may be a list; facts that say nothing are left out or None.
    """
    questions = [_Question(row) for row in rows]
    known: dict[tuple[int, ...], CriteriaScore] = {}

    def score(facts: Facts) -> CriteriaScore:
        places = tuple([question.ask(facts) for question in questions])
        found = known.get(places)
        if found is None:
            outcomes = [question.outcomes[place] for question, place in zip(questions, places, strict=True)]
            found = known[places] = criteria.total(rows, outcomes)
        return found

    return score


class _Question:
    """One criterion, with every outcome that it has had, by place."""

    def __init__(self, row: Criterion) -> None:
        self.outcomes: list[Outcome] = []
        self._row = row
        self._names = sorted({condition.attribute for level in row.levels for condition in level.when})
        self._known: dict[object, int] = {}
        self._has_lists = False

    def ask(self, facts: Facts) -> int:
        """The place of the outcome that the facts have."""
        values = tuple(map(facts.get, self._names))
        if self._has_lists:
            values = tuple([tuple(value) if type(value) is list else value for value in values])
        try:
            place = self._known.get(values)
        except TypeError:  # the first list among the facts that it asks about, of which there will be more
            self._has_lists = True
            return self.ask(facts)
        return self._answer(values, facts) if place is None else place

    def _answer(self, values: object, facts: Facts) -> int:
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        outcome = criteria.outcome_of(self._row, facts)
        if outcome not in self.outcomes:
            self.outcomes.append(outcome)
        place = self._known[values] = self.outcomes.index(outcome)
        return place
