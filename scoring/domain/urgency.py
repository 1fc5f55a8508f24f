"""What a person's touches and answers say about urgency, as facts that criteria ask about (SC-6)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from leads.domain.conditions import Kind
from scoring.domain.engagement import Behaviour, Touch

CRITICAL_EVENTS = ("none", "implied", "mentioned", "confirmed")
"""How sure a compelling event is, rising."""

VOCABULARY: Mapping[str, Kind] = MappingProxyType(
    {
        "days_since_last_signal": Kind.NUMBER,
        "content_depth": Kind.NUMBER,
        "critical_event": Kind.TEXT,
        "visits": Kind.NUMBER,
        "direct_request": Kind.NUMBER,
    },
)


@dataclass(frozen=True)
class UrgencyFacts:
    """How lately, how deep, how often and how plainly a person showed interest."""

    days_since_last_signal: int | None
    content_depth: int
    critical_event: str
    visits: int
    direct_request: int

    def as_facts(self) -> dict[str, object]:
        """Attribute → value in the words of VOCABULARY; no signal at all leaves its days unknown."""
        return {
            "days_since_last_signal": self.days_since_last_signal,
            "content_depth": self.content_depth,
            "critical_event": self.critical_event,
            "visits": self.visits,
            "direct_request": self.direct_request,
        }


def facts_from(
    touches: Iterable[Touch],
    behaviours: Mapping[str, Behaviour],
    *,
    now: datetime,
    zone: str,
    window_days: int,
    critical_event: str = "none",
) -> UrgencyFacts:
    """The facts at `now`. Depth, visits and requests count within the window; visits are days of the zone.

    Only touches that show interest count: an opened mail, an unsubscribe or a jobs page says nothing.
    """
    interested = [touch for touch in touches if shows_interest(behaviours.get(touch.type))]
    recent = [touch for touch in interested if touch.occurred_at > now - timedelta(days=window_days)]
    last = max((touch.occurred_at for touch in interested), default=None)
    local = ZoneInfo(zone)
    return UrgencyFacts(
        days_since_last_signal=None if last is None else max((now - last).days, 0),
        content_depth=max((behaviours[touch.type].depth for touch in recent), default=0),
        critical_event=critical_event if critical_event in CRITICAL_EVENTS else "none",
        visits=len({touch.occurred_at.astimezone(local).date() for touch in recent}),
        direct_request=max((behaviours[touch.type].request for touch in recent), default=0),
    )


def shows_interest(behaviour: Behaviour | None) -> bool:
    """Whether a type of signal is worth points or asks for something."""
    return behaviour is not None and (behaviour.points > 0 or behaviour.request > 0 or behaviour.hand_raise)


def critical_event_in(answers: Iterable[Mapping[str, object]]) -> str:
    """The surest critical event that the answers name; words outside CRITICAL_EVENTS are a mention."""
    return max(
        (_surety(given.get("critical_event")) for given in answers), key=CRITICAL_EVENTS.index, default="none"
    )


def _surety(answer: object) -> str:
    if not isinstance(answer, str) or not answer.strip():
        return "none"
    word = answer.strip().casefold()
    if word in _DENIALS:
        return "none"
    return word if word in CRITICAL_EVENTS else "mentioned"


_DENIALS = frozenset({"no", "nein", "n/a", "na", "-", "nothing", "none yet", "unknown"})
