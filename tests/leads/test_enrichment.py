"""Enrichment: facts fill in by the order of sources, bad providers harm nobody, and a breaker leaves them in peace."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from leads import enrichment, enrichment_setup, fact_origins
from leads.domain.precedence import Origin, Told
from leads.enrichment_setup import Wanted
from leads.imports import UnreadableFile
from leads.models import (
    Account,
    AuditEntry,
    EnrichmentLookup,
    EnrichmentProvider,
    FactConflict,
    Source,
    User,
)
from tests import factories, receivers
from tests.receivers import Behaviour, receiving

pytestmark = pytest.mark.usefixtures("model")
CSV = 'Domain,Industry,Employees,Country,Technologies\nacme.com,Retail,400,de,"Salesforce; HubSpot"\n'
LATER = timedelta(minutes=2)


def account(name: str = "acme", **facts: object) -> Account:
    values = {"name": name, "domain": f"{name}.com", "needs_score": False, **facts}
    return Account.objects.create(created_at=datetime(2026, 11, 1).astimezone(), **values)


def table(tmp_path: Path, olga: User, now: datetime, text: str = CSV) -> EnrichmentProvider:
    path = tmp_path / "facts.csv"
    path.write_text(text)
    made = enrichment_setup.create(Wanted(name="Our table", kind="TABLE"), by=olga, now=now)
    enrichment_setup.load_table(made, path, by=olga, now=now)
    return made


@pytest.fixture
def endpoint(olga: User, now: datetime, settings: Settings) -> EnrichmentProvider:
    """An endpoint on this machine, whose address each test sets."""
    settings.OUTGOING_HTTP, settings.OUTGOING_NETWORKS = True, ["127.0.0.0/8"]
    wanted = Wanted(name="Vendor", kind="HTTP", url="https://vendor.example/", key="canary-key", seconds=0.3)
    return enrichment_setup.create(wanted, by=olga, now=now)


def serve(provider: EnrichmentProvider, url: str) -> None:
    EnrichmentProvider.objects.filter(pk=provider.pk).update(url=url)


def json_of(facts: object) -> Behaviour:
    return receivers.status(200, json.dumps(facts).encode())


# Facts


def test_table_fills_what_is_not_known_and_the_company_is_scored_again(
    tmp_path: Path, olga: User, now: datetime
) -> None:
    acme = account()
    table(tmp_path, olga, now)

    answered = enrichment.sweep(now=now)

    acme.refresh_from_db()
    assert answered == 1
    assert (acme.industry, acme.employees, acme.country) == ("Retail", 400, "DE")
    assert (acme.technologies, acme.needs_score) == (["Salesforce", "HubSpot"], True)
    assert fact_origins.holders(acme)["industry"] == Told(Origin.ENRICHMENT, "Our table", now)


def test_what_a_person_said_stands_and_the_difference_is_kept_with_source_and_time(
    tmp_path: Path, olga: User, now: datetime
) -> None:
    payload = factories.signal(email="eva@acme.com", company={"name": "Acme", "industry": "Software"})
    factories.receive(payload, now=now - LATER)
    table(tmp_path, olga, now)

    enrichment.sweep(now=now)

    acme, conflict = Account.objects.get(domain="acme.com"), FactConflict.objects.get()
    assert (acme.industry, acme.employees) == ("Software", 400)
    assert (conflict.fact, conflict.kept, conflict.other) == ("industry", "Software", "Retail")
    assert (conflict.kept_by, conflict.kept_at, conflict.other_by) == ("website", now - LATER, "Our table")


def test_what_a_person_says_later_replaces_what_was_enriched(
    tmp_path: Path, olga: User, now: datetime
) -> None:
    acme = account()
    table(tmp_path, olga, now)
    enrichment.sweep(now=now)

    payload = factories.signal(email="eva@acme.com", company={"name": "Acme", "industry": "Software"})
    factories.receive(payload, now=now + LATER)

    acme.refresh_from_db()
    assert (acme.industry, acme.employees) == ("Software", 400)
    assert {fact: told.origin for fact, told in fact_origins.holders(acme).items()}[
        "employees"
    ] == Origin.ENRICHMENT
    assert FactConflict.objects.get().kept == "Software"


def test_source_that_counts_as_enrichment_overrules_nobody(now: datetime, olga: User) -> None:
    acme = account(industry="Software")
    enrichment_setup.set_origin(factories.source("vendor"), Origin.ENRICHMENT, by=olga, now=now)

    payload = factories.signal(email="eva@acme.com", company={"name": "Acme", "industry": "Retail"})
    factories.receive(payload, now=now, sender=Source.objects.get(name="vendor"))

    acme.refresh_from_db()
    assert acme.industry == "Software"
    assert FactConflict.objects.get().other == "Retail"


def test_order_that_operations_decide_holds_from_the_next_answer(
    tmp_path: Path, olga: User, now: datetime
) -> None:
    acme, provider = account(industry="Software"), table(tmp_path, olga, now)
    enrichment.sweep(now=now)
    order = [Origin.ENRICHMENT, Origin.SELF, Origin.CRM, Origin.INFERRED]

    enrichment_setup.order_facts({"industry": order}, by=olga, now=now)
    enrichment.run_now(provider, by=olga, now=now + LATER)
    enrichment.sweep(now=now + LATER)

    acme.refresh_from_db()
    assert acme.industry == "Retail"
    assert (FactConflict.objects.get().kept, FactConflict.objects.get().other) == ("Retail", "Software")
    assert AuditEntry.objects.filter(action="enrichment.ordered").count() == 1


def test_difference_ends_when_the_sources_agree(tmp_path: Path, olga: User, now: datetime) -> None:
    account(industry="Software")
    provider = table(tmp_path, olga, now)
    enrichment.sweep(now=now)
    path = tmp_path / "new.csv"
    path.write_text("domain,industry\nacme.com,software\n")

    enrichment_setup.load_table(provider, path, by=olga, now=now + LATER)
    enrichment.sweep(now=now + LATER)

    assert not FactConflict.objects.exists()


def test_answer_is_kept_for_its_days_and_then_asked_for_again(
    tmp_path: Path, olga: User, now: datetime
) -> None:
    account()
    table(tmp_path, olga, now)
    enrichment.sweep(now=now)

    soon, old = enrichment.sweep(now=now + timedelta(days=89)), enrichment.sweep(now=now + timedelta(days=90))

    assert (soon, old) == (0, 1)


def test_company_that_comes_later_is_asked_about_and_one_without_domain_is_not(
    tmp_path: Path, olga: User, now: datetime
) -> None:
    account("beta")
    table(tmp_path, olga, now)
    enrichment.sweep(now=now)
    account("gamma", domain="")
    account()

    assert enrichment.sweep(now=now + LATER) == 1
    assert EnrichmentLookup.objects.count() == 2


def test_rows_that_cannot_be_used_are_passed_over_and_told(tmp_path: Path, olga: User, now: datetime) -> None:
    provider = enrichment_setup.create(Wanted(name="Our table", kind="TABLE"), by=olga, now=now)
    path = tmp_path / "facts.csv"
    path.write_text("domain,employees\nacme.com,400\ngmail.com,5\nbeta.com,many\n")

    loaded = enrichment_setup.load_table(provider, path, by=olga, now=now)

    assert (loaded.taken, loaded.passed_over) == (1, 2)
    assert loaded.problems == (
        "Line 3: it names no company’s domain.",
        "Line 4: employees cannot be read.",
    )


def test_file_without_domains_changes_nothing(tmp_path: Path, olga: User, now: datetime) -> None:
    provider = table(tmp_path, olga, now)
    path = tmp_path / "bad.csv"
    path.write_text("name,employees\nAcme,400\n")

    with pytest.raises(UnreadableFile):
        enrichment_setup.load_table(provider, path, by=olga, now=now)

    assert provider.rows.count() == 1


# An endpoint


def test_endpoint_is_asked_by_domain_with_its_key(endpoint: EnrichmentProvider, now: datetime) -> None:
    acme = account()
    with receiving(json_of({"industry": "Retail", "employees": "oops", "owner": 1})) as receiver:
        serve(endpoint, f"{receiver.url}/{{domain}}")
        enrichment.sweep(now=now)

    acme.refresh_from_db()
    assert (acme.industry, acme.employees, acme.owner) == ("Retail", None, None)
    assert receiver.received[0].line.startswith("GET /hook/acme.com ")
    assert receiver.received[0].headers["authorization"] == "Bearer canary-key"


def test_company_that_is_not_known_there_is_no_fault(endpoint: EnrichmentProvider, now: datetime) -> None:
    account()
    with receiving(receivers.status(404)) as receiver:
        serve(endpoint, receiver.url)
        enrichment.sweep(now=now)

    endpoint.refresh_from_db()
    assert (endpoint.misses, endpoint.faults) == (1, 0)
    assert EnrichmentLookup.objects.get().outcome == "NOTHING"


BAD = {
    "hangs": (receivers.hang, "No answer within 0.3 seconds."),
    "fails": (receivers.status(500), "It answered 500."),
    "refuses the key": (receivers.status(401), "It answered 401."),
    "resets": (receivers.reset, "The connection failed"),
    "redirects": (receivers.status(302, headers="Location: http://127.0.0.1/\r\n"), "It answered 302."),
    "writes no JSON": (receivers.status(200, b"<html>"), "Its answer is no JSON."),
    "nests without end": (receivers.status(200, b"[" * 50_000), "Its answer is no JSON."),
    "writes a list": (json_of([1]), "Its answer is no JSON object."),
    "writes nothing that can be meant": (
        json_of({"employees": -5}),
        "Nothing of it could be read: employees.",
    ),
    "hides a NUL": (json_of({"industry": "a\x00b"}), "Nothing of it could be read: industry."),
    "is endless": (receivers.flood, "Its answer is larger than 64 KB."),
    "drips": (receivers.drip(b"HTTP/1.1 200 OK\r\nX: "), "No answer within 0.3 seconds."),
}


@pytest.mark.parametrize("behaviour", BAD)
def test_bad_provider_changes_nothing_and_is_asked_again_later(
    behaviour: str, endpoint: EnrichmentProvider, now: datetime
) -> None:
    acme, (behave, told) = account(), BAD[behaviour]
    with receiving(behave) as receiver:
        serve(endpoint, receiver.url)
        enrichment.sweep(now=now)

    lookup = EnrichmentLookup.objects.get()
    assert lookup.outcome == "FAILED"
    assert lookup.problem.startswith(told)
    assert now < lookup.due_at <= now + timedelta(minutes=1)
    acme.refresh_from_db()
    assert acme.origins is None


def test_address_inside_is_never_asked(
    endpoint: EnrichmentProvider, now: datetime, settings: Settings
) -> None:
    settings.OUTGOING_NETWORKS = []
    account()
    with receiving(json_of({"industry": "Retail"})) as receiver:
        serve(endpoint, receiver.url)
        enrichment.sweep(now=now)

    assert receiver.connections == 0
    assert EnrichmentLookup.objects.get().outcome == "FAILED"


def test_breaker_opens_after_five_failures_tries_once_and_closes(
    endpoint: EnrichmentProvider, now: datetime
) -> None:
    for number in range(8):
        account(f"company{number}")
    with receiving(receivers.status(500)) as broken:
        serve(endpoint, broken.url)
        enrichment.sweep(now=now)
        asked_at_first = broken.connections
        enrichment.sweep(now=now + timedelta(seconds=30))
        asked_while_open = broken.connections
        enrichment.sweep(now=now + timedelta(seconds=61))

    assert (asked_at_first, asked_while_open, broken.connections) == (5, 5, 6)
    with receiving(json_of({"industry": "Retail"})) as well:
        serve(endpoint, well.url)
        enrichment.sweep(now=now + timedelta(minutes=4))
        enrichment.sweep(now=now + timedelta(hours=1))

    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.rest_until) == (0, None)
    assert Account.objects.filter(industry="Retail").count() == 8


def test_question_that_fails_five_times_rests_like_an_answer(
    endpoint: EnrichmentProvider, now: datetime
) -> None:
    account()
    with receiving(receivers.status(500)) as receiver:
        serve(endpoint, receiver.url)
        for number in range(5):
            enrichment.sweep(now=now + timedelta(hours=3 * number))

    lookup = EnrichmentLookup.objects.get()
    assert lookup.due_at == now + timedelta(hours=12, days=90)


def test_provider_that_is_off_is_not_asked(tmp_path: Path, olga: User, now: datetime) -> None:
    account()
    enrichment_setup.switch(table(tmp_path, olga, now), is_on=False, by=olga, now=now)

    assert enrichment.sweep(now=now) == 0


def test_neither_the_key_nor_the_whole_address_is_in_the_audit(endpoint: EnrichmentProvider) -> None:
    kept = json.dumps(list(AuditEntry.objects.values("text", "before", "after")))

    assert "canary-key" not in kept
    assert "vendor.example" in kept
