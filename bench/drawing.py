"""Draws lines over two logarithmic axes as an SVG of its own, legible on light and on dark pages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 960, 520
LEFT, TOP, RIGHT, BOTTOM = 85, 20, 400, 50  # the names stand on the right
GREY = "#808890"  # seen on white and on black
COLOURS = ("#3b82c4", "#c2702d", "#3f9650", "#b4489c", "#8a7a22", "#6b6fd6", "#c24a4a", "#1f9a9a")
DASHES = ("", "6 3", "2 3")
HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" '
    'font-size="11" role="img" aria-label="{told}">'
)
APART = 14  # pixels between two names


@dataclass(frozen=True)
class Line:
    """A name, and positive points from left to right."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Axis:
    """Powers of ten from `low` to `high`, between two pixels."""

    low: int
    high: int
    first: float
    last: float

    def at(self, value: float) -> float:
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.first + share * (self.last - self.first)


def drawn(lines: Sequence[Line], *, across: str, up: str) -> str:
    """The picture, with a name beside the end of each line."""
    x = _axis([x for line in lines for x, _ in line.points], first=LEFT, last=WIDTH - RIGHT)
    y = _axis([y for line in lines for _, y in line.points], first=HEIGHT - BOTTOM, last=TOP)
    places = _apart([y.at(line.points[-1][1]) for line in lines])
    parts = [
        HEAD.format(width=WIDTH, height=HEIGHT, told=escape(f"{up} by {across}")),
        *_grid(x, y, across=across, up=up),
        *(
            part
            for number, line in enumerate(lines)
            for part in _line(line, number, axes=(x, y), name_at=places[number])
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _axis(values: Sequence[float], *, first: float, last: float) -> Axis:
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return Axis(low, max(high, low + 1), first, last)


def _apart(wanted: Sequence[float]) -> list[float]:
    """Heights near those wanted, no two closer than a name is high."""
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    places, last = [0.0] * len(wanted), -math.inf
    for number in order:
        last = places[number] = max(wanted[number], last + APART)
    beyond = max(0.0, last - (HEIGHT - 8))
    return [place - beyond for place in places]


def _grid(x: Axis, y: Axis, *, across: str, up: str) -> list[str]:
    parts = []
    for power in range(x.low, x.high + 1):
        at = x.at(10.0**power)
        parts.append(_rule((at, TOP), (at, HEIGHT - BOTTOM)))
        parts.append(_text(_written(power), at=(at, HEIGHT - BOTTOM + 16), anchor="middle"))
    for power in range(y.low, y.high + 1):
        at = y.at(10.0**power)
        parts.append(_rule((LEFT, at), (WIDTH - RIGHT, at)))
        parts.append(_text(f"{_written(power)} {up}", at=(LEFT - 6, at + 4), anchor="end"))
    return [*parts, _text(across, at=((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 12), anchor="middle")]


def _line(line: Line, number: int, *, axes: tuple[Axis, Axis], name_at: float) -> list[str]:
    x, y = axes
    colour, dash = COLOURS[number % len(COLOURS)], DASHES[number // len(COLOURS) % len(DASHES)]
    places = [(x.at(across), y.at(up)) for across, up in line.points]
    path = " ".join(f"{across:.1f},{up:.1f}" for across, up in places)
    end = places[-1]
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>',
        *(f'<circle cx="{across:.1f}" cy="{up:.1f}" r="3" fill="{colour}"/>' for across, up in places),
        f'<path d="M{end[0] + 5:.1f} {end[1]:.1f}L{end[0] + 18:.1f} {name_at:.1f}" stroke="{colour}" fill="none"/>',
        _text(line.name, at=(end[0] + 22, name_at + 4), anchor="start", colour=colour),
    ]


def _rule(begin: tuple[float, float], end: tuple[float, float]) -> str:
    return (
        f'<path d="M{begin[0]:.1f} {begin[1]:.1f}L{end[0]:.1f} {end[1]:.1f}" stroke="{GREY}" '
        'stroke-opacity="0.35" fill="none"/>'
    )


def _text(words: str, *, at: tuple[float, float], anchor: str, colour: str = GREY) -> str:
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}" fill="{colour}">{escape(words)}</text>'
    )


def _written(power: int) -> str:
    return f"{10**power:,}" if power >= 0 else f"{10.0**power:g}"
