"""What HubSpot, Salesforce and Marketo export goes in as they write it: their dates, numbers, countries, opt-outs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from leads import background
from leads.models import Account, ConsentRecord, FileImport, Lead, Signal, User
from revops.background_work import WORK
from tests.conftest import SignIn
from tests.import_desk import begun, brought, choices, mapped

pytestmark = pytest.mark.django_db

HUBSPOT = (
    "Record ID,First Name,Email,Create Date,Company Name,Country/Region,State/Region,Postal Code,Number of Employees,"
    "Annual Revenue,Unsubscribed from all email\n"
    '151,Anna,anna@nordwind.example,2026-11-19 10:15,Nordwind,Germany,Berlin,10115,"1,200","$ 12,000,000",\n'
    "152,Zoë,zoe@lang.example,2026-11-19 10:15,Lang,Austria,,,,,true\n"
)
SALESFORCE = (
    '"First Name";"Title";"Company / Account";"Email";"Created Date";"Country";"No. of Employees";"Email Opt Out"\r\n'
    '"Jörg";"Leiter Vertrieb";"Groß & Partner AG";"joerg@gross.example";"03.11.2026";"Deutschland";"1.200";"0"\r\n'
    '"Mary";"CRO";"Fabrikam";"mary@fabrikam.example";"20.11.2026, 14:05";"USA";"85";"0"\r\n'
    ";;;;;;;\r\n\r\n"
    '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\r\n'
)
MARKETO = (
    "Id,First Name,Email Address,Company Name,Country,Created At,Num Employees,Annual Revenue,Unsubscribed\n"
    "1001,Paula,paula@berg.example,Berg AS,Norway,2026-11-18 09:00:00,300,20000000.0,0\n"
    "1002,null,rui@costa.example,null,null,2026-11-18 09:00:00,null,null,1\n"
    '1003,Ole,ole@fjord.example,Fjord AS,Norway,2026-11-18 09:00:00,"1,001-5,000",,0\n'
)


@pytest.fixture
def desk(olga: User, as_user: SignIn) -> Client:
    return as_user(olga)


def taken_in(desk: Client, content: str | bytes, **changed: str) -> FileImport:
    one = brought(desk, content)
    answer = mapped(desk, one, **changed)
    assert answer.status_code == 302, answer.content
    return begun(desk, one)


def test_an_export_of_hubspot_goes_in_as_it_is(desk: Client) -> None:
    one = taken_in(desk, HUBSPOT)

    assert (one.stored, one.refused) == (2, 0)
    anna = Lead.objects.get(email="anna@nordwind.example")
    assert (anna.country, anna.region, anna.postal_code) == ("DE", "Berlin", "10115")
    nordwind = Account.objects.get(name="Nordwind")
    assert (nordwind.employees, nordwind.annual_revenue) == (1200, 12_000_000)
    assert Signal.objects.get(lead=anna).occurred_at == datetime(2026, 11, 19, 9, 15, tzinfo=UTC)


def test_who_opted_out_elsewhere_is_not_contacted_here(desk: Client) -> None:
    taken_in(desk, HUBSPOT)

    zoe = Lead.objects.get(email="zoe@lang.example")
    assert zoe.suppressed_at is not None
    assert zoe.suppressed_at.date() > date(2026, 11, 19)
    assert ConsentRecord.objects.get(lead=zoe).said == ConsentRecord.Said.NO
    assert Lead.objects.get(email="anna@nordwind.example").suppressed_at is None


def test_an_export_of_salesforce_goes_in_in_the_words_of_its_country(desk: Client) -> None:
    one = taken_in(desk, SALESFORCE.encode("cp1252"))

    assert (one.read, one.stored, one.refused) == (3, 2, 1)
    assert one.refused_rows.get().reason == "The row has 1 cell, the header 8 cells."
    joerg, mary = (Lead.objects.get(first_name=name) for name in ("Jörg", "Mary"))
    assert (joerg.country, mary.country) == ("DE", "US")
    assert joerg.account is not None
    assert (joerg.account.name, joerg.account.employees) == ("Groß & Partner AG", 1200)
    assert Signal.objects.get(lead=joerg).occurred_at == datetime(2026, 11, 2, 23, tzinfo=UTC)
    assert Signal.objects.get(lead=mary).occurred_at == datetime(2026, 11, 20, 13, 5, tzinfo=UTC)


def test_an_export_of_marketo_goes_in_and_its_null_is_nothing(desk: Client) -> None:
    one = taken_in(desk, MARKETO)

    assert (one.stored, one.refused) == (3, 0)
    assert Account.objects.get(name="Fjord AS").employees == 1001
    rui = Lead.objects.get(email="rui@costa.example")
    assert (rui.first_name, rui.country, rui.suppressed_at is None) == ("", "", False)
    assert Account.objects.get(name="Berg AS").annual_revenue == 20_000_000


def test_dates_that_could_be_meant_in_two_ways_are_asked_about(desk: Client) -> None:
    one = brought(desk, SALESFORCE.replace("03.11.2026", "03/11/2026").replace("20.11.2026", "04/11/2026"))

    asked = mapped(desk, one)
    told = mapped(desk, one, dates="month")

    assert asked.status_code == 422
    assert "Say what its dates begin with, for both could be meant." in asked.content.decode()
    assert told.status_code == 302
    begun(desk, one)
    mary = Signal.objects.get(lead__first_name="Mary")
    assert mary.occurred_at == datetime(2026, 4, 11, 12, 5, tzinfo=UTC)


def test_what_was_said_of_a_file_is_remembered_for_the_next(desk: Client) -> None:
    taken_in(desk, SALESFORCE, blank="n/a")
    again = brought(desk, SALESFORCE)

    remembered = choices(desk, again)

    assert (remembered["dates"], remembered["blank"]) == ("day", "n/a")


def test_a_dry_run_that_read_every_row_does_not_say_that_it_stopped(desk: Client) -> None:
    one = brought(desk, SALESFORCE)
    mapped(desk, one)
    desk.post(reverse("import-check", args=[one.pk]))
    background.work_off(WORK)

    page = desk.get(one.get_absolute_url())
    assert page.context["page"].found["broken_off"] is False
    assert "rows were tried" not in page.content.decode()


def test_the_command_is_told_what_the_dates_begin_with(tmp_path: Path, desk: Client) -> None:
    path = tmp_path / "report.csv"
    path.write_text(SALESFORCE, encoding="utf-8")

    call_command("import_signals", path, source="sf", preset="salesforce", dates="day")

    assert Signal.objects.filter(source__name="sf").count() == 2
