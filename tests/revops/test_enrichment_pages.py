"""The pages of enrichment: providers set up and tables brought, how they stand, differences told where one works."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from leads import enrichment, enrichment_setup, sealing
from leads.domain.precedence import ORDERED, Origin
from leads.enrichment_setup import Wanted
from leads.models import Account, AuditEntry, EnrichmentProvider, FactOrder, Source, User
from revops.celery import SCHEDULE
from tests import factories
from tests.conftest import SignIn

pytestmark = pytest.mark.usefixtures("model")
CSV = b"domain,industry,employees\nacme.com,Retail,900\n"


@pytest.fixture
def ops(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


@pytest.fixture
def vendor(olga: User, now: datetime) -> EnrichmentProvider:
    wanted = Wanted(name="Vendor", kind="HTTP", url="https://vendor.example/canary-path", key="canary-key")
    return enrichment_setup.create(wanted, by=olga, now=now)


def add_table(ops: Client, content: bytes = CSV, name: str = "Our table") -> EnrichmentProvider | None:
    file = SimpleUploadedFile("facts.csv", content, content_type="text/csv")
    ops.post(
        reverse("enrichment-add", args=["table"]),
        {"name": name, "table": file, "cache_days": 90, "position": 1},
    )
    return EnrichmentProvider.objects.filter(name=name).first()


def test_table_is_brought_asked_and_shown_with_what_it_said(ops: Client, now: datetime) -> None:
    factories.receive(factories.signal(email="eva@acme.com"), now=now)
    provider = add_table(ops)
    assert provider is not None

    enrichment.sweep(now=now)

    page = ops.get(reverse("enrichment-provider", args=[provider.pk])).content.decode()
    assert "1 known, 0 not known, 0 failures" in page
    assert "Industry: Retail · Employees: 900" in page
    home = ops.get(reverse("enrichment")).content.decode()
    assert "100%, 1 of 1" in home
    assert "<td>Industry</td>" in home
    assert 'Software <span class="quiet">website, 17 Nov</span>' in home
    assert 'Retail <span class="quiet">Our table, 17 Nov</span>' in home


def test_difference_is_told_on_the_account_and_on_the_lead(ops: Client, now: datetime) -> None:
    answer = factories.receive(factories.signal(email="eva@acme.com"), now=now)
    add_table(ops)
    enrichment.sweep(now=now)
    pages = [
        reverse("account", args=[Account.objects.get(domain="acme.com").pk]),
        reverse("lead", args=[answer["lead"]["id"]]),
    ]

    for path in pages:
        assert (
            "Employees: 400 (website, 17 Nov) over 900 (Our table, 17 Nov)" in ops.get(path).content.decode()
        )


def test_file_that_is_no_table_makes_no_provider(ops: Client) -> None:
    assert add_table(ops, b"name\nAcme\n") is None


def test_endpoint_keeps_its_address_and_key_and_never_shows_them(
    ops: Client, vendor: EnrichmentProvider
) -> None:
    path = reverse("enrichment-edit", args=[vendor.pk])
    seen = ops.get(path).context["form"].initial["seen"]
    sent = {"name": "Vendor 2", "seconds": "3", "cache_days": "30", "position": "2", "seen": seen}

    assert ops.post(path, sent).status_code == 302

    vendor.refresh_from_db()
    assert (vendor.name, vendor.cache_days) == ("Vendor 2", 30)
    assert (vendor.url, sealing.opened(vendor.sealed_key)) == (
        "https://vendor.example/canary-path",
        "canary-key",
    )
    for page in (path, reverse("enrichment"), reverse("enrichment-provider", args=[vendor.pk])):
        assert b"canary" not in ops.get(page).content


@pytest.mark.parametrize(
    ("url", "key", "status"),
    [
        ("https://another.example/canary-path", "", 422),
        ("https://vendor.example:8443/canary-path", "", 422),
        ("https://vendor.example/another-path", "", 302),
        ("https://another.example/canary-path", "another key", 302),
    ],
)
def test_key_that_is_kept_is_sent_to_no_other_server(
    ops: Client, vendor: EnrichmentProvider, url: str, key: str, status: int
) -> None:
    path = reverse("enrichment-edit", args=[vendor.pk])
    seen = ops.get(path).context["form"].initial["seen"]
    sent = {"name": "Vendor", "seconds": "3", "cache_days": "30", "position": "2", "seen": seen}

    answer = ops.post(path, {**sent, "url": url, "key": key})

    vendor.refresh_from_db()
    assert answer.status_code == status
    assert (vendor.url == url) == (status == 302)
    assert sealing.opened(vendor.sealed_key) == (key or "canary-key")


def test_address_inside_is_refused_beside_its_field(ops: Client) -> None:
    sent = {
        "name": "Inside",
        "url": "https://169.254.169.254/",
        "seconds": "5",
        "cache_days": "9",
        "position": "1",
    }

    answer = ops.post(reverse("enrichment-add", args=["http"]), sent)

    assert answer.status_code == 422
    assert "leads inside" in answer.content.decode()


def test_place_for_the_domain_may_stand_in_the_address(ops: Client) -> None:
    sent = {"name": "Facts", "seconds": "5", "cache_days": "9", "position": "1"}
    url = "https://vendor.example/v2/companies/{domain}?fields=all"

    answer = ops.post(reverse("enrichment-add", args=["http"]), {**sent, "url": url})

    assert answer.status_code == 302, answer.content
    assert EnrichmentProvider.objects.get(name="Facts").url == url


def test_two_editors_overwrite_nothing(ops: Client, vendor: EnrichmentProvider) -> None:
    sent = {"name": "Mine", "seconds": "3", "cache_days": "30", "position": "2", "seen": "stale"}

    answer = ops.post(reverse("enrichment-edit", args=[vendor.pk]), sent)

    assert answer.status_code == 409
    vendor.refresh_from_db()
    assert vendor.name == "Vendor"


def test_open_breaker_is_said_with_its_end_and_run_now_closes_it(
    ops: Client, vendor: EnrichmentProvider
) -> None:
    rest = timezone.now() + timedelta(minutes=30)
    EnrichmentProvider.objects.filter(pk=vendor.pk).update(failures=7, rest_until=rest)
    path = reverse("enrichment-provider", args=[vendor.pk])
    assert "It failed 7 times in a row and is left in peace until" in ops.get(path).content.decode()

    ops.post(reverse("enrichment-run", args=[vendor.pk]))

    assert "left in peace" not in ops.get(path).content.decode()
    assert AuditEntry.objects.filter(action="enrichment.run").count() == 1


def test_whom_we_believe_is_decided_fact_by_fact_and_audited_once(ops: Client) -> None:
    turned = list(reversed(Origin))
    usual = {f"{fact}_{place}": each.value for fact in ORDERED for place, each in enumerate(Origin)}
    sources = {f"source_{source.pk}": "SELF" for source in Source.objects.all()}
    sent = {**usual, **sources, **{f"industry_{place}": each.value for place, each in enumerate(turned)}}

    page = ops.get(reverse("enrichment-order")).content.decode()
    for _ in range(2):
        assert ops.post(reverse("enrichment-order"), sent).status_code == 302

    assert all(f">{title}</th>" in page for title in ("Of companies", "Of people", "Industry", "Last name"))
    assert FactOrder.objects.get(fact="industry").order == [each.value for each in turned]
    assert AuditEntry.objects.filter(action="enrichment.ordered").count() == 1


def test_kind_of_source_with_two_places_is_refused(ops: Client) -> None:
    answer = ops.post(reverse("enrichment-order"), {f"industry_{place}": "SELF" for place in range(4)})

    assert answer.status_code == 422
    assert "Industry: give each kind of source one place." in answer.content.decode()


def test_command_loads_a_table_and_another_asks(tmp_path: Path, now: datetime) -> None:
    factories.receive(factories.signal(email="eva@acme.com", company={"name": "Acme"}), now=now)
    path = tmp_path / "facts.csv"
    path.write_bytes(CSV)

    call_command("load_enrichment", "Our table", str(path), now=now.isoformat())
    call_command("enrich", now=now.isoformat())

    assert Account.objects.get(domain="acme.com").employees == 900


def test_beat_asks_every_minute() -> None:
    assert SCHEDULE["enrich companies"] == ("leads.tasks.enrich", 60, 60)


def test_page_asks_as_much_for_many_differences_as_for_few(ops: Client, now: datetime) -> None:
    rows = [b"domain,industry,employees"]
    for number in range(5):
        company = {**factories.COMPANY, "name": f"C{number}"}
        factories.receive(factories.signal(email=f"a@c{number}.com", company=company), now=now)
        rows.append(b"c%d.com,Retail,900" % number)
    add_table(ops, b"\n".join(rows[:2]))
    enrichment.sweep(now=now)
    few = _queries(ops)

    add_table(ops, b"\n".join(rows), name="Another")
    enrichment.sweep(now=now)

    assert _queries(ops) == few


def _queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(reverse("enrichment")).status_code == 200
    return len(asked)
