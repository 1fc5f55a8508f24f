"""Takes an engagement score apart into terms that say in words what each touch still gives (SC-12)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from scoring.domain.touches import (
    Behaviour,
    Decay,
    Touch,
    WeekSum,
    is_silent,
    power,
    since_silence,
    week_sums,
)

HIGHEST = 100.0
LIMIT = "limit"
TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class EngagementTerm:
    """What one type of signal of one week still gives to the score, and the words that say why (SC-12)."""

    type: str
    label: str
    week: int
    weeks_ago: int
    count: int
    raw: float
    capped: float
    points: float
    text: str


def terms(
    touches: Iterable[Touch], behaviours: Mapping[str, Behaviour], decay: Decay, *, week: int
) -> tuple[EngagementTerm, ...]:
    """The score of `week` taken apart, newest first; the points add up to it, to rounding of floats.

    Touches of later weeks are left out. Where the score stops at 0 or 100, a last term of type LIMIT says so.
    """
    until = [touch for touch in touches if touch.week <= week]
    active = since_silence(until, decay)
    if is_silent(max((touch.week for touch in active), default=None), week, decay):
        return ()
    parts = tuple(
        _term(part, behaviours[part.type].label, factor=decay.factor, week=week)
        for part in reversed(week_sums(active, behaviours))
        if part.capped
    )
    total = math.fsum(term.points for term in parts)
    limit = min(max(total, 0.0), HIGHEST) - total
    return (*parts, _limit_term(limit, week)) if limit else parts


def _term(part: WeekSum, label: str, *, factor: float, week: int) -> EngagementTerm:
    weeks_ago = week - part.week
    points = part.capped * power(factor, weeks_ago)
    return EngagementTerm(
        type=part.type,
        label=label,
        week=part.week,
        weeks_ago=weeks_ago,
        count=part.count,
        raw=part.raw,
        capped=part.capped,
        points=points,
        text=f"{_what(part, label)}, {_when(weeks_ago)}: {_sum(part, factor, weeks_ago)}",
    )


def _limit_term(points: float, week: int) -> EngagementTerm:
    label = f"Never under 0 or over {HIGHEST:g}"
    text = f"{_mid_sentence(label)}: {_number(points)}"
    return EngagementTerm(LIMIT, label, week, 0, 0, raw=points, capped=points, points=points, text=text)


def _what(part: WeekSum, label: str) -> str:
    """The type, how often, and what the weekly cap cut off."""
    name = _mid_sentence(label)
    often = f"{name}, {part.count} times" if part.count > 1 else name
    return often if part.raw == part.capped else f"{often} ({_number(part.raw)}, capped)"


def _when(weeks_ago: int) -> str:
    return {0: "this week", 1: "1 week ago"}.get(weeks_ago, f"{weeks_ago} weeks ago")


def _sum(part: WeekSum, factor: float, weeks_ago: int) -> str:
    """The multiplication: 15 times 0.75 to the third is 6.3; only the points where nothing decayed."""
    if weeks_ago == 0 or factor == 1:
        return _number(part.capped)
    raised = f"{factor:g}{'' if weeks_ago == 1 else str(weeks_ago).translate(_SUPERSCRIPTS)}"
    return f"{_number(part.capped)} {TIMES} {raised} = {_number(part.capped * power(factor, weeks_ago))}"


def _number(value: float) -> str:
    """One decimal at most, halves away from zero, with a true minus sign."""
    rounded = Decimal(repr(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    text = str(abs(rounded)).removesuffix(".0")
    return f"{MINUS}{text}" if rounded < 0 else text


def _mid_sentence(label: str) -> str:
    """The label as it stands within a sentence: CRM keeps its capitals, Webinar does not."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
