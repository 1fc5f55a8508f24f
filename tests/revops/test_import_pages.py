"""The import pages: a file is brought, its columns are named, it is tried, taken in, stopped and gone on with."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads import background, file_imports
from leads.file_imports import Progress
from leads.models import AuditEntry, FileImport, FilePart, ImportedLead, Lead, RefusedRow, Signal, User
from revops.background_work import WORK
from tests import factories
from tests.conftest import SignIn
from tests.import_desk import CRM, begun, bring, brought, choices, mapped, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


def test_a_file_is_brought_tried_and_taken_in(desk: Client, olga: User) -> None:
    one = brought(desk)
    mapped(desk, one)
    desk.post(reverse("import-check", args=[one.pk]))
    background.work_off(WORK)
    tried = page_of(desk, one)

    begun(desk, one)

    found = tried.found
    assert (found["read"], found["stored"], found["repeated"], found["refused"], found["created"]) == (
        4,
        2,
        1,
        1,
        2,
    )
    assert found["problems"][0]["line"] == 3
    assert (one.read, one.stored, one.repeated, one.refused, one.created) == (4, 2, 1, 1, 2)
    assert one.finished_at is not None
    assert set(Lead.objects.values_list("email", flat=True)) == {"eva@acme.example", "ada@beta.example"}
    assert Signal.objects.get(lead__email="eva@acme.example").raw == {"row": {"Shoe size": "38"}}
    assert AuditEntry.objects.filter(action="import.begun", actor=olga).exists()


def test_a_dry_run_stores_nothing(desk: Client) -> None:
    one = brought(desk)
    mapped(desk, one)

    desk.post(reverse("import-check", args=[one.pk]))
    background.work_off(WORK)

    assert not Lead.objects.exists()
    assert not RefusedRow.objects.exists()
    assert page_of(desk, one).found["read"] == 4


def test_a_dry_run_says_who_would_receive_whom(ana: User, desk: Client) -> None:
    header = "Email,First Name,Job Title,Phone,Country,Company Name,Industry,Employees\n"
    row = "eva@acme.example,Eva,VP Marketing,+49 30 901820,DE,Acme,Software,400\n"
    one = brought(desk, header + row)
    mapped(desk, one, type="demo_request")

    desk.post(reverse("import-check", args=[one.pk]))
    background.work_off(WORK)

    assert page_of(desk, one).found["qualified"] == 1
    assert page_of(desk, one).receivers == [("DACH", 1)]


def test_a_dry_run_counts_who_qualifies_twice_once(ana: User, desk: Client) -> None:
    header = "Email,First Name,Job Title,Phone,Country,Company Name,Industry,Employees,Occurred at\n"
    row = "eva@acme.example,Eva,VP Marketing,+49 30 901820,DE,Acme,Software,400"
    one = brought(desk, f"{header}{row},2026-11-16\n{row},2026-11-17\n")
    mapped(desk, one, type="demo_request")

    desk.post(reverse("import-check", args=[one.pk]))
    background.work_off(WORK)
    tried = page_of(desk, one)
    begun(desk, one)

    assert (tried.found["stored"], tried.found["qualified"], tried.receivers) == (2, 1, [("DACH", 1)])
    assert (one.stored, one.qualified) == (2, 1)


def test_its_leads_are_a_click_away(desk: Client) -> None:
    factories.receive(factories.signal(email="other@else.example"), now=timezone.now())
    one = brought(desk)
    mapped(desk, one)
    begun(desk, one)

    listed = desk.get(reverse("leads"), {"import": str(one.pk)})

    assert {line.lead.email for line in listed.context["lines"]} == {"eva@acme.example", "ada@beta.example"}
    assert reverse("leads") + f"?import={one.pk}" in desk.get(one.get_absolute_url()).content.decode()


def test_refused_rows_leave_as_a_file_without_live_formulas(desk: Client) -> None:
    one = brought(desk, "Email,First Name\n=HYPERLINK(1),@Bob\nno\0address,+49 30 901820\n")
    mapped(desk, one)
    begun(desk, one)

    answer: Any = desk.get(reverse("import-refused", args=[one.pk]))

    header, *rows = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode()))
    assert header == ["line", "reason", "Email", "First Name"]
    assert [row[0] for row in rows] == ["2", "3"]
    assert rows[0][2:] == ["'=HYPERLINK(1)", "'@Bob"]
    assert rows[1][2:] == ["no␀address", "+49 30 901820"]


def test_the_meaning_of_columns_is_remembered_for_their_source(desk: Client) -> None:
    first = brought(desk)
    mapped(desk, first, **{"column-3": "person.title", "zone": "Asia/Kathmandu"})

    again = choices(desk, brought(desk))

    assert (again["column-0"], again["column-3"], again["zone"]) == (
        "person.email",
        "person.title",
        "Asia/Kathmandu",
    )


def test_a_bought_list_makes_no_mql_and_says_so(ana: User, desk: Client) -> None:
    one = brought(desk)
    mapped(desk, one, kind="BOUGHT")

    begun(desk, one)

    assert set(Lead.objects.values_list("acquired", flat=True)) == {"PURCHASED"}


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"kind": "OPT_IN"}, "Give the words that the people on this list agreed to."),
        ({"type": "event_attended"}, "A list of the people who came to an event is an opt-in list."),
        ({"column-0": ""}, "Say which column holds the e-mail address."),
        ({"column-1": "person.email"}, "Another column has this meaning too."),
        ({"zone": "Atlantis"}, "There is no such time zone."),
        ({"kind": "OPT_IN", "consent_text": "I agree to {all}"}, "Write it without braces"),
        ({"consent_text": "I agree"}, "Only the people of an opt-in list agreed to something."),
    ],
)
def test_what_cannot_be_meant_is_said_beside_the_field(
    desk: Client, changed: dict[str, str], sentence: str
) -> None:
    answer = mapped(desk, brought(desk), **changed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert FileImport.objects.get().mapping is None


def test_the_consent_of_an_opt_in_list_is_kept_with_every_signal(desk: Client) -> None:
    one = brought(desk)
    mapped(desk, one, kind="OPT_IN", consent_text="Mail me about the fair.")

    begun(desk, one)

    kept = {"basis": "opt_in", "text": "Mail me about the fair."}
    assert list(Signal.objects.values_list("consent", flat=True)) == [kept, kept]


HOSTILE = [
    (b"MZ\x90\0\x03\0\0\0\x04\0", "is a program"),
    (b"PK\x03\x04\x14\0\x06\0\x08\0[Content_Types].xml", "is an Excel workbook"),
    (b"PK\x03\x04" + b"\0" * 100_000, "is a zip archive"),
    (b"<html><script>alert(1)</script></html>", "is a web page"),
    (b",".join(b"c%d" % number for number in range(10_000)), "10,000 columns"),
    (b"Email\n" + b"x" * 2_000_000, ""),
    (b"x" * 2_000_000, "longer than 1,000,000 characters"),
    (b'Email,"First\na@b.example,A\n', "never closed"),
    (b"Email,Email\na@b.example,b\n", "more than once"),
    (b"Em\0ail,b\n1,2\n", "NUL characters"),
    (b"", "is empty"),
    (b"Email,Name\n\n,\n", "has a header and no rows."),
]


@pytest.mark.parametrize(("content", "sentence"), HOSTILE)
def test_a_hostile_file_gets_a_sentence_and_is_not_kept(desk: Client, content: bytes, sentence: str) -> None:
    answer = bring(desk, content)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not FileImport.objects.exists()
    assert not FilePart.objects.exists()


def test_a_file_beyond_the_limit_is_answered_without_reading_it(desk: Client, settings: Any) -> None:
    settings.LARGEST_FILE = 1000

    answer = bring(desk, CRM * 1000)

    assert answer.status_code == 413
    assert "A file may have 1000 bytes at most." in answer.content.decode().replace("\xa0", " ")


def test_a_file_that_was_brought_by_mistake_is_forgotten_at_once(desk: Client, olga: User) -> None:
    one = brought(desk)

    page = desk.post(reverse("import-forget", args=[one.pk]), follow=True)

    assert "“crm.csv” is no longer kept." in page.content.decode()
    assert not FilePart.objects.exists()
    assert page_of(desk, one).state == "Forgotten"
    assert desk.get(reverse("import-columns", args=[one.pk])).status_code == 302
    [told] = AuditEntry.objects.filter(action="import.forgotten")
    assert (told.actor, told.subject) == (olga, f"import:{one.pk}")


def test_a_file_that_is_being_read_is_not_forgotten(desk: Client) -> None:
    one = brought(desk)
    mapped(desk, one)
    desk.post(reverse("import-check", args=[one.pk]))

    page = desk.post(reverse("import-forget", args=[one.pk]), follow=True)

    assert "It is being read. Stop it first." in page.content.decode()
    assert FilePart.objects.exists()


def test_a_source_is_known_however_its_capitals_are_written(desk: Client) -> None:
    bring(desk, CRM, source="HubSpot")
    bring(desk, CRM, source="hubspot")

    assert {one.source.name for one in FileImport.objects.select_related("source")} == {"HubSpot"}


def test_a_file_with_other_columns_is_read_as_the_last_one_and_the_new_ones_are_guessed(desk: Client) -> None:
    mapped(desk, brought(desk), **{"column-3": "person.title"})
    other = "Email,Country,Shoe size\neva@acme.example,DE,38\n"

    again = choices(desk, brought(desk, other))

    assert [again[f"column-{place}"] for place in range(3)] == [
        "person.email",
        "person.country",
        "person.title",
    ]


def test_known_exports_are_read_by_their_columns(desk: Client) -> None:
    header = "Record ID,First Name,Last Name,Email,Job Title,Associated Company,Country/Region\n"
    one = brought(desk, header + "1,Eva,Klein,eva@acme.example,CEO,Acme,DE\n")

    form = desk.get(reverse("import-columns", args=[one.pk]), {"like": "hubspot"}).context["form"]

    meant = [form[f"column-{place}"].value() for place in range(7)]
    assert meant == [
        "",
        "person.first_name",
        "person.last_name",
        "person.email",
        "person.title",
        "company.name",
        "person.country",
    ]


def test_the_list_costs_the_same_for_many_files(
    desk: Client, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    brought(desk)
    desk.get(reverse("imports"))
    with django_assert_max_num_queries(20) as few:
        desk.get(reverse("imports"))
    for _ in range(5):
        factories.file_import(CRM)

    with django_assert_num_queries(len(few)):
        desk.get(reverse("imports"))


def test_new_people_lead_to_themselves_alone(desk: Client) -> None:
    factories.receive(factories.signal(email="eva@acme.example"), now=timezone.now())
    one = brought(desk)
    mapped(desk, one)
    begun(desk, one)

    (stat,) = [stat for stat in page_of(desk, one).stats if stat["label"] == "New people"]
    listed = desk.get(stat["url"])
    page = listed.content.decode()

    assert (stat["value"], one.created) == ("1", 1)
    assert [line.lead.email for line in listed.context["lines"]] == ["ada@beta.example"]
    assert "Only those who came to be known by crm.csv." in page
    assert '<input type="hidden" name="new" value="yes">' in page


def test_those_who_qualified_lead_to_themselves_alone(desk: Client) -> None:
    one = brought(desk)
    mapped(desk, one)
    begun(desk, one)
    eva, ada = (Lead.objects.get(email=email).pk for email in ("eva@acme.example", "ada@beta.example"))
    file_imports.advance(
        one, Progress(qualified=1, leads={ada: False, eva: False}, by_gate={eva}, numbers=[90])
    )
    file_imports.advance(one, Progress(qualified=1, leads={eva: False}, by_gate={eva}, numbers=[91]))
    one.refresh_from_db()

    (stat,) = [stat for stat in page_of(desk, one).stats if stat["label"] == "Qualified"]
    listed = desk.get(stat["url"])
    page = listed.content.decode()

    assert stat["value"] == "1"
    assert [line.lead.email for line in listed.context["lines"]] == ["eva@acme.example"]
    assert "Only those who passed the gate by crm.csv." in page
    assert '<input type="hidden" name="qualified" value="yes">' in page


def test_it_is_kept_of_whom_the_gate_let_through(ana: User, desk: Client) -> None:
    one = brought(desk)
    mapped(desk, one, type="demo_request")
    begun(desk, one)

    assert one.qualified > 0
    assert ImportedLead.objects.filter(file_import=one, has_qualified=True).count() == one.qualified


def test_a_number_of_earlier_days_leads_nowhere_rather_than_to_others(desk: Client) -> None:
    one = brought(desk)
    mapped(desk, one)
    begun(desk, one)
    FileImport.objects.update(qualified=1)

    (stat,) = [stat for stat in page_of(desk, one).stats if stat["label"] == "Qualified"]

    assert (stat["value"], stat["url"]) == ("1", "")


def test_a_dry_run_counts_a_person_of_two_spellings_once(desk: Client) -> None:
    others = "".join(f"p{number}@acme.example,P\n" for number in range(200))
    one = brought(desk, f"Email,First Name\neva+a@gmail.com,Eva\n{others}eva+b@gmail.com,Eva\n")
    mapped(desk, one)
    desk.post(reverse("import-check", args=[one.pk]))
    background.work_off(WORK)
    tried = page_of(desk, one).found

    begun(desk, one)

    assert (tried["created"], one.created) == (201, 201)
