"""Compares post codes as anybody writes them: by how they begin and by ranges, whatever their spaces and case."""

import re
from dataclasses import dataclass

_DASHES = re.compile(r"\s*(?:\N{EN DASH}|\N{EM DASH}|-|\.\.|\bto\b)\s*")
_GAPS = re.compile(r"[\s\-\N{EN DASH}\N{EM DASH}.]+")


class UnclearPostCodes(ValueError):
    """The text names no post codes; the message says what to change."""


@dataclass(frozen=True)
class PostCodes:
    """Every code from those that begin with `first` to those that begin with `last`, both included."""

    first: str
    last: str

    def __str__(self) -> str:
        return self.first if self.first == self.last else f"{self.first}\N{EN DASH}{self.last}"

    def hold(self, code: str) -> bool:
        """Whether a post code is one of them; 80\N{EN DASH}86 holds 86899."""
        given = bare(code)
        return bool(given) and self.first <= given[: len(self.first)] and given[: len(self.last)] <= self.last

    def meet(self, other: "PostCodes") -> bool:
        """Whether a code can be one of both."""
        return not (_before(self.last, other.first) or _before(other.last, self.first))

    def contain(self, other: "PostCodes") -> bool:
        """Whether every code of the other is one of these."""
        starts = self.first <= other.first and not _before(other.first, self.first)
        return starts and other.last[: len(self.last)] <= self.last and len(other.last) >= len(self.last)


def bare(code: str) -> str:
    """A post code in the form in which it is compared: upper case, nothing but letters and digits."""
    return _GAPS.sub("", code).upper()


def read(text: str) -> PostCodes:
    """What "80", "SW1A", "80-86" or "10115–14199" stands for; raises UnclearPostCodes.

    A dash makes a range where both sides are equally long; 1000-001 is one code of Portugal.
    """
    sides = [bare(side) for side in _DASHES.split(text.strip())]
    if len(sides) == 2 and len(sides[0]) == len(sides[1]) > 0:  # noqa: PLR2004 - two sides of a dash
        return between(*sides)
    code = bare(text)
    if not code.isalnum() or not code.isascii():
        raise UnclearPostCodes(f"“{text[:40]}” is no post code; write 80, SW1A or 80-86.")
    return PostCodes(code, code)


def between(first: str, last: str) -> PostCodes:
    """The range from one beginning to another; raises UnclearPostCodes where it runs the wrong way round."""
    start, end = bare(first), bare(last)
    if not (start.isalnum() and end.isalnum() and (start + end).isascii()):
        raise UnclearPostCodes(f"“{first[:40]}–{last[:40]}” is no range of post codes; write 80-86.")
    if _before(end, start):
        raise UnclearPostCodes(f"The post codes {start}–{end} are the wrong way round.")
    return PostCodes(start, end)


def _before(one: str, other: str) -> bool:
    """Whether every code that begins with `one` comes before each that begins with `other`."""
    return one < other[: len(one)]
