"""CSV that a spreadsheet only reads (P27)."""

import csv
import io
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports import csv_export

FORMULAS = [
    *(f"{first}{rest}" for first, rest in product("=+-@\t\r\n", ("1+1", "cmd|' /C calc'!A0", "SUM(A1)", ""))),
    " =1+1",
    "   @SUM(A1)",
    "\u00a0=1+1",
    "+49-30+A1",
    "+1+cmd|' /C calc'!A0",
    "+49 30 =A1",
    "-2+3",
    *(f"{first}1+1" for first in "\uff1d\uff0b\uff0d\uff20"),
]


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(cell: str) -> None:
    assert csv_export.as_text(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    ["+49 30 901820", "+49 (0)30 901820-11", "+1 415-555-2671", "+4930901820", "+44 20 7946 0018"],
)
def test_a_phone_number_comes_back_unchanged(cell: str) -> None:
    assert csv_export.as_text(cell) == cell


@pytest.mark.parametrize("cell", ["", "Acme", "a=b", "1-2", "eva@acme.example", "'quoted", "O’Connor", "李"])
def test_other_text_comes_back_unchanged(cell: str) -> None:
    assert csv_export.as_text(cell) == cell


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=1))
def test_a_reader_gets_back_every_cell_save_for_the_apostrophe(cells: list[str]) -> None:
    text = "".join(csv_export.lines(["header"], [cells]))

    _, row = csv.reader(io.StringIO(text, newline=""))
    assert row == [csv_export.as_text(cell) for cell in cells]
    assert all(cell[:1] not in ("=", "@", "-", "\t", "\r") for cell in row)


def test_numbers_stay_numbers() -> None:
    assert "".join(csv_export.lines(["a", "b"], [["-5", -5]])) == "a,b\r\n'-5,-5\r\n"
