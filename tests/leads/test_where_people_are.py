"""Region and post code come in with a signal, under the names that senders use, and never mix two countries."""

from __future__ import annotations

import pytest

from leads import facts
from leads.domain.csv_mapping import RowMapping, signal_of
from leads.domain.places import Place
from leads.domain.signal import InvalidSignal, parse
from leads.models import Source
from tests import factories
from tests.conftest import NOW

EVA = "eva@acme.example"


@pytest.mark.parametrize(
    "sent",
    [
        {"region": "Bavaria", "postal_code": "80331"},
        {"state": " Bavaria ", "zip": "80331"},
        {"province": "Bavaria", "postcode": "80331"},
    ],
)
def test_region_and_post_code_go_by_the_names_that_senders_use(sent: dict[str, str]) -> None:
    read = parse({"type": "demo_request", "person": {"email": EVA, **sent}, "company": sent}, now=NOW)

    for part in (read.person, read.company):
        assert (part.region, part.postal_code) == ("Bavaria", "80331")
    assert read.unknown_fields() == {}


def test_a_post_code_that_is_too_long_is_named_by_its_field() -> None:
    with pytest.raises(InvalidSignal) as refused:
        parse({"type": "demo_request", "person": {"email": EVA, "postal_code": "8" * 21}}, now=NOW)

    assert refused.value.errors[0].field == "person.postal_code"


def test_a_column_of_a_file_becomes_a_post_code() -> None:
    mapping = RowMapping(
        fields={"type": "form_submit", "person.email": "{mail}", "company.postal_code": "{plz}"}, key="{mail}"
    )

    payload = signal_of(mapping, {"mail": EVA, "plz": "80331"})

    assert parse({**payload, "occurred_at": NOW.isoformat()}, now=NOW).company.postal_code == "80331"


@pytest.mark.django_db
def test_what_a_lead_and_its_company_said_is_what_is_known_of_the_place(ana: object, website: Source) -> None:
    payload = factories.signal(email=EVA)
    payload["person"].pop("country", None)
    payload["company"] |= {"country": "DE", "state": "Bavaria", "zip": "80331"}

    factories.receive(payload, now=NOW, sender=website)

    lead = factories.lead_of(EVA)
    assert facts.where(lead) == Place("DE", "Bavaria", "80331")
    assert facts.facts_of(lead)["postal_code"] == "80331"


@pytest.mark.django_db
def test_a_region_of_another_country_fills_no_blank(ana: object, website: Source) -> None:
    payload = factories.signal(email=EVA)
    factories.receive(payload, now=NOW, sender=website)
    payload["person"] |= {"country": "US", "region": "CA", "postal_code": "94105"}

    factories.receive({**payload, "signal_id": "later"}, now=NOW, sender=website)

    lead = factories.lead_of(EVA)
    assert (lead.country, lead.region, lead.postal_code) == ("DE", "", "")
