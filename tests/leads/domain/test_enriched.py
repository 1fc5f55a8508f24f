import pytest

from leads.domain import csv_values, enriched


def test_facts_are_read_as_tables_and_providers_write_them() -> None:
    said = {
        "industry": "Software",
        "employees": "1,200",
        "country": "Germany",
        "annual_revenue": "12.500.000,00",
    }

    facts, refused = enriched.read(said)

    assert facts == {"industry": "Software", "employees": 1200, "country": "DE", "annual_revenue": 12_500_000}
    assert refused == ()


@pytest.mark.parametrize("said", ["51-200", "11–50 employees", "1,001 to 5,000", "10,001+", "400"])
def test_a_range_of_employees_is_read_as_in_a_file(said: str) -> None:
    facts, refused = enriched.read({"employees": said})

    assert (facts, refused) == ({"employees": int(csv_values.headcount(said))}, ())


def test_what_cannot_be_meant_is_named_and_the_rest_is_kept() -> None:
    facts, refused = enriched.read({"industry": "Retail", "employees": "200-51", "country": "Atlantis"})

    assert facts == {"industry": "Retail"}
    assert set(refused) == {"employees", "country"}
