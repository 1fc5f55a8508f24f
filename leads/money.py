"""Amounts of money as pages and histories write them: in the company's one currency, which operations name once.

Nothing is converted, and a site that did not say its currency shows bare figures: none is guessed.
"""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.template.defaultfilters import floatformat

BETWEEN = "\N{NO-BREAK SPACE}"


def figure(amount: Decimal | int) -> str:
    """Without its currency, for a column whose heading tells it: 45,000."""
    return intcomma(floatformat(amount, 0))


def money(amount: Decimal | int) -> str:
    """With its currency, where one is known: EUR 45,000."""
    return _named(figure(amount))


def to_the_cent(amount: Decimal) -> str:
    """The same with its cents, where it has any."""
    return _named(f"{amount:,.2f}".removesuffix(".00"))


def in_currency(label: str) -> str:
    """What a column or a field of amounts is called: Amount, EUR."""
    return f"{label}, {currency()}" if currency() else label


def currency() -> str:
    """By its three letters; empty where operations did not say it."""
    return str(settings.ORGANISATION_CURRENCY)


def _named(written: str) -> str:
    return f"{currency()}{BETWEEN}{written}" if currency() else written
