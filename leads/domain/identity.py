"""Says whom an address, company name or number means: one spelling for what is the same (IN-6, IN-7)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from disposable_email_domains import blocklist
from email_validator import (
    SPECIAL_USE_DOMAIN_NAMES,
    EmailNotValidError,
    ValidatedEmail,
    validate_email,
)
from publicsuffixlist import PublicSuffixList

from leads.domain.company_names import company_name_key
from leads.domain.mail_providers import FOLDING, FREE, ROLE_NAMES, SHARED, Folding
from leads.domain.phones import parse_phone

__all__ = [
    "EmailIdentity",
    "EmailKind",
    "InvalidEmail",
    "company_domain",
    "company_name_key",
    "email_kind",
    "normalise_email",
    "parse_phone",
]

LONGEST_EMAIL = 254
PLAIN = re.compile(r"(?=.{1,60}@)([a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*)@([A-Za-z0-9.-]{1,180})")
"""A name that is valid at every domain and written as it is; whether the address is one, its domain alone says."""
PLAIN_DOMAIN = re.compile(r"(?!.*--)(?:[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?\.)+([a-z]{2,60})")
"""A domain in small letters that is one as it stands, but for those that no public mail server has."""
RESERVED_ENDINGS = frozenset({"invalid", "test", "local", "localhost"})
"""Endings that no public mail server has (RFC 2606, RFC 6761, RFC 6762) and that we take all the same."""
STAND_IN = "example"  # a reserved ending that the validator accepts, put in place of the others
PLACEHOLDER_ENDING = ".invalid"


class EmailKind(StrEnum):
    """What sort of mailbox an address is."""

    PERSONAL = "personal"  # a person's, at a company
    FREE = "free"  # a person's, at a provider open to all
    DISPOSABLE = "disposable"  # thrown away after use
    ROLE = "role"  # a task's: info, sales, support
    PLACEHOLDER = "placeholder"  # nobody's: made because a file had none (under .invalid)


class InvalidEmail(ValueError):
    """The text is no e-mail address; the message is a sentence for whoever typed it."""


@dataclass(frozen=True)
class EmailIdentity:
    """An address as to be written to, as the key of its person, and its ASCII domain in lower case."""

    address: str
    key: str
    domain: str


@lru_cache(maxsize=10_000)
def normalise_email(raw: str) -> EmailIdentity:
    """Who is behind an address as typed, without asking the network; raises InvalidEmail.

    The key is lower-case with an ASCII domain, without tags and dots that its provider is known to ignore.
    """
    typed = raw.strip()
    if len(typed) > LONGEST_EMAIL:
        raise InvalidEmail(f"An e-mail address has at most {LONGEST_EMAIL} characters.")
    plain = PLAIN.fullmatch(typed)
    local, shown, domain = (plain[1], *_domain_of(plain[2])) if plain else _read(typed)
    key = _key(local, domain)
    if len(key) > LONGEST_EMAIL:
        raise InvalidEmail(f"An e-mail address has at most {LONGEST_EMAIL} characters.")
    return EmailIdentity(f"{local}@{shown}", key, domain)


def email_kind(identity: EmailIdentity) -> EmailKind:
    """The sort of mailbox; throw-away comes before all, and a role at a free provider is a role."""
    if identity.domain.endswith(PLACEHOLDER_ENDING):
        return EmailKind.PLACEHOLDER
    if _is_disposable(identity.domain):
        return EmailKind.DISPOSABLE
    if identity.address.partition("@")[0].partition("+")[0].lower() in ROLE_NAMES:
        return EmailKind.ROLE
    return EmailKind.FREE if identity.domain in FREE else EmailKind.PERSONAL


@lru_cache(maxsize=20_000)
def company_domain(domain: str) -> str:
    """The registrable domain of a company's mail or web address, in ASCII.

    '' for free and disposable mail, placeholders, public suffixes and anything that is no domain.
    """
    host = domain.strip().lower().rpartition("://")[2].partition("/")[0].partition(":")[0].removesuffix(".")
    try:
        host = normalise_email(f"somebody@{host}").domain
    except InvalidEmail:
        return ""
    if host in FREE or host.endswith(PLACEHOLDER_ENDING) or _is_disposable(host):
        return ""
    registrable: str = _suffixes().privatesuffix(host) or ""
    return "" if registrable in FREE | SHARED else registrable


@lru_cache(maxsize=20_000)
def _domain_of(after: str) -> tuple[str, str]:
    """What follows the @ as it is shown and in ASCII, whoever's address it is."""
    plain = PLAIN_DOMAIN.fullmatch(after)
    if plain and (plain[1] in RESERVED_ENDINGS or plain[1] not in SPECIAL_USE_DOMAIN_NAMES):
        return after, after
    _, shown, domain = _read(f"somebody@{after}")
    return shown, domain


def _read(typed: str) -> tuple[str, str, str]:
    """The name, the domain as it is shown, and the domain in ASCII; raises InvalidEmail."""
    validated, ending = _validated(typed)
    shown, domain = _with_ending(validated.domain, ending), _with_ending(validated.ascii_domain, ending)
    return validated.local_part, shown, domain


def _validated(typed: str) -> tuple[ValidatedEmail, str]:
    """The address as the validator reads it, and the reserved ending hidden from it ('' for none)."""
    head, _, last = typed.rpartition(".")
    ending = last.lower() if last.lower() in RESERVED_ENDINGS and "@" in head else ""
    try:
        return validate_email(f"{head}.{STAND_IN}" if ending else typed, check_deliverability=False), ending
    except EmailNotValidError as error:
        raise InvalidEmail(str(error).replace("email", "e-mail")) from error


def _with_ending(domain: str, ending: str) -> str:
    return domain.removesuffix(STAND_IN) + ending if ending else domain


def _key(local: str, domain: str) -> str:
    folding = FOLDING.get(domain)
    name = unicodedata.normalize("NFC", local.lower())
    if folding is None:
        return f"{name}@{domain}"
    return f"{_folded(name, folding)}@{folding.domain or domain}"


def _folded(name: str, folding: Folding) -> str:
    base = name.partition("+")[0] or name
    bare = "".join(letter for letter in base if letter not in folding.ignored)
    return bare or base


@lru_cache(maxsize=20_000)
def _is_disposable(domain: str) -> bool:
    """Whether the domain or one above it is on the list of throw-away providers."""
    labels = domain.split(".")
    return any(".".join(labels[start:]) in blocklist for start in range(len(labels) - 1))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()
