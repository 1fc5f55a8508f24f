"""Amounts of money: in the currency that operations named, and in none where they did not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from pytest_django import Settings

from leads import money

BETWEEN = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("amount", "shown", "exactly"),
    [
        (Decimal("45000.00"), "45,000", "45,000"),
        (Decimal("1234567.5"), "1,234,568", "1,234,567.50"),
        (Decimal(0), "0", "0"),
    ],
)
def test_an_amount_is_written_with_the_currency_of_the_organisation(
    amount: Decimal, shown: str, exactly: str, settings: Settings
) -> None:
    settings.ORGANISATION_CURRENCY = "EUR"

    assert money.money(amount) == f"EUR{BETWEEN}{shown}"
    assert money.to_the_cent(amount) == f"EUR{BETWEEN}{exactly}"
    assert money.figure(amount) == shown
    assert money.in_currency("Amount") == "Amount, EUR"


def test_no_currency_is_guessed(settings: Settings) -> None:
    settings.ORGANISATION_CURRENCY = ""

    assert money.money(Decimal(45_000)) == money.to_the_cent(Decimal(45_000)) == "45,000"
    assert money.in_currency("Amount") == "Amount"
