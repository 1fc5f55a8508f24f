"""Reads settings from the environment; keeps every fault, so that a start names all of them and stops (PF-5).

A fault never quotes what a setting holds beyond its first word: it may be a password.
"""

from __future__ import annotations

import re
import sys
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_network
from typing import Any, TypeVar

import environ
import limits
from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")
THREE_LETTERS = re.compile("[A-Z]{3}")
BEYOND = 10**12  # larger than anything that a setting counts
TRUE, FALSE = ("1", "true", "yes", "on", "y", "t", "ok"), ("0", "false", "no", "off", "n", "f", "")


class Environment:
    """The settings that were given; each reader keeps a fault and gives the default where it cannot read one."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.faults: list[str] = []

    def stop_on_faults(self) -> None:
        """Exit with code 1 and a sentence for each setting that is missing or cannot be read."""
        if self.faults:
            sys.exit("\n".join(self.faults))

    def text(self, name: str, default: str = "") -> str:
        """What was given; the default where that is nothing."""
        return self.given.get(name) or default

    def secret(self, name: str) -> str:
        """A setting that must be there, and is nobody's to read."""
        if not self.text(name):
            self.faults.append(f"{name} is not set. Set it to a long random text and keep it secret.")
        return self.text(name)

    def yes(self, name: str, *, default: bool) -> bool:
        written = self.text(name, "yes" if default else "no").strip().lower()
        if written in (*TRUE, *FALSE):
            return written in TRUE
        self.faults.append(f"{name} must be yes or no.")
        return default

    def whole(self, name: str, default: int) -> int:
        """A whole number of 0 or more."""
        return self._read(
            name, default, lambda text: _counting(int(text)), wanted="a whole number, 0 or more"
        )

    def number(self, name: str, default: float) -> float:
        """A number of 0 or more, such as 2.5."""
        return self._read(name, default, lambda text: _counting(float(text)), wanted="a number, 0 or more")

    def words(self, name: str, default: Sequence[str] = (), *, among: Sequence[str] = ()) -> list[str]:
        """Words parted by commas; those of `among` alone, where that is given."""
        words = _parted(self.text(name, ",".join(default)))
        if among and set(words) - set(among):
            self.faults.append(f"{name} must hold words of {', '.join(among)}, parted by commas.")
        return words

    def numbers(self, name: str, default: list[int]) -> list[int]:
        wanted = "whole numbers, parted by commas"
        return self._read(name, default, lambda text: [int(each) for each in _parted(text)], wanted=wanted)

    def networks(self, name: str) -> list[str]:
        wanted = "networks such as 10.1.2.0/24, parted by commas"
        return self._read(
            name, [], lambda text: [str(ip_network(each)) for each in _parted(text)], wanted=wanted
        )

    def one_of(self, name: str, choices: Sequence[str], default: str) -> str:
        wanted = f"one of {', '.join(choices)}"
        return self._read(name, default, lambda text: choices[choices.index(text)], wanted=wanted)

    def zone(self, name: str, default: str) -> str:
        """A time zone by its name."""
        return self._read(
            name,
            default,
            lambda text: zoneinfo.ZoneInfo(text).key,
            wanted="a time zone such as Europe/Berlin",
        )

    def currency(self, name: str) -> str:
        """Three letters, such as EUR; empty where it was not given."""
        return self._read(name, "", _three_letters, wanted="a currency of three letters such as EUR")

    def rate(self, name: str, default: str) -> str:
        """How often in how long."""
        wanted = "a rate such as 20 per 10 minutes"
        return self._read(name, default, lambda text: text if limits.parse(text) else default, wanted=wanted)

    def address(self, name: str, *schemes: str, default: str = "") -> str:
        """An address that begins with one of the schemes; it must be there, unless it has a default."""
        value, begins = self.text(name, default), " or ".join(schemes)
        if not value:
            self.faults.append(f"{name} is not set. Set it to an address that begins with {begins}.")
        elif not value.startswith(schemes):
            scheme, parted, _ = value.partition("://")
            found = f"; it begins with {scheme + parted!r}" if parted else ""
            self.faults.append(f"{name} must begin with {begins}{found}.")
        return value

    def database(self, name: str) -> dict[str, object]:
        """Django's database settings from an address of PostgreSQL."""
        url = self.address(name, "postgres://", "postgresql://")
        if not url or (self.faults[-1:] and self.faults[-1].startswith(name)):
            return {}
        wanted = "an address such as postgres://user:password@host:5432/baton, its signs percent-encoded"
        return self._read(name, {}, lambda text: dict(environ.Env.db_url_config(text)), wanted=wanted)

    def mail(self, name: str, default: str) -> dict[str, Any]:
        """Django's settings of the mail server from its address."""
        usual = dict(environ.Env.email_url_config(default))
        wanted = "an address such as smtp+tls://user:password@host:587"
        return self._read(name, usual, lambda text: dict(environ.Env.email_url_config(text)), wanted=wanted)

    def _read(self, name: str, default: T, reader: Callable[[str], T], *, wanted: str) -> T:
        """What the reader makes of the setting; the default where it was not given or cannot be read."""
        if not self.text(name):
            return default
        try:
            return reader(self.text(name))
        except (ValueError, KeyError, ImproperlyConfigured, zoneinfo.ZoneInfoNotFoundError):
            self.faults.append(f"{name} must be {wanted}.")
            return default


def _parted(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _three_letters(text: str) -> str:
    if not THREE_LETTERS.fullmatch(text):
        raise ValueError
    return text


N = TypeVar("N", int, float)


def _counting(number: N) -> N:
    if not 0 <= number < BEYOND:  # false of what is no number, too
        raise ValueError
    return number
