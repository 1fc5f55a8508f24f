"""Checks that a payload of any shape can be stored unchanged, and names by path what cannot (P28)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEEPEST = 8
MOST_VALUES = 5_000
MOST_FAULTS = 50
FEW_VALUES = 90  # of the greatest length they are less than MOST_TEXT together
LONGEST_TEXT = 10_000
LONGEST_NAME = 200
MOST_TEXT = 1_000_000
LARGEST = 2**63 - 1


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, by its path ("person.email"; "" is the whole body), as a sentence."""

    field: str
    message: str


def faults_in(payload: Mapping[object, object]) -> tuple[FieldError, ...]:
    """What keeps the payload from being stored: broken text, depth, size, numbers; empty if nothing does.

    Walks without recursion, so no depth can exhaust the stack.
    """
    if _is_plain(payload):
        return ()
    faults: list[FieldError] = []
    seen, text = 0, 0
    waiting: list[tuple[str, object, int]] = [("", payload, 0)]
    while waiting and len(faults) < MOST_FAULTS:
        path, value, depth = waiting.pop()
        seen += 1
        text += len(value) if isinstance(value, str) else 0
        if seen > MOST_VALUES or text > MOST_TEXT:
            return (*faults, FieldError("", "There is more in this body than one signal may carry."))
        faults += (FieldError(path, message) for message in _faults_of(value, depth))
        if depth < DEEPEST:
            waiting += ((_joined(path, name), child, depth + 1) for name, child in _children(value))
    return tuple(faults)


def _is_plain(payload: Mapping[object, object]) -> bool:
    """Whether it is a small object of short texts and whole numbers: nothing has to be looked for then."""
    waiting, names, texts = [payload], list[Any](), list[str]()
    for each in waiting:
        names += each
        if len(names) > FEW_VALUES:
            return False
        for value in each.values():
            if type(value) is str:
                texts.append(value)
            elif type(value) is dict and each is payload:
                waiting.append(value)
            elif type(value) is not int or not 0 <= value <= LARGEST:
                return False
    return _are_short(names, LONGEST_NAME) and _are_short(texts, LONGEST_TEXT)


def _are_short(texts: Sequence[str], longest: int) -> bool:
    """Whether all of them are short texts without anything that cannot be stored, looked for in all at once."""
    try:
        whole = "".join(texts)
    except TypeError:  # some are none
        return False
    if "\0" in whole or not (whole.isascii() or _is_whole_text(whole)):
        return False
    return len(whole) <= longest or max(map(len, texts)) <= longest


def readable(name: object) -> str:
    """A field's name that can be shown and sent anywhere, however it was written."""
    text = name if isinstance(name, str) else repr(name)
    safe = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return safe if len(safe) <= LONGEST_NAME else safe[: LONGEST_NAME - 1] + "…"


def _children(value: object) -> Iterator[tuple[object, object]]:
    if isinstance(value, Mapping):
        yield from reversed(list(value.items()))
    elif isinstance(value, list | tuple):
        yield from reversed(list(enumerate(value)))


def _joined(path: str, name: object) -> str:
    return f"{path}.{readable(name)}" if path else readable(name)


def _faults_of(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield from _faults_of_text(value)
    elif isinstance(value, Mapping):
        yield from _faults_of_names(value)
    elif isinstance(value, int | float) and not _can_be_stored(value):
        yield "This number cannot be stored."
    if depth >= DEEPEST and isinstance(value, Mapping | list | tuple) and value:
        yield f"This is nested more than {DEEPEST} levels deep."


def _faults_of_text(value: str) -> Iterator[str]:
    if "\0" in value:
        yield "This contains a NUL character, which cannot be stored."
    if not _is_whole_text(value):
        yield "This contains half a character (a lone surrogate), which cannot be stored."
    if len(value) > LONGEST_TEXT:
        yield f"This must have at most {LONGEST_TEXT:,} characters."


def _faults_of_names(value: Mapping[object, object]) -> Iterator[str]:
    for name in value:
        if not isinstance(name, str):
            yield "The name of every field must be text."
        elif len(name) > LONGEST_NAME:
            yield f"The name of a field must have at most {LONGEST_NAME} characters."
        elif "\0" in name or not _is_whole_text(name):
            yield f"The field name {readable(name)} contains a character that cannot be stored."


def _is_whole_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _can_be_stored(value: float) -> bool:
    """Whether it fits, however the database writes it: what is kept is read again. NaN fits nowhere."""
    return -LARGEST - 1 <= value <= LARGEST
