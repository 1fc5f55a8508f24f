"""Reads the cells of a file as systems and people write them: moments, countries, numbers, lists, yes and no.

What could be read in two ways is not guessed: whether 03.11.2026 begins with its day, a mapping has to say.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from leads.domain.countries import country_code

ISO_EXAMPLE = "2026-11-20 or 2026-11-20 10:15"
_CLOCK = (
    r"(?:(?:,? +|T)(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?)?"
)
_ZONE = r"(?: ?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_DATE = re.compile(rf"(\d{{1,2}})([./-])(\d{{1,2}})\2(\d{{4}}|\d\d){_CLOCK}{_ZONE}")
_YEAR_FIRST = re.compile(rf"(\d{{4}})([./-])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}{_ZONE}")
_EPOCH = re.compile(r"\d{10}|\d{13}")
_AMOUNT = re.compile(
    r"(?:[A-Z]{3}|[$€£¥])? ?(?P<digits>\d{1,3}(?P<mark>[.,'’ \u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*|\d+)"
    r"(?:(?P<point>[.,])0{1,2})? ?(?:[A-Z]{3}|[$€£¥])?"
)
_HEADCOUNT = re.compile(
    r"(?P<least>\d[\d.,'’ \u00a0\u202f]{0,30}?) ?"
    r"(?:\+|(?:[-\u2013\u2014]|to\b) ?(?P<most>\d[\d.,'’ \u00a0\u202f]{0,30}?))?"
    r"(?: (?:employees?|people))?",
    re.IGNORECASE,
)
_YES = frozenset({"1", "true", "yes", "y", "x", "ja", "wahr", "oui", "si", "sí", "opted out", "unsubscribed"})
_NO = frozenset({"", "0", "false", "no", "n", "nein", "falsch", "non", "subscribed"})


class UnreadableRow(ValueError):
    """The row cannot become a signal; the message says why, `field` where, if it lies with one field."""

    field = ""


class Dates(StrEnum):
    """What the dates of a file begin with; the year may come first in any file."""

    YEAR = "year"
    DAY = "day"
    MONTH = "month"


@lru_cache(maxsize=20_000)
def instant_text(text: str, *, zone: str, dates: Dates = Dates.YEAR) -> str:
    """The moment in ISO 8601, as `instant` reads it."""
    return instant(text, zone=zone, dates=dates).isoformat()


def instant(text: str, *, zone: str, dates: Dates = Dates.YEAR) -> datetime:
    """The moment that the text names, in UTC; a date is the beginning of its day. Raises UnreadableRow.

    ISO 8601, seconds or milliseconds since 1970, and dates in digits with the clock of 12 or 24 hours.
    """
    stripped = text.strip()
    try:
        at = _iso(stripped) or _in_digits(stripped, dates)
        at = at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))
        return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableRow(_no_instant(stripped, dates)) from error


@lru_cache(maxsize=1_000)
def country(text: str) -> str:
    """The country's code; text that names none as it stands."""
    return country_code(text.strip())


def whole(text: str) -> str:
    """The digits of a whole number or amount, such as 1,200 or $12.500.000,00; other text as it stands."""
    if text.isascii() and text.isdigit():
        return text
    found = _AMOUNT.fullmatch(text.strip())
    if found is None or (found["point"] and found["point"] == found["mark"]):
        return text
    return re.sub(r"\D", "", found["digits"])


def headcount(text: str) -> str:
    """How many people a company certainly has: of 51-200, of 1,001 to 5,000 and of 10,001+ employees the lower end.

    What is neither a number nor a range that rises stays as it stands.
    """
    found = _HEADCOUNT.fullmatch(text.strip())
    if found is None:
        return whole(text)
    least, most = whole(found["least"]), whole(found["most"] or found["least"])
    return least if least.isdigit() and most.isdigit() and int(least) <= int(most) else text


def parts(text: str) -> list[str]:
    """The entries of a list in one cell."""
    return [part.strip() for part in re.split("[;,|]", text) if part.strip()]


def is_yes(text: str) -> bool:
    """Whether a cell says yes; blank says no. Raises UnreadableRow for what says neither."""
    said = text.strip().casefold()
    if said not in _YES | _NO:
        raise UnreadableRow(f"“{text[:60]}” says neither yes nor no: write true or false, 1 or 0.")
    return said in _YES


def dates_of(cells: list[str]) -> Dates | None:
    """What the dates in these cells begin with; None where that cannot be told from them."""
    found = [match for cell in cells if (match := _DATE.fullmatch(cell.strip()))]
    if not found:
        return Dates.YEAR
    days = any(int(match[1]) > 12 or match[2] == "." for match in found)  # noqa: PLR2004 - months
    months = any(int(match[3]) > 12 for match in found)  # noqa: PLR2004 - months
    if days == months:
        return None
    return Dates.DAY if days else Dates.MONTH


def _iso(text: str) -> datetime | None:
    if _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > len("1795256100") else 1), UTC)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _in_digits(text: str, dates: Dates) -> datetime:
    """A date such as 20.11.2026 or 11/20/2026, 2:05 PM; raises ValueError."""
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found[1], found[3], found[4]
    elif (found := _DATE.fullmatch(text)) and dates != Dates.YEAR:
        year = found[4] if len(found[4]) > 2 else f"20{found[4]}"  # noqa: PLR2004 - digits of a year
        day, month = (found[1], found[3]) if dates == Dates.DAY else (found[3], found[1])
    else:
        raise ValueError(text)
    clock = f"{_hour(found):02}:{found['minute'] or '00'}:{found['second'] or '00'}"
    zone = "Z" if found["zone"] in ("UTC", "GMT") else found["zone"] or ""
    return datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{clock}{zone}")


def _hour(found: re.Match[str]) -> int:
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
    if half and not 1 <= hour <= 12:  # noqa: PLR2004 - the clock of twelve hours
        raise ValueError(found[0])
    return hour % 12 + 12 * (half == "p") if half else hour


def _no_instant(text: str, dates: Dates) -> str:
    said = f"“{text[:60]}” is not a date or time such as {ISO_EXAMPLE}."
    if dates == Dates.YEAR and _DATE.fullmatch(text):
        return f"{said} Say with the columns whether its dates begin with the day or the month."
    return said
