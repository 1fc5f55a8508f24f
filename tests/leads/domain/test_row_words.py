"""Why a row was refused, in the words of its file."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from leads.domain import csv_mapping, row_words, signal
from leads.domain.csv_mapping import RowMapping
from leads.domain.csv_values import UnreadableRow
from leads.domain.signal import InvalidSignal

NOW = datetime(2026, 11, 17, 9, tzinfo=UTC)
FILE = RowMapping(
    fields={
        "type": "form_submit",
        "person.email": "{Work e-mail}",
        "person.first_name": "{First} {Middle}",
        "company.employees": "{Headcount}",
        "company.technologies": "{Stack}",
        "occurred_at": "{Signed up}",
    }
)
ROW = {
    "Work e-mail": "eva@acme.example",
    "First": "Eva",
    "Middle": "",
    "Headcount": "240",
    "Stack": "",
    "Signed up": "",
}


def refused(cells: dict[str, str], *, mapping: RowMapping = FILE) -> str:
    """What is said of the row with these cells."""
    row = {**ROW, **cells}
    try:
        signal.parse(csv_mapping.signal_of(mapping, row), now=NOW)
    except InvalidSignal as error:
        return row_words.refusal(mapping, error.errors)
    except UnreadableRow as error:
        return row_words.unreadable(mapping, error)
    return ""


def test_a_good_row_is_not_refused() -> None:
    assert refused({}) == ""


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Headcount": "many"}, "“Headcount”: "),
        ({"First": "x" * 101}, "“First” and “Middle”: "),
        ({"Stack": "PHP," + "x" * 500}, "“Stack”: "),
        ({"Signed up": "in March"}, "“Signed up”: “in March” is not a date or time"),
        ({"Signed up": "2099-01-01"}, "“Signed up”: This lies in the future"),
        ({"Colour": "\0"}, "“Colour”: "),
    ],
)
def test_the_columns_are_named_that_the_field_was_read_from(cells: dict[str, str], said: str) -> None:
    assert refused(cells).startswith(said)


def test_two_faults_are_two_sentences() -> None:
    said = refused({"Headcount": "many", "First": "x" * 101})

    assert "“First” and “Middle”: " in said
    assert "“Headcount”: " in said


def test_without_a_column_for_browsers_only_an_address_is_asked_for() -> None:
    cells = {"Work e-mail": "", "First": ""}
    browsers = RowMapping(fields={**FILE.fields, "visitor_id": "{First}"})

    assert refused({"Work e-mail": ""}) == "“Work e-mail”: Give an e-mail address."
    assert (
        refused(cells, mapping=browsers)
        == "“Work e-mail”: Give an e-mail address here, or a visitor id in “First”."
    )


def test_what_the_file_has_no_column_for_keeps_the_name_of_its_field() -> None:
    assert refused({}, mapping=RowMapping(fields={**FILE.fields, "type": " "})).startswith("type: ")
