"""Nurture: who is in which track and why, what is due, and who is never there."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.db.models.expressions import RawSQL
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.domain.stages import Stage
from leads.models import AuditEntry, Lead, User
from revops import nurture_views
from routing import nurture
from routing.models import NurturePlacement, NurtureTouch, NurtureTrack
from routing.nurture import Kept
from tests import factories
from tests.conftest import SignIn
from tests.reads import lists_left_out

DAY = timedelta(days=1)


@pytest.fixture
def clock(now: datetime) -> Any:
    with time_machine.travel(now, tick=False) as stopped:
        yield stopped


@pytest.fixture
def mara(model: object) -> User:
    return factories.person("mara", role="MARKETER")


@pytest.fixture
def desk(mara: User, as_user: SignIn, clock: Any) -> Client:
    return as_user(mara)


def resting(name: str, *types: str, now: datetime) -> Lead:
    """A lead at marketing that did such things yesterday."""
    person = {
        **factories.signal()["person"],
        "email": f"{name}@{name}.example",
        "first_name": name.capitalize(),
    }
    company = {"name": f"{name.capitalize()} AG"}
    for number, type_ in enumerate(types):
        payload = factories.signal(type_, person=person, company=company, signal_id=f"{name}-{number}")
        factories.receive(payload, now=now - DAY)
    lead = factories.lead_of(person["email"])
    Lead.objects.filter(pk=lead.pk).update(stage=Stage.LEAD, owner=None)
    return lead


def versions() -> dict[str, str]:
    """By address, the number of the transaction that wrote the placement last and its place in the table."""
    row = RawSQL("routing_nurtureplacement.xmin::text || routing_nurtureplacement.ctid::text", ())
    return dict(NurturePlacement.objects.annotate(row=row).values_list("lead__email", "row"))


def test_who_did_what_is_in_the_first_track_that_fits_and_a_second_run_changes_nothing(
    ana: User, now: datetime
) -> None:
    content = resting("cora", "content_download", now=now)
    event = resting("emil", "webinar_registered", "content_download", now=now)

    assert nurture.place_all(now=now) == Kept(placed=2, left=0)
    assert nurture.place_all(now=now) == Kept(placed=2, left=0)

    placed = dict(NurturePlacement.objects.values_list("lead", "track__code"))
    assert placed == {content.pk: "content", event.pk: "event"}


def test_what_did_not_change_is_not_written_again(ana: User, now: datetime) -> None:
    for name in ("cora", "emil"):
        resting(name, "content_download", now=now)
    nurture.place_all(now=now)
    NurturePlacement.objects.filter(lead__email="emil@emil.example").update(because="once upon a time")
    before = versions()

    nurture.place_all(now=now)

    assert [email for email, row in versions().items() if row != before[email]] == ["emil@emil.example"]


def test_who_left_is_not_looked_for_in_a_list_of_everybody(ana: User, now: datetime) -> None:
    assert not lists_left_out("leads_lead", lambda: nurture.place_all(now=now))


@pytest.mark.parametrize(
    "change",
    [
        {"stage": "DISQUALIFIED"},
        {"acquired": "PURCHASED"},
        {"email": ""},
        {"stage": "MQL"},
    ],
)
def test_who_is_out_bought_or_with_sales_is_in_no_track(
    ana: User, now: datetime, change: dict[str, str]
) -> None:
    lead = resting("cora", "content_download", now=now)
    nurture.place_all(now=now)

    Lead.objects.filter(pk=lead.pk).update(**change)

    assert not nurture.placements().exists()
    assert nurture.place_all(now=now) == Kept(placed=0, left=1)


def test_an_opt_out_counts_at_once(ana: User, desk: Client, now: datetime) -> None:
    lead = resting("cora", "content_download", now=now)
    nurture.place_all(now=now)

    Lead.objects.filter(pk=lead.pk).update(suppressed_at=now)

    csv = b"".join(desk.get(reverse("nurture-csv")).streaming_content)  # type: ignore[attr-defined]
    assert b"cora" not in csv
    assert b"Cora" not in desk.get(reverse("nurture")).content


def test_what_is_due_is_in_the_file_until_it_is_touched_and_again_after_the_interval(
    ana: User, mara: User, desk: Client, now: datetime
) -> None:
    lead = resting("cora", "content_download", now=now)
    nurture.place_all(now=now)
    csv = b"".join(desk.get(reverse("nurture-csv")).streaming_content)  # type: ignore[attr-defined]
    assert b"cora@cora.example,Cora,Klein,Cora AG,Content downloader" in csv

    desk.post(reverse("nurture-touched"), {"track": "content"})
    desk.post(reverse("nurture-touched"), {"track": "content"})

    assert NurtureTouch.objects.get().lead == lead
    nurture.place_all(now=now + DAY)
    assert NurturePlacement.objects.get().next_touch_on == (now + 14 * DAY).date()
    nurture.place_all(now=now + 20 * DAY)
    assert NurturePlacement.objects.get().next_touch_on == (now + 20 * DAY).date()


def test_a_formula_in_a_name_is_text_in_the_file(ana: User, desk: Client, now: datetime) -> None:
    lead = resting("cora", "content_download", now=now)
    Lead.objects.filter(pk=lead.pk).update(first_name="=1+1")
    nurture.place_all(now=now)

    csv = b"".join(desk.get(reverse("nurture-csv")).streaming_content)  # type: ignore[attr-defined]

    assert b"'=1+1" in csv


def test_a_track_is_edited_within_bounds_audited_and_never_overwritten(desk: Client) -> None:
    track = NurtureTrack.objects.get(code="content")
    page = reverse("nurture-track-edit", args=[track.pk])
    form = {**nurture.values_of(track), "seen": nurture.edition_of(track)}

    assert desk.post(page, {**form, "every_days": 30}).status_code == 422
    assert desk.post(page, {**form, "every_days": 7}).status_code == 302
    late = desk.post(page, {**form, "every_days": 10})

    assert late.status_code == 409
    assert [(one.label, one.one, one.other) for one in late.context["differences"]] == [
        ("Again after days", "10", "7")
    ]
    track.refresh_from_db()
    assert track.every_days == 7
    assert AuditEntry.objects.filter(action="nurture_track.edited").count() == 1
    carried = late.context["carried"]
    on_top = {name: [value for each, value in carried if each == name] for name, _ in carried}
    assert desk.post(page, on_top).status_code == 302
    track.refresh_from_db()
    assert track.every_days == 10


def test_the_number_of_queries_does_not_grow_with_the_leads(ana: User, desk: Client, now: datetime) -> None:
    resting("cora", "content_download", now=now)
    nurture.place_all(now=now)
    desk.get(reverse("nurture"))
    with CaptureQueriesContext(connection) as few:
        desk.get(reverse("nurture"))

    for name in ("emil", "finn", "gina"):
        resting(name, "content_download", now=now)
    nurture.place_all(now=now)
    with CaptureQueriesContext(connection) as many:
        desk.get(reverse("nurture"))

    assert len(many) == len(few)


def test_a_hundred_at_a_time_and_every_lead_once(
    ana: User, desk: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nurture_views, "A_PAGE", 2)
    names = ("cora", "emil", "finn", "gina", "hugo")
    for name in names:
        resting(name, "content_download", now=now)
    nurture.place_all(now=now)
    NurturePlacement.objects.filter(lead__email__startswith="emil").update(next_touch_on=date(2030, 1, 1))
    track = NurturePlacement.objects.all()[0].track
    first = desk.get(reverse("nurture"), {"track": track.code})

    pages = [first]
    while pages[-1].context["after_url"]:
        pages.append(desk.get(pages[-1].context["after_url"].partition("#")[0]))
    back = desk.get(pages[-1].context["before_url"].partition("#")[0])

    shown = [row.lead.email.partition("@")[0] for page in pages for row in page.context["rows"]]
    assert sorted(shown) == sorted(names)
    assert shown[-1] == "emil"
    assert [row.pk for row in back.context["rows"]] == [row.pk for row in pages[-2].context["rows"]]
    assert (first.context["before_url"], pages[-1].context["after_url"]) == ("", "")


@pytest.mark.parametrize("mark", ["x", "2026-13-40_1", "2026-01-01_" + "9" * 30, "2026-01-01_x", "\x00"])
def test_a_mark_that_marks_nothing_is_the_beginning(desk: Client, mark: str) -> None:
    assert desk.get(reverse("nurture"), {"after": mark}).status_code == 200
