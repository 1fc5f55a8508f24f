"""Reads single fields of a signal as people send them, and says in words what is wrong with one."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from pydantic_core import PydanticCustomError

from leads.domain.countries import COUNTRIES
from leads.domain.identity import InvalidEmail, normalise_email

NOT_AN_INSTANT = "This must be a date and time with its time zone, such as 2026-11-20T10:15:00Z."
NOT_WHOLE = "This must be a whole number."
LONGEST_NUMBER = 40  # characters of a cell, of which more are looked at by nobody
A_RANGE = "This must be one whole number, not a range; leave it out where only a range is known."
_RANGE = re.compile(r"\s*[0-9][0-9.,' ]*(?:\+|(?:-|\u2013|to)\s*[0-9][0-9.,' ]*)(?: employees)?\s*")
FURTHEST_ZONE = timedelta(hours=15)
OUR_WORDS = "in_our_words"

_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "This is required.",
        "string_type": "This must be text.",
        "string_too_long": "This must have at most {max_length:,} characters.",
        "too_long": "This must have at most {max_length:,} entries.",
        "greater_than_equal": "This must be at least {ge:,}.",
        "less_than_equal": "This must be at most {le:,}.",
        "dict_type": "This must be an object.",
        "model_type": "This must be an object.",
        "list_type": "This must be a list.",
        "timezone_aware": NOT_AN_INSTANT,
    },
)


def sentence(kind: str, context: Mapping[str, object], message: str) -> str:
    """A finding of the validator in words that need no manual."""
    if kind == OUR_WORDS:
        return message
    if kind.startswith("int"):
        return NOT_WHOLE
    if kind.startswith("datetime"):
        return NOT_AN_INSTANT
    return _SENTENCES.get(kind, "This cannot be read.").format(**context)


def none_is_blank(value: object) -> object:
    return "" if value is None else value


def none_is_object(value: object) -> object:
    return {} if value is None else value


def none_is_list(value: object) -> object:
    return [] if value is None else value


def blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def check_not_blank(value: str) -> str:
    if not value.strip():
        raise _wrong("This must not be empty.")
    return value


def check_address(value: str) -> str:
    """The address to the letter, once it is one; blank for none."""
    if not value.strip():
        return ""
    try:
        normalise_email(value)
    except InvalidEmail as error:
        raise _wrong(str(error)) from error
    return value


def read_country(value: str) -> str:
    code = value.strip().upper()
    if code and code not in COUNTRIES:
        raise _wrong("This must be a country's two-letter code, such as DE or GB.")
    return code


def check_whole(value: object) -> object:
    """A number, or its digits as text; true is not 1, and 2.5 is not whole."""
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise _wrong(NOT_WHOLE)
    if isinstance(value, str) and not re.fullmatch(r"\s*-?[0-9]{1,19}\s*", value):
        raise _wrong(A_RANGE if _RANGE.fullmatch(value[:LONGEST_NUMBER]) else NOT_WHOLE)
    return int(value) if isinstance(value, str | float) else value


def check_instant(value: object) -> object:
    """Text that begins with a date, or an instant; a bare number could mean anything."""
    if isinstance(value, datetime) or (
        isinstance(value, str) and re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}.", value)
    ):
        return value
    raise _wrong(NOT_AN_INSTANT)


def check_offset(value: datetime) -> datetime:
    """The moment, unless its zone is further from UTC than any is and the database can say."""
    if abs(value.utcoffset() or timedelta(0)) > FURTHEST_ZONE:
        raise _wrong(NOT_AN_INSTANT)
    return value


def _wrong(message: str) -> PydanticCustomError:
    return PydanticCustomError(OUR_WORDS, "{message}", {"message": message})
