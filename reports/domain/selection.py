"""What a reader asked the compliance page for, as it stands in the address, so that each number can lead on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from reports.domain.periods import Period, Span

NOBODY = "-none-"


@dataclass(frozen=True)
class Selection:
    """A period and what narrows it; an empty filter takes all, NOBODY what has none. Clocks have a kind."""

    kind: str
    span: Span
    period: Period
    tier: str = ""
    rep: str = ""
    team: str = ""
    source: str = ""

    def address(self, **changes: Any) -> str:
        """The query string that asks for this selection with `changes`, leaving out what is usual."""
        chosen = replace(self, **changes)
        asked: dict[str, object] = {"kind": chosen.kind} if chosen.kind else {}
        if chosen.span != Span.FOUR_WEEKS:
            asked["period"] = chosen.span.value
        if chosen.span == Span.CUSTOM:
            asked |= {"since": chosen.period.first, "until": chosen.period.last}
        narrowed = {name: getattr(chosen, name) for name in ("tier", "rep", "team", "source")}
        asked |= {name: value for name, value in narrowed.items() if value}
        return "&".join(_told(name, value) for name, value in asked.items())

    def days(self, first: date, last: date) -> str:
        """The query string that asks for these days of the selection."""
        return self.address(span=Span.CUSTOM, period=replace(self.period, first=first, last=last))

    @property
    def file_name(self) -> str:
        """A name for a file of these clocks or hand-offs, without its ending."""
        kind = self.kind.lower().replace("_", "-") or "hand-offs"
        return f"{kind}-{self.period.first}-to-{self.period.last}"

    @property
    def is_narrowed(self) -> bool:
        """True when a filter besides kind and period is set."""
        return any((self.tier, self.rep, self.team, self.source))


@lru_cache(maxsize=4096)
def _told(name: str, value: object) -> str:
    """One part of an address: a page has hundreds of addresses that differ in one part each."""
    return f"{name}={quote_plus(str(value))}"
