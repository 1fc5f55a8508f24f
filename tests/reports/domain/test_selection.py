"""What was asked for, kept in the address."""

from datetime import date
from urllib.parse import parse_qs

from reports.domain.periods import Period, Span
from reports.domain.selection import Selection

PERIOD = Period(date(2026, 10, 26), date(2026, 11, 17), "Europe/Berlin")


def selection(**fields: str) -> Selection:
    return Selection(kind="REVIEW", span=Span.FOUR_WEEKS, period=PERIOD, **fields)


def test_the_address_keeps_every_filter_and_leaves_out_what_is_usual() -> None:
    assert selection().address() == "kind=REVIEW"
    assert parse_qs(selection(tier="T1", rep="7", source="A & B").address()) == {
        "kind": ["REVIEW"],
        "tier": ["T1"],
        "rep": ["7"],
        "source": ["A & B"],
    }


def test_days_of_a_selection_are_asked_for_by_their_dates() -> None:
    address = selection(team="3").days(date(2026, 11, 2), date(2026, 11, 8))

    assert parse_qs(address) == {
        "kind": ["REVIEW"],
        "period": ["custom"],
        "since": ["2026-11-02"],
        "until": ["2026-11-08"],
        "team": ["3"],
    }


def test_a_selection_is_narrowed_by_any_filter_but_kind_and_period() -> None:
    assert not selection().is_narrowed
    assert selection(source="website").is_narrowed
