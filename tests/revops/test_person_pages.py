"""One person's data on its page: what is held, its export, complete against the registry, and its erasure (P39)."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads import background
from leads.models import AuditEntry, Lead, User
from revops.background_work import WORK
from revops.privacy import export as person_export
from revops.privacy.personal_data import TABLES, own_rows, person_of
from revops.privacy.table_words import WORDS
from tests import canary, factories
from tests.conftest import SignIn

ASKED = {"why": "ASKED", "reference": "DSR-7", "sure": "on"}


@pytest.fixture
def desk(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


@pytest.fixture
def kanarina(ana: User, mia: User, olga: User, now: datetime) -> Lead:
    canary.through_the_api(now=now)
    canary.worked(ana, mia, olga, now=now)
    canary.through_files(by=olga, now=now)
    canary.second_self(olga, now=now + timedelta(hours=1))
    canary.a_dead_letter(now=now)
    return factories.lead_of(canary.EMAIL)


def exported(desk: Client, lead: Lead) -> dict[str, Any]:
    answer = desk.post(reverse("person-export", args=[lead.pk]), {"as": "json"})
    assert answer.headers["Content-Disposition"] == f'attachment; filename="person-{lead.pk}.json"'
    document: dict[str, Any] = json.loads(answer.content)
    return document


def test_an_export_holds_every_field_of_every_row_of_theirs(desk: Client, kanarina: Lead) -> None:
    tables = exported(desk, kanarina)["tables"]

    person, missing = person_of(kanarina), []
    for table in TABLES:
        own = own_rows(table, person).count()
        rows = tables.get(table.model._meta.label, [])
        if len(rows) < own:
            missing.append(table.model._meta.label)
        for row in rows:
            wanted = {*table.becomes, *table.cleaned} - {"lead"}
            missing += sorted(wanted - set(row))
    assert missing == []


def test_an_export_holds_everything_that_anybody_wrote_of_them(desk: Client, kanarina: Lead) -> None:
    labels = {table.model._meta.db_table: table.model._meta.label for table in TABLES}
    holding = {labels[place.partition(".")[0]] for place in canary.found((canary.SECRET,))}

    tables = exported(desk, kanarina)["tables"]

    assert holding - set(tables) <= {"leads.FilePart"}
    assert tables["leads.FailedSignal"][0]["payload"]["person"]["email"] == canary.EMAIL
    assert any(canary.SECRET in row["cells"] for row in tables["leads.RefusedRow"])
    assert {row["email"] for row in tables["leads.Lead"]} == {canary.EMAIL, canary.SECOND_EMAIL}


def test_an_export_holds_nothing_of_anybody_else(desk: Client, kanarina: Lead, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended", email="other@person.example"), now=now)

    assert "other@person.example" not in json.dumps(exported(desk, kanarina))


def test_every_table_that_may_hold_something_of_a_person_says_so_in_words() -> None:
    holding = {
        one.options.model_name for one in TABLES if one.rows is not None or one.names_whose is not None
    }

    assert holding == set(WORDS)


def test_an_export_as_csv_has_no_formula(desk: Client, kanarina: Lead) -> None:
    Lead.objects.filter(pk=kanarina.pk).update(title="=HYPERLINK(1)")

    answer = desk.post(reverse("person-export", args=[kanarina.pk]), {"as": "csv"})

    rows = list(csv.reader(io.StringIO(answer.getvalue().decode())))
    assert rows[0] == list(person_export.HEADER)
    assert ["leads.Lead", "1", "title", "'=HYPERLINK(1)"] in rows


def test_an_export_is_audited_without_what_it_held(desk: Client, olga: User, kanarina: Lead) -> None:
    exported(desk, kanarina)

    told = AuditEntry.objects.get(action="person.exported")
    assert told.actor == olga
    assert told.text == f"Olga exported what is held of the person behind lead {kanarina.pk}"
    assert told.after is not None
    assert told.after["rows"]["leads.Lead"] == 2


def test_a_person_is_erased_from_the_page(desk: Client, kanarina: Lead) -> None:
    address = reverse("person-data", args=[kanarina.pk])
    assert "What is held" in desk.get(address).content.decode()

    answer = desk.post(reverse("person-erase", args=[kanarina.pk]), ASKED, follow=True)
    assert "The erasure has begun." in answer.content.decode()
    assert "which is under way" in answer.content.decode()

    background.work_off(WORK)
    after = desk.get(address).content.decode()
    assert "asked for by Olga: The person asked for it." in after
    assert "Request DSR-7." in after
    assert "Erase this person" not in after
    assert "This person was erased on" in desk.get(kanarina.get_absolute_url()).content.decode()


@pytest.mark.parametrize("left_out", ["why", "sure"])
def test_nothing_is_erased_without_a_ground_and_without_being_sure(
    desk: Client, kanarina: Lead, left_out: str
) -> None:
    given = {name: value for name, value in ASKED.items() if name != left_out}

    answer = desk.post(reverse("person-erase", args=[kanarina.pk]), given)

    assert answer.status_code == 422
    assert not kanarina.erasures.exists()


def test_what_keeps_them_from_being_erased_is_said(desk: Client, ana: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead

    answer = desk.post(reverse("person-erase", args=[lead.pk]), ASKED)

    assert answer.status_code == 422
    assert "waits for a decision with Ana. Reject the hand-off first." in answer.content.decode()


def test_what_they_said_is_shown_with_its_words_and_source(
    desk: Client, kanarina: Lead, now: datetime
) -> None:
    factories.receive(canary.payload("unsubscribe"), now=now + timedelta(hours=3))

    page = desk.get(reverse("person-data", args=[kanarina.pk])).content.decode()

    assert f"I, {canary.FIRST} {canary.LAST}, agree." in page
    assert "Does not want to be contacted" in page
    assert "website" in page


def test_the_lead_page_leads_operations_there_and_nobody_else(
    desk: Client, ana: User, as_user: SignIn, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead
    address = reverse("person-data", args=[lead.pk])

    assert address in desk.get(lead.get_absolute_url()).content.decode()
    assert address not in as_user(ana).get(lead.get_absolute_url()).content.decode()
