"""Fills the text of a mail: known facts by themselves, what is personal by the rep alone; refuses empty words (QU-6).

A slot is written `{{first_name}}`. Those named in KNOWN are filled from what is known; every other is personal, and
the rep writes it. A text that merely follows up gives nobody a reason to answer, and is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

SLOT = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")
KNOWN = {
    "first_name": "the person’s first name",
    "company": "their company",
    "title": "their title",
    "what_they_did": "what they did last, as “asked for a demo”",
    "my_name": "the rep’s own name",
}
LONGEST_ANSWER = 1000


class SlotsMissing(Exception):
    """Something that only the rep can write is still to be written; `slots` names what."""

    def __init__(self, slots: list[str]) -> None:
        self.slots = slots
        super().__init__(f"Still to be written: {', '.join(words(slot) for slot in slots)}.")


@dataclass(frozen=True)
class MailText:
    """A subject and a body, with slots or without."""

    subject: str
    body: str

    @property
    def slots(self) -> list[str]:
        """Every slot once, in the order of reading."""
        return list(dict.fromkeys(SLOT.findall(f"{self.subject}\n{self.body}")))

    @property
    def personal(self) -> list[str]:
        """The slots that nobody but the rep can fill."""
        return [slot for slot in self.slots if slot not in KNOWN]


def words(slot: str) -> str:
    """How a slot is called in a sentence."""
    return slot.replace("_", " ")


def to_write(text: MailText, *, facts: Mapping[str, str]) -> list[str]:
    """What the rep writes: the personal slots, and any known fact that is not known of this person."""
    return [slot for slot in text.slots if slot not in KNOWN or not facts.get(slot, "").strip()]


def fill(text: MailText, *, facts: Mapping[str, str], written: Mapping[str, str]) -> MailText:
    """The text as it is sent. Raises SlotsMissing, naming each slot that is empty still.

    What fills a slot is text and no template: braces in it stay as they are.
    """
    values = {**{slot: facts.get(slot, "") for slot in KNOWN}, **_filled(written)}
    missing = [slot for slot in text.slots if not values.get(slot, "").strip()]
    if missing:
        raise SlotsMissing(missing)
    subject = SLOT.sub(lambda found: values[found[1]].strip(), text.subject)
    return MailText(" ".join(subject.split()), SLOT.sub(lambda found: values[found[1]].strip(), text.body))


def partly(text: MailText, *, facts: Mapping[str, str], written: Mapping[str, str]) -> MailText:
    """The text as far as it is known, with what is missing said in brackets."""
    slots = {slot: f"[{words(slot)}]" for slot in text.slots}
    known = {slot: value for slot, value in facts.items() if value.strip()}
    return fill(text, facts={}, written={**slots, **known, **_filled(written)})


def faults(text: MailText, *, worn: Iterable[str]) -> list[str]:
    """A sentence for each thing to change before the text may be a template; `worn` are phrases that say nothing."""
    found = []
    if not text.subject.strip() or not text.body.strip():
        found.append("Write a subject and a text.")
    rest = SLOT.sub("", f"{text.subject}\n{text.body}")
    if "{{" in rest or "}}" in rest:
        found.append("Write each slot as {{small_letters}}, with two braces on either side.")
    if not text.personal:
        found.append("Leave the rep a slot of their own, such as {{why_you}}: nobody answers a form letter.")
    return found + empty_words(f"{text.subject}\n{text.body}", worn=worn)


def empty_words(text: str, *, worn: Iterable[str]) -> list[str]:
    """A sentence for each phrase of `worn` that the text merely follows up with."""
    read = _plain(text)
    return [
        f"“{phrase}” gives nobody a reason to answer: say what is new for them instead."
        for phrase in worn
        if (said := _plain(phrase)) and re.search(rf"\b{re.escape(said)}\b", read)
    ]


def _plain(text: str) -> str:
    """Small letters, one kind of apostrophe, hyphen and space: a phrase is the same however it is typed."""
    return " ".join(re.sub(r"[-‐‑–]", " ", text.casefold().replace("’", "'")).split())


def _filled(written: Mapping[str, str]) -> dict[str, str]:
    return {slot: value for slot, value in written.items() if value.strip()}
