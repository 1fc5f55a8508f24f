"""A lead's scores as tables whose lines add up to the figure shown, with what is unknown (SC-12, SC-20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scoring.domain.criteria import CriteriaScore
from scoring.domain.criteria import Term as CriterionTerm
from scoring.domain.engagement import EngagementTerm
from scoring.domain.lifts import Lift
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
    terms: tuple[Term, ...]
    note: str = ""
    grade: str = ""
    lifts: tuple[str, ...] = ()

    @property
    def bar(self) -> int:
        """The figure as a whole number, for a bar."""
        return round(self.total)


def tables(explained: Explanation) -> list[ScoreTable]:
    """Fit with its grade, urgency and engagement, in the order in which a rep asks for them."""
    fit = criteria_table(_("Fit"), explained.fit)
    engagement = engagement_table(explained.engagement, explained.engagement_terms)
    return [
        replace(fit, grade=explained.grade, note=range_of(explained.fit), lifts=_fit_lifts(explained)),
        criteria_table(_("Urgency"), explained.urgency),
        replace(engagement, note=_next(explained), lifts=_lifts(explained)),
    ]


def criteria_table(name: str, score: CriteriaScore) -> ScoreTable:
    """A score of weighted criteria, a line each."""
    return _table(name, score.value, map(_criterion, score.terms))


def engagement_table(value: float, terms: Iterable[EngagementTerm]) -> ScoreTable:
    """Engagement, a line for each type of signal of a week."""
    return _table(_("Engagement"), value, map(_touch, terms))


def range_of(score: CriteriaScore) -> str:
    """What the unknown leaves open ("Could be 66 to 90: company size unknown"); '' where all is known (SC-20)."""
    unknown = [term.label.lower() for term in score.terms if term.unknown]
    if not unknown:
        return ""
    return _("Could be %(low)s to %(high)s: %(what)s unknown; %(share)s of the weight is known.") % {
        "low": f"{score.low:.0f}",
        "high": f"{score.high:.0f}",
        "what": ", ".join(unknown),
        "share": f"{score.completeness:.0%}",
    }


def _table(name: str, value: float, terms: Iterable[Term]) -> ScoreTable:
    """The table; tenths that rounding took from the lines or gave to them stand in a line of their own."""
    total, lines = tenths(value), list(terms)
    rounding = total - sum((line.points for line in lines), Decimal(0))
    if rounding:
        lines.append(Term(_("Rounding"), rounding, ""))
    return ScoreTable(name, total, tuple(lines))


def _criterion(term: CriterionTerm) -> Term:
    text = "unknown" if term.unknown else f"{term.level_label}, {term.level} of 3"
    return Term(term.label, tenths(term.points), text, unknown=term.unknown)


def _touch(term: EngagementTerm) -> Term:
    """What and when above, and how it was reckoned below ("15 × 0.75² = 8.4")."""
    what, sum_ = term.text.rsplit(": ", 1)
    return Term(what[:1].upper() + what[1:], tenths(term.points), sum_ if "=" in sum_ else "")


def _next(explained: Explanation) -> str:
    """What becomes of engagement without new activity (SC-21)."""
    least = f"{explained.threshold:g}"
    if explained.engagement < explained.threshold:
        return _("Under %(least)s, the least that the gate asks for.") % {"least": least}
    if explained.falls_under is None:
        return ""
    monday = explained.falls_under.astimezone(ZoneInfo(settings.ORGANISATION_TIME_ZONE))
    week = date_format(monday, "j F")
    return _("Falls under %(least)s in the week of %(week)s without new activity.") % {
        "least": least,
        "week": week,
    }


def _lifts(explained: Explanation) -> tuple[str, ...]:
    return tuple(_lift(lift, threshold=explained.threshold) for lift in explained.lifts)


def _lift(lift: Lift, *, threshold: float) -> str:
    """What one more signal would do ("Webinar attended once more: 32 → 47, over the gate")."""
    told = {
        "signal": lift.label,
        "before": _shown(lift.before, threshold),
        "after": _shown(lift.after, threshold),
    }
    if lift.passes:
        return _("%(signal)s once more: %(before)s → %(after)s, over the gate.") % told
    return _("%(signal)s once more: %(before)s → %(after)s.") % told


def _fit_lifts(explained: Explanation) -> tuple[str, ...]:
    """Which unknown facts could lift fit the most, in points."""
    return tuple(
        _("Knowing %(fact)s could add up to %(points)s.")
        % {"fact": lift.label.lower(), "points": f"{tenths(lift.points).normalize():f}"}
        for lift in explained.fit_lifts
    )


def _shown(score: float, threshold: float) -> str:
    """The figure to a tenth, and never rounded up to a threshold that it misses."""
    rounded = tenths(score)
    missed = score < threshold <= rounded
    return str(rounded - TENTH if missed else rounded)


def tenths(value: float | Decimal) -> Decimal:
    """The figure as it is shown."""
    return Decimal(repr(value) if isinstance(value, float) else value).quantize(TENTH, ROUND_HALF_UP)
