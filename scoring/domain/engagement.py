"""Engagement by forward decay: one stored sum from which any later week's score is one multiplication (SC-3).

Forward decay is Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay: A Practical Time Decay Model for
Streaming Systems", ICDE 2009. The same touches give the same sum in any order, once, twice or late.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

HIGHEST = 100.0
DEEPEST = 3
LARGEST = 1e300  # sums and powers stop here rather than overflow
LIMIT = "limit"
TIMES, MINUS = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}"
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Behaviour:
    """What one type of signal is worth, and what it says about urgency and the gate (SC-2, SC-6, SC-8)."""

    type: str
    label: str
    points: float
    weekly_cap: float | None = None
    depth_multiplier: float = 1.0
    depth: int = 0
    request: int = 0
    hand_raise: bool = False
    minimum_tier: str = ""


@dataclass(frozen=True)
class Touch:
    """One signal of a person, with the decay week it fell in and its own depth 0 to 3."""

    type: str
    occurred_at: datetime
    week: int
    depth: int = 0


@dataclass(frozen=True)
class Decay:
    """How engagement fades: by `factor` a week, to nothing after `inactivity_weeks` of silence (SC-5)."""

    factor: float
    inactivity_weeks: int
    epoch: int

    def __post_init__(self) -> None:
        if not 0 < self.factor <= 1:
            raise ValueError("A decay factor lies above 0 and at most at 1.")
        if self.inactivity_weeks < 1:
            raise ValueError("Inactivity is at least one week.")


@dataclass(frozen=True)
class Stored:
    """What a lead keeps: Σ points · factor^(epoch - week), and the week of the last touch."""

    sum: float
    last_week: int | None


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


@dataclass(frozen=True)
class WeekSum:
    """What one type of signal brought in one week, before and after the weekly cap."""

    type: str
    week: int
    count: int
    raw: float
    capped: float


def store(touches: Iterable[Touch], behaviours: Mapping[str, Behaviour], decay: Decay) -> Stored:
    """What to keep of the touches; those before a silence of `inactivity_weeks` count no more."""
    active = since_silence(touches, decay)
    if not active:
        return Stored(0.0, None)
    last_week = max(touch.week for touch in active)
    # summed as of the last week, where every power is at most 1, and only then moved to the epoch
    total = math.fsum(
        part.capped * power(decay.factor, last_week - part.week) for part in week_sums(active, behaviours)
    )
    moved = moved_epoch(total, from_epoch=last_week, to_epoch=decay.epoch, factor=decay.factor)
    return Stored(moved, last_week)


def engagement_in(stored: Stored, week: int, decay: Decay) -> float:
    """The score, 0 to 100, in a week not before the last touch; 0 after too long a silence."""
    if stored.last_week is None or week - stored.last_week >= decay.inactivity_weeks:
        return 0.0
    return min(max(stored.sum * power(decay.factor, week - decay.epoch), 0.0), HIGHEST)


def terms(
    touches: Iterable[Touch], behaviours: Mapping[str, Behaviour], decay: Decay, *, week: int
) -> tuple[EngagementTerm, ...]:
    """The score of `week` taken apart, newest first; the points add up to it, to rounding of floats.

    Touches of later weeks are left out. Where the score stops at 0 or 100, a last term of type LIMIT says so.
    """
    until = [touch for touch in touches if touch.week <= week]
    active = since_silence(until, decay)
    stored = store(active, behaviours, decay)
    if stored.last_week is None or week - stored.last_week >= decay.inactivity_weeks:
        return ()
    parts = tuple(
        _term(part, behaviours[part.type].label, factor=decay.factor, week=week)
        for part in reversed(week_sums(active, behaviours))
        if part.capped
    )
    total = math.fsum(term.points for term in parts)
    limit = min(max(total, 0.0), HIGHEST) - total
    return (*parts, _limit_term(limit, week)) if limit else parts


def crossing_range(threshold: float, week: int, decay: Decay) -> tuple[float, float]:
    """The half-open range of stored sums at or over the threshold the week before and under it in `week`.

    Agrees with `engagement_in` to the last bit. Says nothing of leads that fall silent, whose sum is any.
    """
    if not 0 < threshold <= HIGHEST:
        return 0.0, 0.0
    return (
        _least_sum(threshold, power(decay.factor, week - 1 - decay.epoch)),
        _least_sum(threshold, power(decay.factor, week - decay.epoch)),
    )


def falls_under(  # noqa: PLR0917 - reads as a sentence: what falls under what, from when, and how
    stored: Stored, threshold: float, from_week: int, decay: Decay
) -> int | None:
    """The first week, from `from_week` on, whose score is under the threshold without new touches (SC-21).

    None only for a threshold that no score is under.
    """
    if threshold <= 0:
        return None
    silent = from_week if stored.last_week is None else stored.last_week + decay.inactivity_weeks
    weeks = range(from_week, max(from_week, silent))
    return next((week for week in weeks if engagement_in(stored, week, decay) < threshold), weeks.stop)


def moved_epoch(total: float, *, from_epoch: int, to_epoch: int, factor: float) -> float:
    """The same engagement as a sum stored against another epoch."""
    moved = total * power(factor, to_epoch - from_epoch)
    return min(max(moved, -LARGEST), LARGEST)


def since_silence(touches: Iterable[Touch], decay: Decay) -> list[Touch]:
    """The touches after the last silence of `inactivity_weeks` or more between two of them (SC-5)."""
    kept = list(touches)
    weeks = sorted({touch.week for touch in kept})
    start = weeks[0] if weeks else 0
    for before, after in pairwise(weeks):
        if after - before >= decay.inactivity_weeks:
            start = after
    return [touch for touch in kept if touch.week >= start]


def week_sums(touches: Iterable[Touch], behaviours: Mapping[str, Behaviour]) -> list[WeekSum]:
    """Points by week and type, each clamped to the type's weekly cap in both directions, in order of week."""
    points: dict[tuple[int, str], list[float]] = defaultdict(list)
    for touch in touches:
        if touch.type in behaviours:
            points[touch.week, touch.type].append(_points(touch, behaviours[touch.type]))
    return [
        WeekSum(kind, week, len(parts), raw := math.fsum(parts), _capped(raw, behaviours[kind].weekly_cap))
        for (week, kind), parts in sorted(points.items())
    ]


def power(factor: float, exponent: int) -> float:
    """factor^exponent, kept within what a float can hold."""
    try:
        return min(factor**exponent, LARGEST)
    except OverflowError:
        return LARGEST


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
    """One decimal at most, with a true minus sign."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text.replace("-", MINUS)


def _mid_sentence(label: str) -> str:
    """The label as it stands within a sentence: CRM keeps its capitals, Webinar does not."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label


def _points(touch: Touch, behaviour: Behaviour) -> float:
    depth = min(max(touch.depth, 0), DEEPEST)
    return behaviour.points * behaviour.depth_multiplier**depth


def _capped(raw: float, cap: float | None) -> float:
    return raw if cap is None else min(max(raw, -cap), cap)


def _least_sum(threshold: float, scale: float) -> float:
    """The smallest sum whose product with the scale reaches the threshold; infinite when none does."""
    if scale * LARGEST < threshold:
        return math.inf
    least = threshold / scale
    while least * scale >= threshold:
        least = math.nextafter(least, 0.0)
    while least * scale < threshold:
        least = math.nextafter(least, math.inf)
    return least
