"""Hosted forms: what the public sends becomes one signal, nothing typed is lost, only named sites may frame them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_network
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from leads import hosted_forms
from leads.domain.form_parts import FIELDS, QUESTIONS, Part
from leads.models import AuditEntry, FailedSignal, FormSubmission, HostedForm, Lead, Signal, User
from revops import form_tickets
from revops.form_tickets import ForgedTicket
from routing.models import Handoff
from scoring.models import Score
from tests.conftest import SignIn
from tests.hosted_forms import DEMO, EVA, opened, send, ticket

pytestmark = pytest.mark.usefixtures("model")
TAGGED = f"{DEMO}?utm_source=ads&utm_campaign=spring&visitor_id=v-1&referrer=https://search.example/"


@pytest.fixture(autouse=True)
def _sent_at_once_and_often(settings: Settings) -> None:
    """No test waits, and none is held up by what the others sent."""
    settings.FORM_LEAST_SECONDS, settings.FORM_RATE = 0, "1000 per minute"


@pytest.fixture
def demo() -> HostedForm:
    return HostedForm.objects.get(slug="demo")


def wanted(form: HostedForm, **changes: object) -> hosted_forms.Wanted:
    """The form as it stands, with changes."""
    names = (
        "slug",
        "name",
        "intro",
        "source",
        "signal_type",
        "heard_options",
        "consent_text",
        "consent_required",
    )
    values = {name: getattr(form, name) for name in (*names, "button", "thanks", "sites")}
    parts = {"fields": form.asked_fields, "questions": form.asked_questions}
    return hosted_forms.Wanted(**{**values, **parts, **changes})


def change(form: HostedForm, *, by: User, **changes: object) -> None:
    form.refresh_from_db()
    seen = hosted_forms.edition_of(form)
    hosted_forms.change(form, wanted(form, **changes), seen=seen, by=by, now=datetime.now(UTC))


def somebody() -> str:
    """A network address that nobody had before."""
    return str(IPv6Address((0x2001_0DB8 << 96) | (uuid4().int >> 32)))


# What is sent


def test_what_is_sent_is_one_signal_that_is_handed_over(ana: User) -> None:
    answer = send(EVA, signed=opened(TAGGED))

    assert (answer.status_code, answer.headers["Location"]) == (303, f"{DEMO}thanks/")
    signal, lead = Signal.objects.get(), Lead.objects.get()
    assert (signal.type_id, signal.lead, signal.source.name) == ("demo_request", lead, "Hosted forms")
    assert (signal.utm, signal.visitor_id) == ({"source": "ads", "campaign": "spring"}, "v-1")
    assert (signal.referrer, signal.self_reported_source) == ("https://search.example/", "Event")
    assert signal.answers == {"critical_event": "The fair in March"}
    assert lead.account is not None
    assert (lead.name, lead.account.name, lead.account.employees) == ("Eva Klein", "Acme Software", 400)
    assert Handoff.objects.get().assignee == ana
    assert FormSubmission.objects.get().lead == lead


def test_critical_event_counts_towards_urgency_and_shows_in_the_brief(ana: User, as_user: SignIn) -> None:
    send(EVA, signed=opened())
    send({**EVA, "email": "tom@beta.example", "answer_critical_event": ""}, signed=opened())

    eva, tom = (Score.objects.get(lead__email_key=key) for key in ("eva@acme.example", "tom@beta.example"))
    assert eva.urgency > tom.urgency
    page = as_user(ana).get(reverse("lead", args=[eva.lead_id])).content.decode()
    assert "The fair in March" in page


def test_sent_twice_is_one_signal() -> None:
    signed = opened()

    answers = [send(EVA, signed=signed).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert (Signal.objects.count(), FormSubmission.objects.count()) == (1, 1)


def test_correction_that_is_sent_again_is_not_lost() -> None:
    signed = opened()
    send(EVA, signed=signed)

    for _ in range(2):
        send({**EVA, "answer_pain": "We lose leads"}, signed=signed)

    assert Signal.objects.count() == 2
    assert Lead.objects.count() == 1


def test_consent_is_kept_in_the_words_that_were_shown_with_their_version(demo: HostedForm) -> None:
    send({**EVA, "consent": "on"}, signed=opened())

    signal = Signal.objects.get()
    assert (signal.consent["basis"], signal.consent["text"]) == ("opt_in", demo.consent_text)
    assert FormSubmission.objects.get().consent_version == 1


def test_without_the_tick_no_consent_is_kept() -> None:
    send(EVA, signed=opened())

    assert Signal.objects.get().consent == {}
    assert FormSubmission.objects.get().consent_version is None


def test_page_that_frames_the_form_is_kept_as_where_it_came_from() -> None:
    send(EVA, signed=opened(referer="https://www.acme.example/prices"))

    assert Signal.objects.get().url == "https://www.acme.example/prices"


def test_text_that_no_table_takes_is_refused_beside_its_field() -> None:
    answer = send({**EVA, "email": "eva@localhost..example"}, signed=opened())

    assert answer.status_code == 422
    assert Signal.objects.count() == FailedSignal.objects.count() == 0


# What stands in the way


def test_missing_fields_are_named_above_and_beside_and_nothing_typed_is_lost() -> None:
    answer = send(
        {**EVA, "email": "", "last_name": "", "answer_pain": "We <lose> leads"}, signed=opened(TAGGED)
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count("Please fill this in.") == 4
    assert '<a href="#form_email">E-mail</a>' in page
    assert 'value="Acme Software"' in page
    assert "We &lt;lose&gt; leads" in page
    assert form_tickets.read(ticket(answer), slug="demo").utm["source"] == "ads"
    assert Signal.objects.count() == 0


def test_required_consent_is_asked_for() -> None:
    path = "/forms/newsletter/"

    answer = send({"email": "eva@acme.example"}, signed=opened(path), path=path)

    assert answer.status_code == 422
    assert "Tick this to go on." in answer.content.decode()


def test_program_that_fills_in_everything_is_thanked_and_ignored() -> None:
    answer = send({**EVA, "website": "https://spam.example"}, signed=opened())

    assert answer.status_code == 303
    assert Signal.objects.count() == 0


def test_form_that_is_sent_at_once_is_asked_for_once_more(settings: Settings) -> None:
    settings.FORM_LEAST_SECONDS = 60

    answer = send(EVA, signed=opened())

    assert answer.status_code == 422
    assert "That was very quick" in answer.content.decode()
    assert 'value="Klein"' in answer.content.decode()
    assert Signal.objects.count() == 0


def test_form_that_lay_open_for_days_is_sent_on_the_second_try() -> None:
    old = form_tickets.issue("demo", {}, referrer="", now=datetime.now(UTC) - timedelta(days=2))

    answer = send(EVA, signed=old.signed())

    assert "open for long" in answer.content.decode()
    assert send(EVA, signed=ticket(answer)).status_code == 303


@pytest.mark.parametrize("signed", ["", "no ticket", "eyJzIjoxfQ:1x:AAAA"])
def test_forged_ticket_is_refused(signed: str) -> None:
    assert send(EVA, signed=signed).status_code == 403


def test_ticket_of_another_form_is_refused() -> None:
    with pytest.raises(ForgedTicket):
        form_tickets.read(opened("/forms/contact/"), slug="demo")


def test_one_address_that_sends_too_often_is_asked_to_wait_and_others_are_not(settings: Settings) -> None:
    settings.FORM_RATE = "2 per minute"
    one, another = somebody(), somebody()
    for number in range(2):
        send({**EVA, "email": f"p{number}@acme.example"}, signed=opened(), REMOTE_ADDR=one)

    third = send(EVA, signed=opened(), REMOTE_ADDR=one)
    other = send(EVA, signed=opened(), REMOTE_ADDR=another)

    assert (third.status_code, other.status_code) == (429, 303)
    assert third.headers["Retry-After"]
    assert 'value="Klein"' in third.content.decode()


def test_without_the_counter_everybody_may_send(settings: Settings) -> None:
    settings.REDIS_URL, settings.FORM_RATE = "unix:///nowhere/at-all.sock", "1 per minute"

    assert [send(EVA, signed=opened()).status_code for _ in range(2)] == [303, 303]


def test_behind_a_proxy_the_visitors_own_address_is_counted(settings: Settings) -> None:
    settings.FORM_RATE, settings.TRUSTED_PROXIES = "1 per minute", [ip_network("127.0.0.0/8")]
    one, another = somebody(), somebody()
    forwarded = [{"X-Forwarded-For": f"192.0.2.1, {visitor}"} for visitor in (one, another, one)]

    statuses = [send(EVA, signed=opened(), headers=each).status_code for each in forwarded]

    assert statuses == [303, 303, 429]


# Where it is shown


def test_form_that_is_switched_off_is_no_page_and_still_has_a_preview(
    demo: HostedForm, olga: User, as_user: SignIn
) -> None:
    as_user(olga).post(reverse("hosted-form-switch", args=["demo"]), {"on": "no"})

    assert Client().get(DEMO).status_code == 404
    preview = as_user(olga).get(reverse("hosted-form-preview", args=["demo"])).content.decode()
    assert "nothing is sent from here" in preview
    assert AuditEntry.objects.filter(action="form.switched", subject=f"form:{demo.pk}").count() == 1


def test_without_sites_no_page_may_frame_it() -> None:
    headers = Client().get(DEMO).headers

    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", [DEMO, f"{DEMO}thanks/"])
def test_named_sites_alone_may_frame_it(demo: HostedForm, olga: User, path: str) -> None:
    change(demo, by=olga, sites=["https://www.acme.example", "https://*.beta.example"])

    headers = Client().get(path).headers

    assert "X-Frame-Options" not in headers
    policy = headers["Content-Security-Policy"]
    assert re.search(
        r"frame-ancestors 'self' https://www\.acme\.example https://\*\.beta\.example(;|$)", policy
    )
    assert "script-src 'self'" in policy


def test_public_page_sets_no_cookie_and_runs_no_script() -> None:
    answer = Client().get(TAGGED)

    assert not answer.cookies
    assert b"<script" not in answer.content


# Operations


FILLED = {
    "name": "Partner enquiry",
    "slug": "Partners",
    "button": "Send",
    "thanks": "Thank you.",
    "signal_type": "contact_request",
    "field_email": "required",
    "field_company": "optional",
    "heard_options": "Event\nEvent\n  A friend ",
    "sites": "https://WWW.acme.example/",
    "ask_need": "required",
    "text_need": "What do you need?",
    "choices_need": "Help\nA price",
}
UNASKED = dict.fromkeys(
    [f"field_{name}" for name in FIELDS if name not in ("email", "company")]
    + [f"ask_{name}" for name in QUESTIONS if name != "need"],
    "no",
)


@pytest.fixture
def filled(demo: HostedForm) -> dict[str, str]:
    return {**UNASKED, **FILLED, "source": str(demo.source_id)}


def test_operations_add_a_form(olga: User, filled: dict[str, str], as_user: SignIn) -> None:
    answer = as_user(olga).post(reverse("hosted-form-add"), filled)

    made = HostedForm.objects.get(slug="partners")
    assert answer.headers["Location"] == made.get_absolute_url()
    assert (made.heard_options, made.sites) == (["Event", "A friend"], ["https://www.acme.example"])
    assert made.asked_fields == [Part("email", required=True), Part("company")]
    assert made.asked_questions == [
        Part("need", required=True, text="What do you need?", choices=("Help", "A price"))
    ]
    assert "What do you need?" in Client().get("/forms/partners/").content.decode()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("slug", "demo", "This address is taken."),
        ("slug", "add", "This address is taken."),
        ("sites", "https://acme.example 'unsafe-inline'", "is no site"),
        ("sites", "http://acme.example", "is no site"),
        ("sites", "https://*", "is no site"),
        ("text_need", "", "Write the question."),
        ("heard_options", "x" * 81, "under 80 characters"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    *, olga: User, filled: dict[str, str], as_user: SignIn, name: str, value: str, told: str
) -> None:
    answer = as_user(olga).post(reverse("hosted-form-add"), {**filled, name: value})

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not HostedForm.objects.filter(name="Partner enquiry").exists()


def test_changed_consent_text_is_a_new_version_and_other_changes_are_not(
    demo: HostedForm, olga: User
) -> None:
    change(demo, by=olga, name="A demo")
    change(demo, by=olga, consent_text="Other words")

    demo.refresh_from_db()
    assert demo.consent_version == 2
    entries = AuditEntry.objects.filter(action="form.changed").order_by("pk")
    assert [entry.after["consent_version"] for entry in entries if entry.after] == [1, 2]


def test_editor_shows_what_is_stored_and_saves_it_unchanged(
    demo: HostedForm, olga: User, as_user: SignIn
) -> None:
    client, path = as_user(olga), reverse("hosted-form-edit", args=["demo"])
    form = client.get(path).context["form"]
    before = hosted_forms.shown(demo)

    answer = client.post(
        path, {field.html_name: field.value() or "" for field in form if field.html_name != "slug"}
    )

    demo.refresh_from_db()
    assert (answer.status_code, hosted_forms.shown(demo)) == (302, {**before, "consent_required": False})


def test_two_editors_overwrite_nothing(
    demo: HostedForm, olga: User, as_user: SignIn, filled: dict[str, str]
) -> None:
    stale = hosted_forms.edition_of(demo)
    change(demo, by=olga, name="A demo")

    answer = as_user(olga).post(reverse("hosted-form-edit", args=["demo"]), {**filled, "seen": stale})

    assert answer.status_code == 409
    demo.refresh_from_db()
    assert demo.name == "A demo"


def test_page_of_a_form_counts_what_was_sent_and_gives_the_code(
    demo: HostedForm, olga: User, as_user: SignIn, settings: Settings
) -> None:
    settings.SITE_URL = "https://baton.example"
    change(demo, by=olga, sites=["https://www.acme.example"])
    send(EVA, signed=opened())

    page = as_user(olga).get(reverse("hosted-form", args=["demo"])).content.decode()

    assert "Sent 1 time" in page
    assert "Eva Klein" in page
    assert "&lt;iframe src=&quot;https://baton.example/forms/demo/&quot;" in page


def test_lists_ask_as_much_for_many_as_for_few(olga: User, as_user: SignIn) -> None:
    client = as_user(olga)
    pages = [reverse("hosted-forms"), reverse("hosted-form", args=["demo"])]
    send(EVA, signed=opened())
    few = [_queries(client, path) for path in pages]

    for number in range(4):
        send({**EVA, "email": f"p{number}@c{number}.example", "company": f"C {number}"}, signed=opened())

    assert [_queries(client, path) for path in pages] == few


def _queries(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return len(asked)
