"""Shares the rows of a file between two hands that work at once: who may be the same stays in one, in their order.

Rows are kin where they may tell of the same person or company, and so are kin of kin. All of a kin that come at once
go to one hand, the one where earlier kin still waits; where it waits in both, ours begins once theirs is done.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from leads.domain import csv_mapping, identity
from leads.domain.csv_mapping import RowMapping
from leads.domain.identity import InvalidEmail

OURS, THEIRS = 0, 1
MOST_KEYS = 50_000  # that are remembered of what may be done by now
OUR_PART, THEIR_PART = 2, 3  # of five rows: our hand reads the file and shares it as well


class Shares(NamedTuple):
    """Which of some rows go to each hand, by place, and how many rows of theirs must be done before ours begin."""

    ours: list[int]
    theirs: list[int]
    after: int


class KeysOf:
    """Says of the rows of one mapping whom each may tell of: those without a key in common have nothing in common.

    A row has none where it says nobody's address, company or name: then it is refused, or nothing else heeds it.
    """

    def __init__(self, mapping: RowMapping) -> None:
        named = {path: mapping.fields.get(path, "") for path in PATHS} | {"row": mapping.key}
        self._asked = [(READ[path], template) for path, template in named.items() if template]

    def __call__(self, cells: Mapping[str, str]) -> tuple[str, ...]:
        """The keys of the row with these cells."""
        found = (read(csv_mapping.filled(template, cells)) for read, template in self._asked)
        return tuple(filter(None, found))


def _of_email(text: str) -> str:
    """The company that the address is of, or else whose it is."""
    if company := identity.company_domain(text.rpartition("@")[2]):
        return company
    try:
        return identity.normalise_email(text).key
    except InvalidEmail:
        return ""


def _of_name(text: str) -> str:
    key = identity.company_name_key(text)
    return key and f"called {key}"


READ: Mapping[str, Callable[[str], str]] = {
    "person.email": _of_email,
    "company.domain": identity.company_domain,
    "company.name": _of_name,
    "visitor_id": lambda text: text and f"visitor {text}",
    "row": lambda text: text and f"row {text}",
}
PATHS = tuple(READ)[:-1]


@dataclass
class _Hand:
    """How many rows it was given and has done, and the place of the last row of each key that may still wait."""

    given: int = 0
    done: int = 0
    last: dict[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        return self.given - self.done

    def waits_for(self, key: str) -> int:
        """How many of its rows must be done until none with this key waits; 0 where none does."""
        place = self.last.get(key, 0)
        return place if place > self.done else 0

    def give(self, rows: int, keys: Iterable[str]) -> None:
        self.given += rows
        if len(self.last) > MOST_KEYS:
            self.last = {key: place for key, place in self.last.items() if place > self.done}
        self.last.update(dict.fromkeys(keys, self.given))


class Sharing:
    """Shares rows as they come, and is told as they are done."""

    def __init__(self) -> None:
        self._hands = _Hand(), _Hand()

    def waiting(self, hand: int) -> int:
        """How many rows the hand was given and has not done."""
        return self._hands[hand].waiting

    def done(self, hand: int, rows: int) -> None:
        """The hand has done so many of its rows, in their order."""
        self._hands[hand].done += rows

    def is_done(self, theirs: int) -> bool:
        """Whether so many rows of theirs are done."""
        return self._hands[THEIRS].done >= theirs

    def share(self, keys: Sequence[Sequence[str]]) -> Shares:
        """Share the next rows, each of which has these keys."""
        first, kin = _kin(keys)
        hands, after = self._hands_of(kin, {key: kin[place] for key, place in first.items()})
        given: tuple[list[int], list[int]] = [], []
        for place, eldest in enumerate(kin):
            given[hands[eldest]].append(place)
        for hand, of_hand in enumerate(self._hands):
            of_hand.give(len(given[hand]), (key for key, at in first.items() if hands[kin[at]] == hand))
        return Shares(*given, after)

    def _hands_of(self, kin: Sequence[int], eldest_of: Mapping[str, int]) -> tuple[dict[int, int], int]:
        """By its eldest row, the hand of each kin, and how many rows of theirs must be done before ours begin."""
        ours, theirs = self._hands
        held = {eldest for key, eldest in eldest_of.items() if ours.waits_for(key)}
        there: dict[int, int] = {}
        for key, eldest in eldest_of.items():
            if place := theirs.waits_for(key):
                there[eldest] = max(place, there.get(eldest, 0))
        hands, waiting = {}, [ours.waiting, theirs.waiting]
        for eldest, size in _sizes(kin).items():
            hand = OURS if eldest in held else THEIRS if eldest in there else _less(waiting)
            hands[eldest] = hand
            waiting[hand] += size
        return hands, max((there[each] for each in held & there.keys()), default=0)


def _less(waiting: Sequence[int]) -> int:
    return OURS if waiting[OURS] * THEIR_PART <= waiting[THEIRS] * OUR_PART else THEIRS


def _sizes(kin: Sequence[int]) -> dict[int, int]:
    """How many rows each kin has, in the order of the eldest."""
    sizes: dict[int, int] = {}
    for eldest in kin:
        sizes[eldest] = sizes.get(eldest, 0) + 1
    return sizes


def _kin(keys: Sequence[Sequence[str]]) -> tuple[dict[str, int], list[int]]:
    """The first row of each key, and of each row the eldest of its kin."""
    first: dict[str, int] = {}
    elder = list(range(len(keys)))
    for place, named in enumerate(keys):
        for key in named:
            a, b = _eldest(elder, first.setdefault(key, place)), _eldest(elder, place)
            elder[max(a, b)] = min(a, b)
    return first, [_eldest(elder, place) for place in range(len(keys))]


def _eldest(elder: list[int], place: int) -> int:
    while elder[place] != place:
        elder[place] = elder[elder[place]]
        place = elder[place]
    return place
