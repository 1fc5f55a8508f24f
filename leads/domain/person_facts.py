"""Says what one entry tells of its person in one spelling, and the keys by which its likes are looked up (IN-8)."""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from string import ascii_letters, digits

from leads.domain.mail_providers import ROLE_NAMES


class Fact(StrEnum):
    """What can be told of a person and compared; an entry tells what it has."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    MAILBOX = "mailbox"
    PHONE = "phone"
    ACCOUNT = "account"
    COUNTRY = "country"
    REGION = "region"
    POSTAL_CODE = "postal_code"
    SUBURB = "suburb"
    STREET = "street"
    HOUSE = "house"
    PLACE = "place"
    BORN_ON = "born_on"
    NUMBER = "number"


Person = Mapping[Fact, str]
"""What one entry tells, by `describe`: folded to one spelling, without the facts that it does not tell."""

NAMES = (Fact.FIRST_NAME, Fact.LAST_NAME)
FIRST_NAME, LAST_NAME = NAMES
MAILBOX, PHONE = Fact.MAILBOX, Fact.PHONE
CODES = frozenset({Fact.PHONE, Fact.COUNTRY, Fact.POSTAL_CODE, Fact.BORN_ON, Fact.NUMBER, Fact.HOUSE})
NO_WORDS = CODES | {Fact.MAILBOX}
SHORTEST_MAILBOX = 5  # "info", "eva", "jb" are many people's

_PLAIN = (ascii_letters + digits).encode()
_OTHERS = bytes(byte for byte in range(128) if byte not in _PLAIN)
_SPACED = bytes.maketrans(_OTHERS, b" " * len(_OTHERS))


def _prefix(*facts: Fact) -> str:
    return f"{'+'.join(facts)}:"


BY_ONE = tuple((_prefix(fact), fact) for fact in (Fact.PHONE, Fact.MAILBOX, Fact.NUMBER, Fact.BORN_ON))
BY_TWO = tuple(
    (_prefix(*both), *both)
    for both in (
        *((place, name) for place in (Fact.ACCOUNT, Fact.POSTAL_CODE) for name in NAMES),
        (Fact.STREET, Fact.HOUSE),
    )
)


def describe(told: Mapping[Fact, str]) -> Person:
    """The facts in one spelling, without blanks, and without mailboxes that are a role's or too short to say much."""
    person = {}
    for fact, value in told.items():
        if value.isalnum() and value.isascii():  # as most are
            person[fact] = value.lower()
        elif value and (text := _folded(value, fact)):
            person[fact] = text
    if MAILBOX in person and _says_little(told[MAILBOX], person[MAILBOX]):
        del person[MAILBOX]
    return person


def keys_of(person: Person) -> list[str]:
    """What to look others up by, each once: whoever shares none of these keys is too unlike to be compared."""
    keys = [prefix + person[fact] for prefix, fact in BY_ONE if fact in person]
    for prefix, one, other in BY_TWO:
        if one in person and other in person:
            keys.append(f"{prefix}{person[one]}|{person[other]}")
    return keys + _names_of(person)


def rarities_of(person: Person) -> frozenset[str]:
    """The keys that say less the more share them: the whole name and the telephone."""
    phone = [_prefix(PHONE) + person[PHONE]] if PHONE in person else []
    return frozenset(phone + _names_of(person))


def _names_of(person: Person) -> list[str]:
    """First and last name in either order, as one key; none where one of them is not told."""
    first, last = person.get(FIRST_NAME), person.get(LAST_NAME)
    if first is None or last is None:
        return []
    return [f"names:{first}|{last}" if first <= last else f"names:{last}|{first}"]


def _says_little(mailbox: str, folded: str) -> bool:
    return len(folded) < SHORTEST_MAILBOX or mailbox.casefold() in ROLE_NAMES


def _folded(text: str, fact: Fact) -> str:
    """Lower case without accents; letters and digits alone, and in words one space between them."""
    if not text.isascii():
        return _unaccented(text, fact)
    if fact == MAILBOX:
        text = text.partition("+")[0]
    if fact in NO_WORDS:
        return text.lower().encode().translate(None, _OTHERS).decode()
    return " ".join(text.lower().encode().translate(_SPACED).decode().split())


@lru_cache(maxsize=100_000)
def _unaccented(text: str, fact: Fact) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ß", "ss"))
    if fact == MAILBOX:
        plain = plain.partition("+")[0]
    between = "" if fact in NO_WORDS else " "
    kept = "".join(
        letter if letter.isalnum() else between for letter in plain if not unicodedata.combining(letter)
    )
    return " ".join(kept.split())
