"""Who is not to be contacted: by hand, by file, by unsubscribing; known again when they come back (P40)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads import background, file_imports, suppressions
from leads.models import AuditEntry, ConsentRecord, Lead, Suppression, User
from leads.suppressions import NotAnAddress
from revops.background_work import WORK
from revops.imports import file_importing
from tests import factories
from tests.conftest import SignIn

Origin = Suppression.Origin
FILE = "Email,First Name,Last Name,Company Name\neva@acme.example,Eva,Klein,Acme\nada@beta.example,Ada,Byron,Beta\n"
COLUMNS = {
    "type": "webinar_attended",
    "person.email": "{Email}",
    "person.last_name": "{Last Name}",
    "company.name": "{Company Name}",
    "consent.basis": "opt_in",
    "consent.text": "Mail me about the fair.",
}


@pytest.fixture
def desk(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


def visited(email: str, *, now: datetime, **fields: object) -> Lead:
    factories.receive(factories.signal("webinar_attended", email=email, **fields), now=now)
    return factories.lead_of(email)


def test_an_unsubscribe_puts_the_address_on_the_list_unread(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("unsubscribe"), now=now)

    entry = Suppression.objects.get()
    assert (entry.kind, entry.origin) == ("ADDRESS", "UNSUBSCRIBE")
    assert "acme" not in entry.value
    assert suppressions.refuses("eva@acme.example")
    assert not suppressions.refuses("ada@acme.example")


def test_every_yes_and_no_is_kept_with_its_words_time_and_source(ana: User, now: datetime) -> None:
    agreed = {"basis": "opt_in", "text": "Mail me.", "given_at": (now - timedelta(days=3)).isoformat()}
    visited("eva@acme.example", now=now, consent=agreed)
    factories.receive(factories.signal("unsubscribe"), now=now + timedelta(hours=1))

    said = list(ConsentRecord.objects.order_by("at").values_list("said", "basis", "text", "source", "at"))
    assert said[0] == ("YES", "opt_in", "Mail me.", "website", now - timedelta(days=3))
    assert said[1][:4] == ("NO", "", "", "website")


def test_a_domain_on_the_list_suppresses_who_is_there_and_who_comes(
    ana: User, olga: User, now: datetime
) -> None:
    eva = visited("eva@acme.example", now=now)

    assert suppressions.add(["@ACME.example"], origin=Origin.HAND, by=olga, now=now) == 1

    eva.refresh_from_db()
    ada = visited("ada@mail.acme.example", now=now + timedelta(days=1))
    assert (eva.suppressed_at, ada.suppressed_at) == (now, now)
    assert visited("bea@other.example", now=now).suppressed_at is None


def test_an_address_is_known_however_it_is_written(olga: User, now: datetime) -> None:
    suppressions.add(["Eva.Klein@gmail.com", "eva.klein@GMAIL.com "], origin=Origin.HAND, by=olga, now=now)

    assert Suppression.objects.count() == 1
    assert suppressions.find("evaklein+news@googlemail.com") == Suppression.objects.get()


def test_what_is_neither_adds_nothing(olga: User, now: datetime) -> None:
    with pytest.raises(NotAnAddress, match="“not one” is neither an e-mail address nor a domain"):
        suppressions.add(["eva@acme.example", "not one"], origin=Origin.HAND, by=olga, now=now)

    assert not Suppression.objects.exists()


def test_a_file_that_brings_them_back_does_not_lift_their_no(ana: User, olga: User, now: datetime) -> None:
    """An opt-in list says nothing about when each agreed; nor does it make anybody new who refused before."""
    suppressions.add(["eva@acme.example", "ada@beta.example"], origin=Origin.HAND, by=olga, now=now)
    visited("eva@acme.example", now=now)

    brought = factories.file_import(FILE)
    file_imports.map_columns(brought, kind="OPT_IN", mapping={"fields": COLUMNS})
    file_importing.begin(brought, by=olga, now=now + timedelta(days=1))
    background.work_off(WORK)

    leads = Lead.objects.filter(email_key__in=["eva@acme.example", "ada@beta.example"])
    assert [lead.suppressed_at for lead in leads] == [now, now]


def test_their_own_later_yes_lifts_it_and_an_earlier_one_does_not(
    ana: User, olga: User, now: datetime
) -> None:
    suppressions.add(["eva@acme.example"], origin=Origin.HAND, by=olga, now=now)
    yes = {"basis": "opt_in", "text": "Yes."}

    earlier = {**yes, "given_at": (now - timedelta(days=1)).isoformat()}
    assert visited("eva@acme.example", now=now + timedelta(hours=1), consent=earlier).suppressed_at == now
    assert visited("eva@acme.example", now=now + timedelta(hours=2), consent=yes).suppressed_at is None
    assert not suppressions.refuses("eva@acme.example")


def test_a_yes_does_not_lift_the_no_of_a_whole_domain(ana: User, olga: User, now: datetime) -> None:
    suppressions.add(["acme.example"], origin=Origin.HAND, by=olga, now=now)

    eva = visited(
        "eva@acme.example", now=now + timedelta(hours=1), consent={"basis": "opt_in", "text": "Yes."}
    )

    assert eva.suppressed_at == now


def test_the_list_is_asked_added_to_by_hand_and_by_file_and_shortened(desk: Client) -> None:
    page = reverse("suppressions")
    desk.post(reverse("suppression-add"), {"entries": "eva@acme.example\nrival.example"})
    lines = SimpleUploadedFile("list.csv", b'Email;Why\n"ada@beta.example";left\n')
    desk.post(reverse("suppression-add"), {"file": lines})

    assert set(Suppression.objects.values_list("origin", flat=True)) == {"HAND", "LIST"}
    assert "On the list since" in desk.get(page, {"q": "ADA@beta.example"}).content.decode()
    assert "Not on the list." in desk.get(page, {"q": "bea@beta.example"}).content.decode()
    assert "@rival.example" in desk.get(page).content.decode()
    assert "ada@beta" not in desk.get(page).content.decode()

    entry = suppressions.find("ada@beta.example")
    assert entry is not None
    desk.post(reverse("suppression-lift", args=[entry.pk]))
    assert "Not on the list." in desk.get(page, {"q": "ada@beta.example"}).content.decode()
    assert AuditEntry.objects.filter(subject="suppressions").count() == 3


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ("", "Name at least one address or domain."),
        ("nobody here", "is neither an e-mail address nor a domain"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(desk: Client, entries: str, told: str) -> None:
    answer = desk.post(reverse("suppression-add"), {"entries": entries})

    assert answer.status_code == 422
    assert told in answer.content.decode()


LIST = 'Record ID;Name;E-Mail\r\n1;"Fred; Müller";fred@left.example\r\n;;\r\n2;Ada;ada@\r\n3;Bea;BEA@left.example\r\n'


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
def test_a_file_is_read_by_its_column_of_addresses_and_a_bad_line_costs_itself(
    desk: Client, encoding: str
) -> None:
    brought = SimpleUploadedFile("gone.csv", LIST.encode(encoding))

    page = desk.post(reverse("suppression-add"), {"file": brought}, follow=True).content.decode()

    assert "2 are new on the list and heeded from now on." in page
    assert "1 line is neither an address nor a domain: “ada@” (4)." in page
    assert suppressions.find("fred@left.example") is not None
    assert suppressions.find("bea@left.example") is not None


def test_a_file_without_headings_is_read_whole(desk: Client) -> None:
    brought = SimpleUploadedFile("gone.csv", b"fred@left.example\nrival.example\n")

    desk.post(reverse("suppression-add"), {"file": brought})

    assert suppressions.find("fred@left.example") is not None
    assert suppressions.find("anybody@rival.example") is not None


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"Email\nnobody here\n", "1 line is neither an address nor a domain: “nobody here” (2)."),
        (b"PK\x03\x04" + bytes(40), "not a CSV file"),
        (b"", "The submitted file is empty."),
    ],
)
def test_a_file_that_names_nobody_is_told_why(desk: Client, content: bytes, told: str) -> None:
    answer = desk.post(reverse("suppression-add"), {"file": SimpleUploadedFile("gone.csv", content)})

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Suppression.objects.exists()


def test_the_page_asks_no_more_for_more_entries(desk: Client, olga: User, now: datetime) -> None:
    counted = []
    for number in (1, 30):
        texts = [f"person{number}{each}@acme.example" for each in range(number)]
        suppressions.add(texts, origin=Origin.HAND, by=olga, now=now)
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("suppressions"))
        counted.append(len(asked))
    assert counted[0] == counted[1]
