"""Takes what a person is known by out of texts and values, and leaves the rest as it is: pure (IN-10, P38)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from leads.domain.identity import InvalidEmail, normalise_email

ERASED = "[erased]"
ADDRESS = re.compile(r"[^\s@<>()\[\]\"',;:]{1,64}@[\w.-]{1,255}\w")
SHORTEST_ALONE = 2  # letters of a name that is looked for by itself, in the person's own rows
FEWEST_DIGITS = 7  # of a telephone number that is looked for at all


def opening(sentence: str) -> str:
    """What stands before the first colon, in our own words ("MQL → SAL"); what somebody wrote after it goes whole."""
    before, colon, _after = sentence.partition(": ")
    return f"{before}{colon}{ERASED}" if colon else ERASED


@dataclass(frozen=True)
class KnownBy:
    """What a person is known by.

    Addresses are known by their keys and telephone numbers by their digits, in whatever way they are written. `names`
    are whole names that nobody else has, and `parts` the same as first and last name, for cells of their own; `words`
    (a first name, a title) mean the person in their own rows alone.
    """

    keys: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    parts: frozenset[tuple[str, str]] = frozenset()

    @cached_property
    def anywhere(self) -> re.Pattern[str] | None:
        """What is taken out of everybody's rows."""
        return _any_of(self.names, self.phones)

    @cached_property
    def at_home(self) -> re.Pattern[str] | None:
        """What is taken out of the person's own rows besides."""
        alone = {word for word in self.words if len(word) >= SHORTEST_ALONE}
        return _any_of(self.names | alone, self.phones)

    def is_named_in(self, value: Any) -> bool:
        """Whether a row of a file is the person's: by address, number or whole name, in one cell or several."""
        if without(value, self) != value:
            return True
        text = f" {json.dumps(value, ensure_ascii=False)} ".casefold()
        return any(
            all(re.search(rf"(?<!\w){re.escape(part.casefold())}(?!\w)", text) for part in parts)
            for parts in self.parts
        )

    def is_spelt_in(self, text: str) -> bool:
        """Whether a key, such as a sender's name for a signal, is made of an address, a number or a name of theirs."""
        spelt = {*self.keys, *self.addresses, *self.names, *self.phones}
        return any(each.casefold() in text.casefold() for each in spelt)

    def needles(self) -> list[str]:
        """Texts of which at least one stands in whatever mentions the person; many that have one do not."""
        last_names = {last for _first, last in self.parts}
        plain = {*self.names, *self.phones, *last_names, *(f"@{domain}" for domain in self.domains)}
        escaped = {json.dumps(each, ensure_ascii=False)[1:-1] for each in plain}
        return sorted(each for each in plain | escaped if each)


def without(value: Any, known: KnownBy, *, at_home: bool = False) -> Any:
    """`value`, a text or what JSON can hold, with everything that the person is known by replaced.

    `at_home` says that it stands in one of the person's own rows, where single names and the title go as well.
    """
    if isinstance(value, str):
        return _clean(value, known, at_home=at_home)
    if isinstance(value, Mapping):
        return {
            _clean(str(name), known, at_home=False): without(each, known, at_home=at_home)
            for name, each in value.items()
        }
    if isinstance(value, list | tuple):
        return [without(each, known, at_home=at_home) for each in value]
    return value


def without_texts(value: Any) -> Any:
    """The numbers and yes-or-noes of a value, for what a person typed: ids stay, words go."""
    if isinstance(value, Mapping):
        kept = {name: without_texts(each) for name, each in value.items()}
        return {name: each for name, each in kept.items() if each not in (None, {}, [])}
    if isinstance(value, list | tuple):
        return [each for each in map(without_texts, value) if each is not None]
    return None if isinstance(value, str) else value


def whole_names(first: str, last: str) -> set[str]:
    """The ways in which a person's whole name is written; none where only one part is known."""
    first, last = first.strip(), last.strip()
    return {f"{first} {last}", f"{last} {first}", f"{last}, {first}"} if first and last else set()


def telling_numbers(phones: Iterable[str]) -> set[str]:
    """Telephone numbers that are long enough to mean one person."""
    return {phone for phone in phones if sum(letter.isdigit() for letter in phone) >= FEWEST_DIGITS}


def _clean(text: str, known: KnownBy, *, at_home: bool) -> str:
    if "@" in text and known.keys:
        text = ADDRESS.sub(lambda found: ERASED if _key(found.group()) in known.keys else found.group(), text)
    pattern = known.at_home if at_home else known.anywhere
    return pattern.sub(ERASED, text) if pattern else text


def _key(written: str) -> str:
    try:
        return normalise_email(written).key
    except InvalidEmail:
        return written.lower()


def _any_of(texts: Iterable[str], phones: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds each as whole words, the longest first, in any case; numbers however they are parted."""
    longest_first = sorted((text for text in texts if text), key=len, reverse=True)
    found = [*map(re.escape, longest_first), *map(_digits, phones)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", re.IGNORECASE) if found else None


def _digits(phone: str) -> str:
    return r"\+?" + r"[\s()./-]*".join(letter for letter in phone if letter.isdigit())
