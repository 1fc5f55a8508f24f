"""How something stands, for any page that lists what can be well or not: a word, its tone and a sentence."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Standing:
    """A word with its tone, and a sentence where the word is not enough."""

    tone: str
    label: str
    sentence: str = ""
