"""A lead's scores as tables whose lines add up to the figure shown, with what is unknown (SC-12, SC-20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings

from scoring.domain.criteria import CriteriaScore
from scoring.domain.criteria import Term as CriterionTerm
from scoring.domain.engagement import EngagementTerm
from scoring.explanation import Explanation

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Term:
    """One line of a score taken apart."""

    label: str
    points: Decimal
    text: str
    unknown: bool = False


@dataclass(frozen=True)
class ScoreTable:
    """One score: its figure, the lines that add up to it, and what may be said about it."""

    name: str
    total: Decimal
    terms: list[Term]
    note: str

    @property
    def bar(self) -> int:
        """The figure as a whole number, for a bar."""
        return round(self.total)


def tables(explained: Explanation) -> list[ScoreTable]:
    """Fit, urgency and engagement, in the order in which a rep asks for them."""
    return [
        _table("Fit", explained.fit.value, map(_criterion, explained.fit.terms), note=_range(explained)),
        _table("Urgency", explained.urgency.value, map(_criterion, explained.urgency.terms)),
        _table(
            "Engagement", explained.engagement, map(_touch, explained.engagement_terms), note=_next(explained)
        ),
    ]


def _table(name: str, value: float, terms: Iterable[Term], *, note: str = "") -> ScoreTable:
    """The table; tenths that rounding took from the lines or gave to them stand in a line of their own."""
    total, lines = _tenths(value), list(terms)
    rounding = total - sum((line.points for line in lines), Decimal(0))
    if rounding:
        lines.append(Term("Rounding", rounding, ""))
    return ScoreTable(name, total, lines, note)


def _criterion(term: CriterionTerm) -> Term:
    text = "unknown" if term.unknown else f"{term.level_label}, {term.level} of 3"
    return Term(term.label, _tenths(term.points), text, unknown=term.unknown)


def _touch(term: EngagementTerm) -> Term:
    """What and when above, and how it was reckoned below ("15 × 0.75² = 8.4")."""
    what, _, sum_ = term.text.rpartition(": ")
    return Term(what[:1].upper() + what[1:], _tenths(term.points), sum_ if "=" in sum_ else "")


def _range(explained: Explanation) -> str:
    """What the unknown leaves open ("Could be 66 to 90: company size unknown")."""
    fit: CriteriaScore = explained.fit
    if not explained.unknown:
        return ""
    known = f"{fit.completeness:.0%} of the weight is known"
    return f"Could be {fit.low:.0f} to {fit.high:.0f}: {', '.join(explained.unknown)} unknown; {known}."


def _next(explained: Explanation) -> str:
    """What becomes of engagement without new activity (SC-21)."""
    if explained.engagement < explained.threshold:
        return f"Under {explained.threshold:g}, the least that the gate asks for."
    if explained.falls_under is None:
        return ""
    monday = explained.falls_under.astimezone(ZoneInfo(settings.ORGANISATION_TIME_ZONE))
    return f"Falls under {explained.threshold:g} in the week of {monday:%-d %B} without new activity."


def _tenths(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(TENTH, ROUND_HALF_UP)
