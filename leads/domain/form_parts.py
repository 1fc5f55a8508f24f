"""What a hosted form can ask, and which sites may show it in a frame (IN-11, IN-12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

PERSON_FIELDS = ("first_name", "last_name", "title", "phone", "country")
COMPANY_FIELDS = ("company", "employees", "industry")
FIELDS = ("email", *PERSON_FIELDS, *COMPANY_FIELDS)
"""In the order in which a form asks for them; an address is always asked for, since it says who it is."""

FRAMEWORKS: Mapping[str, tuple[str, ...]] = {
    "SPICED": ("situation", "pain", "impact", "critical_event", "decision"),
    "BANT": ("budget", "authority", "need", "timing"),
}
QUESTIONS = tuple(question for framework in FRAMEWORKS.values() for question in framework)

TAKEN = frozenset({"add"})
"""Names that no form may have, for they name pages of their own."""

LONGEST_ANSWER = 2000
_SITE = re.compile(r"https://(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,63}(:[0-9]{1,5})?")
_OWN_MACHINE = re.compile(r"http://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?")


@dataclass(frozen=True)
class Part:
    """A field or a question of a form: its wording and its choices, where it has its own."""

    name: str
    required: bool = False
    text: str = ""
    choices: tuple[str, ...] = ()


class NotASite(ValueError):
    """The text names no site that could be allowed to show a form."""


def read_site(text: str) -> str:
    """The origin that `text` names ("https://www.acme.example"), fit for a security policy; raises NotASite."""
    site = text.strip().rstrip("/").lower()
    if _SITE.fullmatch(site) or _OWN_MACHINE.fullmatch(site):
        return site
    raise NotASite(
        f"“{text.strip()[:100]}” is no site: write it as https://www.acme.example, without a path."
    )
