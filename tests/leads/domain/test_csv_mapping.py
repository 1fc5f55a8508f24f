import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from leads.domain import csv_mapping, csv_values
from leads.domain.csv_mapping import InvalidMapping, RowMapping
from leads.domain.csv_presets import OLIST, OLIST_DEALS, PRESETS
from leads.domain.csv_values import UnreadableRow

FIELDS = {"type": "event_attended", "person.email": "{mail}", "person.first_name": "{first}"}


def mapping(**changes: Any) -> RowMapping:
    return RowMapping(**{"fields": FIELDS, **changes})


def test_each_field_is_a_text_with_columns_in_it() -> None:
    row = {"mail": "eva@acme.example", "first": "Eva"}

    signal = csv_mapping.signal_of(mapping(key="fair-{mail}"), row)

    assert signal == {
        "signal_id": "fair-eva@acme.example",
        "type": "event_attended",
        "person": {"email": "eva@acme.example", "first_name": "Eva"},
    }


def test_a_blank_column_leaves_its_field_out() -> None:
    signal = csv_mapping.signal_of(mapping(key="{mail}"), {"mail": "eva@acme.example", "first": " "})

    assert signal["person"] == {"email": "eva@acme.example"}


def test_columns_that_nobody_named_are_kept_beside_and_ignored_ones_are_not() -> None:
    row = {"mail": "eva@acme.example", "first": "Eva", "booth": "B7", "empty": "", "secret": "x"}

    signal = csv_mapping.signal_of(mapping(key="{mail}", ignored=frozenset({"secret"})), row)

    assert signal["row"] == {"booth": "B7"}


def test_without_a_key_the_whole_row_names_the_signal() -> None:
    row = {"mail": "eva@acme.example", "first": "Eva"}

    once, again = (csv_mapping.signal_of(mapping(), row)["signal_id"] for _ in range(2))
    other = csv_mapping.signal_of(mapping(), {**row, "first": "Ada"})["signal_id"]

    assert once == again != other


@pytest.mark.parametrize(
    "cell", ["", 'a "quote"', "\\", "two\nlines\t", "ü 🦆 \x7f\u2028", "\ud800", "100 %s"]
)
def test_the_whole_row_names_the_signal_by_its_json(cell: str) -> None:
    row = {"mail": "eva@acme.example", '%s of "all"': cell, "first": "Größe"}
    canonical = json.dumps(row, sort_keys=True, separators=(",", ":"))

    named = csv_mapping.signal_of(mapping(), row)["signal_id"]

    assert named == f"row-{hashlib.sha256(canonical.encode()).hexdigest()}"


def test_a_row_without_its_key_is_refused() -> None:
    with pytest.raises(UnreadableRow, match="It has no key: mail is blank"):
        csv_mapping.signal_of(mapping(key="fair-{mail}"), {"mail": "", "first": "Eva"})


@pytest.mark.parametrize(
    ("text", "zone", "at"),
    [
        ("2018-02-01", "America/Sao_Paulo", datetime(2018, 2, 1, 2, tzinfo=UTC)),
        ("2018-02-26 19:58:54", "America/Sao_Paulo", datetime(2018, 2, 26, 22, 58, 54, tzinfo=UTC)),
        ("2018-02-26T19:58:54+01:00", "America/Sao_Paulo", datetime(2018, 2, 26, 18, 58, 54, tzinfo=UTC)),
        # on this day the clocks of São Paulo had no midnight
        ("2017-10-15", "America/Sao_Paulo", datetime(2017, 10, 15, 3, tzinfo=UTC)),
    ],
)
def test_times_without_a_zone_are_those_of_the_mapping(text: str, zone: str, at: datetime) -> None:
    assert csv_values.instant(text, zone=zone) == at


@pytest.mark.parametrize("text", ["yesterday", "01.02.2018", "2018-02-30", "0001-01-01T00:00+23:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(UnreadableRow, match="is not a date or time"):
        csv_values.instant(text, zone="UTC")


def test_a_list_of_technologies_may_be_written_in_one_cell() -> None:
    fields = {**FIELDS, "company.technologies": "{stack}"}

    signal = csv_mapping.signal_of(
        mapping(fields=fields), {"mail": "e@a.example", "first": "", "stack": "A; B|C"}
    )

    assert signal["company"] == {"technologies": ["A", "B", "C"]}


def test_a_mapping_is_read_from_json() -> None:
    found = csv_mapping.parse(
        {"fields": FIELDS, "key": "{mail}", "zone": "Europe/Berlin", "ignore": ["secret"]}
    )

    assert found == mapping(key="{mail}", zone="Europe/Berlin", ignored=frozenset({"secret"}))
    assert found.columns() == ["mail", "first"]


def test_a_word_that_stands_for_nothing_is_nothing() -> None:
    row = {"mail": "eva@acme.example", "first": "null", "booth": " null "}

    signal = csv_mapping.signal_of(mapping(key="{mail}", blank="null"), row)

    assert signal["person"] == {"email": "eva@acme.example"}
    assert "row" not in signal


def test_who_opted_out_says_so_now_whatever_else_the_row_says() -> None:
    fields = {**FIELDS, "opted_out": "{out}", "occurred_at": "{made}", "consent.text": "Call me."}
    row = {"mail": "eva@acme.example", "first": "Eva", "made": "2020-01-01", "out": "true"}

    left, stayed = (
        csv_mapping.signal_of(mapping(fields=fields), {**row, "out": said}) for said in ("true", "0")
    )

    assert left["type"] == "unsubscribe"
    assert not {"occurred_at", "consent", "opted_out"} & set(left)
    assert (stayed["type"], stayed["consent"]) == ("event_attended", {"text": "Call me."})


def test_a_row_that_says_neither_yes_nor_no_names_the_field() -> None:
    row = {"mail": "eva@acme.example", "first": "Eva", "out": "perhaps"}

    with pytest.raises(UnreadableRow, match="says neither yes nor no") as refused:
        csv_mapping.signal_of(mapping(fields={**FIELDS, "opted_out": "{out}"}), row)

    assert refused.value.field == "opted_out"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ([], "A mapping is an object"),
        ({"fields": []}, "A mapping is an object"),
        (
            {"fields": {**FIELDS, "person.emial": "{mail}"}},
            "A signal has no field person.emial. Did you mean person.email",
        ),
        ({"fields": {**FIELDS, "signal_id": "{mail}"}}, "A signal has no field signal_id"),
        ({"fields": {"person.email": "{mail}"}}, "of what type"),
        ({"fields": {"type": "chat"}}, "whose signals they are"),
        ({"fields": {**FIELDS, "url": 7}}, "The field url must be text"),
        ({"fields": FIELDS, "zone": "Berlin"}, "There is no time zone Berlin"),
        ({"fields": FIELDS, "zone": "../etc/passwd"}, "There is no time zone"),
        ({"fields": FIELDS, "dates": "week"}, "the year, the day or the month"),
        ({"fields": FIELDS, "blank": None}, "must be text"),
        ({"fields": FIELDS, "ignore": "secret"}, "must be a list of names"),
        ({"fields": FIELDS, "keys": "{mail}"}, "but no keys"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(data: object, sentence: str) -> None:
    with pytest.raises(InvalidMapping, match=sentence):
        csv_mapping.parse(data)


def test_missing_columns_are_named() -> None:
    assert csv_mapping.missing_columns(mapping(), ["first", "last"]) == ["mail"]


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_every_preset_is_a_mapping_that_can_be_used(name: str) -> None:
    assert list(csv_mapping.problems(PRESETS[name])) == []


def test_a_blank_origin_stays_blank() -> None:
    row = {"mql_id": "a1", "first_contact_date": "2018-02-01", "landing_page_id": "l1", "origin": ""}

    signal = csv_mapping.signal_of(OLIST, row)

    assert "utm" not in signal
    assert signal["person"] == {"email": "a1@olist.invalid"}


DEAL = dict.fromkeys(OLIST_DEALS.columns(), "") | {
    "mql_id": "a1",
    "sdr_id": "s1",
    "sr_id": "r1",
    "won_date": "2018-02-26 23:30:00",
}


@pytest.mark.parametrize(("revenue", "amount"), [("0.0", None), ("", None), ("4000.0", Decimal("4000.0"))])
def test_a_revenue_of_zero_is_one_that_nobody_declared(revenue: str, amount: Decimal | None) -> None:
    deal = csv_mapping.deal_of(OLIST_DEALS, {**DEAL, "declared_monthly_revenue": revenue})

    assert deal.amount == amount
    assert (deal.sdr, deal.owner) == ("s1@olist.invalid", "r1@olist.invalid")
    assert (deal.won_at, deal.won_on) == (datetime(2018, 2, 27, 2, 30, tzinfo=UTC), date(2018, 2, 26))


@pytest.mark.parametrize("revenue", ["much", "-1", "NaN", "Infinity", "1e12", "9" * 40])
def test_what_is_no_amount_is_refused(revenue: str) -> None:
    with pytest.raises(UnreadableRow, match="is not an amount"):
        csv_mapping.deal_of(OLIST_DEALS, {**DEAL, "declared_monthly_revenue": revenue})


def test_a_deal_of_nobody_is_refused() -> None:
    with pytest.raises(UnreadableRow, match="The row does not say sdr"):
        csv_mapping.deal_of(OLIST_DEALS, {**DEAL, "sdr_id": ""})


@pytest.mark.parametrize(
    ("won_at", "zone"),
    [("9999-12-31T23:59:59Z", "Asia/Tokyo"), ("0001-01-01T00:00:00Z", "America/New_York")],
)
def test_a_deal_of_no_year_costs_only_itself(won_at: str, zone: str) -> None:
    with pytest.raises(UnreadableRow, match="no year that can be meant"):
        csv_mapping.deal_of(replace(OLIST_DEALS, zone=zone), {**DEAL, "won_date": won_at})
