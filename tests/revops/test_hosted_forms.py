"""Hosted forms: what the public sends becomes one signal, nothing typed is lost, only named sites may frame them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_network
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from leads.models import AuditEntry, FailedSignal, FormSubmission, HostedForm, Lead, Signal, User
from revops.forms import tickets as form_tickets
from revops.forms.tickets import ForgedTicket
from routing.models import Handoff
from scoring.models import Score
from tests.conftest import SignIn
from tests.hosted_forms import DEMO, EVA, change, opened, send, ticket

pytestmark = pytest.mark.usefixtures("model")
TAGGED = f"{DEMO}?utm_source=ads&utm_campaign=spring&visitor_id=v-1&referrer=https://search.example/"


@pytest.fixture(autouse=True)
def _sent_at_once_and_often(settings: Settings) -> None:
    """No test waits, and none is held up by what the others sent."""
    settings.FORM_LEAST_SECONDS, settings.FORM_RATE = 0, "1000 per minute"


@pytest.fixture
def demo() -> HostedForm:
    return HostedForm.objects.get(slug="demo")


def somebody() -> str:
    """A network address that nobody had before."""
    return str(IPv6Address((0x2001_0DB8 << 96) | (uuid4().int >> 32)))


def beside(address: str) -> str:
    """Another address of the same machine."""
    return str(IPv6Address(int(IPv6Address(address)) ^ 1))


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


@pytest.mark.parametrize(
    ("path", "page", "utm"),
    [
        (
            DEMO,
            "https://www.acme.example/demo?utm_source=linkedin&utm_term=a%20b",
            {"source": "linkedin", "term": "a b"},
        ),
        (
            f"{DEMO}?utm_source=mail",
            "https://www.acme.example/?utm_source=linkedin&utm_term=b",
            {"source": "mail"},
        ),
        (DEMO, "https://[www.acme.example/?utm_source=linkedin", {}),
        (DEMO, "https://www.acme.example/?" + "&".join(["utm_source=a"] * 101), {}),
    ],
)
def test_campaign_of_the_page_that_shows_the_form_counts_unless_its_address_names_one(
    path: str, page: str, utm: dict[str, str]
) -> None:
    send(EVA, signed=opened(path, Referer=page))

    assert Signal.objects.get().utm == utm


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

    third = send(EVA, signed=opened(), REMOTE_ADDR=beside(one))
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
