"""The plain form of a cadence: rows are added, moved and removed without a script, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from routing.domain.cadence_faults import Draft, DraftStep

MOST_STEPS = 40
LONGEST_WHAT = 120


class NotNumbers(Exception):
    """Something that must be a whole number is none; `faults` says what."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(faults))


@dataclass(frozen=True)
class Row:
    """One step as typed."""

    day: str = ""
    channel: str = "CALL"
    template: str = ""
    what: str = ""


@dataclass(frozen=True)
class CadenceForm:
    """The whole form as typed; `seen` is the version it was made from."""

    rows: Sequence[Row]
    ends_on_day: str
    ending: str
    hold_days: str
    seen: int

    @classmethod
    def showing(cls, draft: Draft, *, seen: int) -> CadenceForm:
        """The form of what stands."""
        rows = [Row(str(step.day), step.channel, step.template, step.what) for step in draft.steps]
        return cls(rows, str(draft.ends_on_day), draft.ending, str(draft.hold_days), seen)

    @classmethod
    def typed(cls, data: QueryDict) -> CadenceForm:
        """The form as it was sent; rows that are wholly empty are kept, for somebody may be about to fill them."""
        columns = (data.getlist(name)[:MOST_STEPS] for name in ("day", "channel", "template", "what"))
        rows = [
            Row(day.strip()[:6], channel[:8], template[:60], _clean(what))
            for day, channel, template, what in zip(*columns, strict=False)
        ]
        seen = data.get("seen", "")[:9]
        return cls(
            rows,
            data.get("ends_on_day", "").strip()[:6],
            data.get("ending", "")[:8],
            data.get("hold_days", "").strip()[:6],
            int(seen) if seen.isascii() and seen.isdigit() else 0,
        )

    def rearranged(self, order: str) -> CadenceForm:
        """The form with a row added at the end (“add”), or one moved or removed (“up:2”, “down:2”, “remove:2”)."""
        verb, _, place = order.partition(":")
        rows = list(self.rows)
        if verb == "add" and len(rows) < MOST_STEPS:
            rows.append(Row(day=rows[-1].day if rows else "0"))
        index = int(place) - 1 if place.isascii() and place.isdigit() and len(place) < 4 else -1  # noqa: PLR2004 - a place
        if 0 <= index < len(rows):
            _rearrange(rows, verb, index)
        return replace(self, rows=rows)

    def draft(self) -> Draft:
        """What was typed as values; rows without a day and a word are left out. Raises NotNumbers."""
        found: list[str] = []
        steps = [
            DraftStep(_number(row.day, f"Step {place}", found), row.channel, row.template, row.what)
            for place, row in enumerate(self._filled(), start=1)
        ]
        ends = _number(self.ends_on_day, "The last day", found)
        hold = _number(self.hold_days, "The rest", found)
        if found:
            raise NotNumbers(found)
        return Draft(steps, ends, self.ending, hold)

    def _filled(self) -> list[Row]:
        return [row for row in self.rows if row.day or row.template or row.what]


def _rearrange(rows: list[Row], verb: str, index: int) -> None:
    if verb == "remove":
        del rows[index]
    elif verb in ("up", "down"):
        row = rows.pop(index)
        rows.insert(max(index + (-1 if verb == "up" else 1), 0), row)


def _number(text: str, name: str, found: list[str]) -> int:
    digits = text.removeprefix("-")
    if digits.isascii() and digits.isdigit():
        return int(text)
    found.append(f"{name}: give a whole number of days.")
    return 0


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST_WHAT]
