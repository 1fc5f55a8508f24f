"""A company has one key, whatever its spelling and legal form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.domain.identity import company_name_key


@given(st.text(max_size=60))
def test_the_key_of_a_key_is_itself(name: str) -> None:
    key = company_name_key(name)

    assert company_name_key(key) == key


@given(st.text(max_size=60))
def test_case_and_space_make_no_difference(name: str) -> None:
    assert company_name_key(f"  {name}  ") == company_name_key(name)


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (["Siemens AG", "SIEMENS Aktiengesellschaft", "siemens"], "siemens"),
        (["Müller GmbH", "Muller G.m.b.H.", "MÜLLER Gesellschaft mit beschränkter Haftung"], "muller"),
        (["Müller & Söhne GmbH & Co. KG", "Müller und Söhne"], "muller and sohne"),
        (["Acme, Inc.", "Acme Incorporated", "ACME LLC", "Acme Ltd", "Acme Limited", "Acme Corp."], "acme"),
        (["Foo S.A.", "Foo SA", "Foo S. A. de C. V.", "Foo S.p.A.", "Foo Société Anonyme"], "foo"),
        (["Philips N.V.", "Philips B.V."], "philips"),
        (["Nokia Oyj", "Nokia Oy", "Nokia"], "nokia"),
        (["Allegro sp. z o.o.", "Allegro Sp. z oo"], "allegro"),
        (["Ørsted A/S"], "orsted"),
        (["Booking.com B.V.", "booking com"], "booking com"),
        (["The Walt Disney Company", "Walt Disney Co"], "walt disney"),
        (["株式会社トヨタ", "トヨタ株式会社"], "トヨタ"),
        (["GmbH & Co. KG"], "gmbh and co kg"),
        (["", "  ", "!!!"], ""),
    ],
)
def test_names_of_one_company_share_a_key(names: list[str], key: str) -> None:
    assert {company_name_key(name) for name in names} == {key}
