"""Says how likely two descriptions are of one person, with the evidence for it: all weights stand in one table (IN-8).

Probabilistic record linkage after I. P. Fellegi and A. B. Sunter, "A Theory for Record Linkage", Journal of the
American Statistical Association 64 (1969): each fact that both tell adds log2(m / u), where m is how often it comes
out so for one person under two entries and u how often for two people. What either does not tell adds nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from math import exp2, log2
from string import digits
from types import MappingProxyType

from rapidfuzz.distance import OSA, JaroWinkler

from leads.domain.person_facts import NAMES, NO_WORDS, Fact, Person, rarities_of


class Level(StrEnum):
    """How two tellings of one fact compare."""

    SAME = "same"
    NEAR = "near"
    INITIAL = "initial"
    NUMBERED = "numbered"
    OTHER = "other"


@dataclass(frozen=True)
class Weights:
    """The bits that a fact adds when it is told alike, nearly so, or otherwise."""

    same: float
    near: float
    other: float


WEIGHTS: Mapping[Fact, Weights] = MappingProxyType(
    {
        Fact.FIRST_NAME: Weights(
            7, 4, -5
        ),  # one in about 150 shares it; two at one number are often a family
        Fact.LAST_NAME: Weights(9, 5, -5),
        Fact.MAILBOX: Weights(10, 4, -0.5),  # many have several
        Fact.PHONE: Weights(16, 0, -0.5),  # one digit further is a colleague's desk as often as a slip
        Fact.ACCOUNT: Weights(11, 0, -2),  # private and business addresses differ
        Fact.COUNTRY: Weights(1, 0, -4),
        Fact.REGION: Weights(2, 1, -2),
        Fact.POSTAL_CODE: Weights(9, 5, -2),
        Fact.SUBURB: Weights(9, 6, -3),
        Fact.STREET: Weights(10, 7, -3),
        Fact.HOUSE: Weights(5, 2, -2),
        Fact.PLACE: Weights(9, 6, -2),
        Fact.BORN_ON: Weights(13, 7, -3),
        Fact.NUMBER: Weights(20, 13, -4),
    }
)
PRIOR = -17.0
"""Among ten thousand people of whom one in twenty is there twice, the odds that any two are one, in bits."""
INITIAL_BITS = 1.0
NUMBERED_BITS = -12.0
"""Who gives people of one name numbers (eva.klein, eva.klein2) has several of that name."""
SWITCHBOARD = 2.0
"""Colleagues share a number: within one company it says little."""
AGREEING = 2.0
"""What a like mailbox adds to a like name, or the name to the mailbox: the one is mostly made of the other."""
LIKELY = 0.5
"""The probability from which two are proposed: likelier one person than two."""

_WORTHS = {
    (fact, level): bits
    for fact, weights in WEIGHTS.items()
    for level, bits in {
        Level.SAME: weights.same,
        Level.NEAR: weights.near,
        Level.INITIAL: INITIAL_BITS,
        Level.NUMBERED: NUMBERED_BITS,
        Level.OTHER: weights.other,
    }.items()
}

_SAME = {fact: weights.same for fact, weights in WEIGHTS.items()}
_DIFFERENT = {
    fact: weights.other if fact == Fact.ACCOUNT else max(weights.near, weights.other)
    for fact, weights in WEIGHTS.items()
}
"""The most that a fact adds where the two tellings differ: an account is never mistyped."""
FIRST_NAME, LAST_NAME = NAMES
BOTH_NAMES = _SAME[FIRST_NAME] + _SAME[LAST_NAME]
ACCOUNT, MAILBOX, PHONE = Fact.ACCOUNT, Fact.MAILBOX, Fact.PHONE

NOBODY_ELSE: Mapping[str, int] = MappingProxyType({})
ALIKE = 0.9  # Jaro-Winkler, from which two words are one misspelt
SHORTEST_SLIP = 4  # a letter more or less makes another word of a shorter one


@dataclass(frozen=True)
class Evidence:
    """One fact that both tell, how the two tellings compare, and the bits that it adds."""

    fact: Fact
    level: Level
    bits: float


@dataclass(frozen=True)
class Likeness:
    """How likely two entries are of one person, from 0 to 1, and why; the strongest evidence first."""

    probability: float
    evidence: tuple[Evidence, ...]

    @property
    def is_likely(self) -> bool:
        """Whether the two are likelier one person than two."""
        return self.probability > LIKELY


def compare(one: Person, other: Person, *, bearers: Mapping[str, int] = NOBODY_ELSE) -> Likeness:
    """How likely the two are one person. Symmetric; facts that either does not tell count for nothing.

    `bearers` is how many entries have a name or number, by its key (`rarities_of`): the more, the less it says.
    """
    found = _levels(one, other)
    evidence = [Evidence(fact, level, _bits(fact, level, found)) for fact, level in found.items()]
    bits = PRIOR + sum(each.bits for each in evidence)
    bits -= _told_twice({each.fact: each.bits for each in evidence})
    bits -= sum(log2(max(bearers.get(key, 0) - 1, 1)) for key in rarities_of(one) & rarities_of(other))
    strongest = sorted(evidence, key=lambda each: (-each.bits, each.fact))
    return Likeness(_probability(bits), tuple(strongest))


def likely(one: Person, other: Person) -> Likeness | None:
    """What `compare` says where nobody else bears their names and numbers, if they are likely; quick where not.

    Others who bear them only make two less likely, so that who is None here is never likely.
    """
    if _at_best(one, other) <= 0:
        return None
    found = _levels(one, other)
    bits = {fact: _bits(fact, level, found) for fact, level in found.items()}
    if PRIOR + sum(bits.values()) - _told_twice(bits) <= 0:
        return None
    likeness = compare(one, other)
    return likeness if likeness.is_likely else None


def _at_best(one: Person, other: Person) -> float:
    """No fewer bits than comparing letter by letter finds: what differs is taken as mistyped where it can be."""
    bits = {
        fact: _SAME[fact] if told == other[fact] else _DIFFERENT[fact]
        for fact, told in one.items()
        if fact in other
    }
    if ACCOUNT in bits and one[ACCOUNT] == other[ACCOUNT]:
        if PHONE in bits and one[PHONE] == other[PHONE]:
            bits[PHONE] = SWITCHBOARD
        if _is_numbered(one, other):
            bits[MAILBOX] = NUMBERED_BITS
    by_name = bits.get(FIRST_NAME, 0.0) + bits.get(LAST_NAME, 0.0)
    if by_name < BOTH_NAMES and FIRST_NAME in bits and LAST_NAME in bits:
        crossed = _crossed_at_best(one, other)
        if crossed > by_name:
            bits[FIRST_NAME], bits[LAST_NAME] = crossed, 0.0
    return PRIOR + sum(bits.values()) - _told_twice(bits)


def _crossed_at_best(one: Person, other: Person) -> float:
    first = _SAME if one[FIRST_NAME] == other[LAST_NAME] else _DIFFERENT
    last = _SAME if one[LAST_NAME] == other[FIRST_NAME] else _DIFFERENT
    return first[FIRST_NAME] + last[LAST_NAME]


def _levels(one: Person, other: Person) -> dict[Fact, Level]:
    """Each fact that both tell; first and last name as they fit best, the right way round or crossed."""
    found = {fact: _level(fact, one[fact], other[fact]) for fact in WEIGHTS if fact in one and fact in other}
    if found.get(Fact.ACCOUNT) == Level.SAME and _is_numbered(one, other):
        found[Fact.MAILBOX] = Level.NUMBERED
    first, last = NAMES
    if first in found and last in found:
        crossed = _level(first, one[first], other[last]), _level(last, one[last], other[first])
        if _of_names(*crossed) > _of_names(found[first], found[last]):
            found[first], found[last] = crossed
    return found


def _of_names(first: Level, last: Level) -> float:
    return _worth(Fact.FIRST_NAME, first) + _worth(Fact.LAST_NAME, last)


def _level(fact: Fact, one: str, other: str) -> Level:
    return Level.SAME if one == other else _unequal(fact, one, other)


@lru_cache(maxsize=200_000)
def _unequal(fact: Fact, one: str, other: str) -> Level:
    if fact in NAMES and _abbreviates(one, other):
        return Level.INITIAL
    return Level.NEAR if _is_slip(fact, one, other) else Level.OTHER


def _is_slip(fact: Fact, one: str, other: str) -> bool:
    """Whether the two may be one word or number, mistyped."""
    if fact == Fact.ACCOUNT or min(len(one), len(other)) < SHORTEST_SLIP:
        return False
    if OSA.distance(one, other, score_cutoff=1) <= 1:
        return True
    return fact not in NO_WORDS and JaroWinkler.similarity(one, other) >= ALIKE


def _abbreviates(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) < SHORTEST_SLIP and longer.startswith(shorter)


def _is_numbered(one: Person, other: Person) -> bool:
    """Whether the two mailboxes differ by a number behind the same name."""
    mine, theirs = one.get(Fact.MAILBOX, ""), other.get(Fact.MAILBOX, "")
    return mine != theirs and mine.rstrip(digits) == theirs.rstrip(digits) != ""


def _bits(fact: Fact, level: Level, found: Mapping[Fact, Level]) -> float:
    if fact == Fact.PHONE and level == Level.SAME and found.get(Fact.ACCOUNT) == Level.SAME:
        return SWITCHBOARD
    return _worth(fact, level)


def _worth(fact: Fact, level: Level) -> float:
    return _WORTHS[fact, level]


def _told_twice(bits: Mapping[Fact, float]) -> float:
    """What a like name and a like mailbox say both, so that it is counted once."""
    by_name = bits.get(FIRST_NAME, 0.0) + bits.get(LAST_NAME, 0.0)
    return max(0.0, min(by_name, bits.get(Fact.MAILBOX, 0.0)) - AGREEING)


def _probability(bits: float) -> float:
    return 1.0 / (1.0 + exp2(-bits))
