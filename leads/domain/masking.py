"""Takes personal data and secrets out of what is written to logs and to the page of jobs (P37).

Names cannot be told from other words, so whoever logs names ids; this is the net below that rule: addresses, keys,
passwords, tokens, what follows a question mark in an address, and the rows that a database quotes in its errors.
"""

from __future__ import annotations

import re
from functools import lru_cache

MASK = "•••"
LONGEST_REASON = 300
SECRET_NAMES = re.compile(
    r"pass(word|wd|phrase)?$|secret|token|api[_-]?key|^key$|authorization|cookie|session|signature|csrf|otp|recovery",
    re.IGNORECASE,
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # what PostgreSQL quotes of a row: "DETAIL:  Key (email)=(eva@acme.example) already exists."
    (re.compile(r"(DETAIL|CONTEXT|HINT|LINE \d+): [^\n]*"), rf"\1: {MASK}"),
    (re.compile(r"\)=\([^\n]*?\)"), f")=({MASK})"),
    # user:password@host of an address
    (re.compile(r"(?<=://)[^\s/@]+@"), f"{MASK}@"),
    (re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+"), MASK),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), rf"\1 {MASK}"),
    (
        re.compile(
            r"(?i)([\"']?\b[\w-]*(?:password|passwd|passphrase|secret|token|api[_-]?key|authorization|cookie|signature)[\w-]*"
            r"[\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&})]+)"
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"(?<=[\w/])\?[^\s\"'>]*=[^\s\"'>]*"), f"?{MASK}"),
    (re.compile(r"\b(?:baton|whsec)_[\w+/=-]{8,}"), MASK),
)

_PLAIN = re.compile(r"(?!.*(?:baton|whsec)_)[\w.-]*\Z")
"""What none of the patterns can match: each but the last needs another character."""


def masked(text: str) -> str:
    """`text` without addresses of people, secrets, query strings and quoted rows."""
    if _PLAIN.match(text):
        return text
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text


@lru_cache(maxsize=1_000)
def names_a_secret(name: str) -> bool:
    """Whether a value under this name must never be written down."""
    return SECRET_NAMES.search(name) is not None


def reason(error: BaseException) -> str:
    """What went wrong, in one masked line of at most 300 characters: a kind, and the first line of its message."""
    message = str(error).strip().split("\n", 1)[0].replace("\x00", "")
    return masked(f"{type(error).__name__}: {message}" if message else type(error).__name__)[:LONGEST_REASON]
