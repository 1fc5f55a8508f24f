"""Whose word each fact of a person is, and what another source said of it, as one value on the person's row (IN-9).

The value is a list of words, each `[kind of source, source, when, [facts that are its word], {fact: what it said that
is not believed}]`; of a fact the latest word that is not believed is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from leads.domain.precedence import Conflict, Origin, Settled, Told, is_same

Words = Sequence[Sequence[Any]]
"""What the row keeps; None there stands for what was known before anybody wrote it down."""

Mark = tuple[str, str, str]


def first_words(facts: Mapping[str, object], teller: Told) -> list[list[Any]] | None:
    """The words of whoever told of a person first; None where they told nothing."""
    told = [fact for fact, value in facts.items() if value]
    return [[*_mark(teller), told, {}]] if told else None


def holders(words: Words | None) -> dict[str, Told]:
    """Who said what is known, by fact, as far as that was written down."""
    return {fact: _told(word) for word in words or () for fact in word[3]}


def conflicts(words: Words | None, known: Mapping[str, object]) -> list[Conflict]:
    """What sources differ about: what is kept, as in `known`, over what was said of it last."""
    held = holders(words)
    unknown = Told(Origin.SELF, "", None)
    return [
        Conflict(fact, known[fact], held.get(fact, unknown), other, _told(word))
        for word in words or ()
        for fact, other in word[4].items()
        if fact in known
    ]


def after(
    words: Words | None,
    settled: Settled,
    said: Mapping[str, object],
    *,
    teller: Told,
    known: Mapping[str, object],
) -> list[list[Any]] | None:
    """The words after `teller` said this, which was `settled` over what was `known`; None where nothing is known."""
    kept = {**known, **settled.changes}
    held = {fact: _mark(told) for fact, told in holders(words).items()}
    held |= dict.fromkeys(settled.changes, _mark(teller))
    others = {one.fact: (_mark(one.other_told), one.other) for one in conflicts(words, kept)}
    for one in settled.conflicts:
        told = _mark(one.other_told)
        before, other = others.get(one.fact, (told, None))
        if before[:2] != told[:2] or other != one.other:
            others[one.fact] = (told, one.other)
    agreed = {fact for fact, value in said.items() if is_same(value, kept.get(fact))}
    return _together(
        {fact: mark for fact, mark in held.items() if kept.get(fact)},
        {
            fact: (mark, other)
            for fact, (mark, other) in others.items()
            if not is_same(other, kept.get(fact)) and not (fact in agreed and mark[:2] == _mark(teller)[:2])
        },
    )


def only(words: Words | None, facts: Iterable[str]) -> list[list[Any]]:
    """Whose word these facts are, and nothing else."""
    wanted = set(facts)
    found = ([*word[:3], [fact for fact in word[3] if fact in wanted], {}] for word in words or ())
    return [word for word in found if word[3]]


def without(words: Words | None, facts: Iterable[str]) -> list[list[Any]]:
    """The words, but for what they say of these facts."""
    gone = set(facts)
    return list(_without(words or (), gone))


def _without(words: Words, gone: set[str]) -> Iterator[list[Any]]:
    for word in words:
        held = [fact for fact in word[3] if fact not in gone]
        others = {fact: other for fact, other in word[4].items() if fact not in gone}
        if held or others:
            yield [*word[:3], held, others]


def _together(held: Mapping[str, Mark], others: Mapping[str, tuple[Mark, object]]) -> list[list[Any]] | None:
    marks = dict.fromkeys([*held.values(), *(mark for mark, _ in others.values())])
    return [
        [
            *mark,
            [fact for fact, by in held.items() if by == mark],
            {fact: other for fact, (by, other) in others.items() if by == mark},
        ]
        for mark in marks
    ] or None


def _mark(told: Told) -> Mark:
    return told.origin.value, told.by, told.at.isoformat() if told.at else ""


def _told(word: Sequence[Any]) -> Told:
    return Told(Origin(word[0]), word[1], datetime.fromisoformat(word[2]) if word[2] else None)
