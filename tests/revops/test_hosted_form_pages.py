"""Editing hosted forms: what cannot be is said beside its field, two editors overwrite nothing, counts are true."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from leads import hosted_forms
from leads.domain.form_parts import FIELDS, QUESTIONS, Part
from leads.models import AuditEntry, HostedForm, User
from tests.conftest import SignIn
from tests.hosted_forms import EVA, change, opened, send

pytestmark = pytest.mark.usefixtures("model")


@pytest.fixture(autouse=True)
def _sent_at_once_and_often(settings: Settings) -> None:
    """No test waits, and none is held up by what the others sent."""
    settings.FORM_LEAST_SECONDS, settings.FORM_RATE = 0, "1000 per minute"


@pytest.fixture
def demo() -> HostedForm:
    return HostedForm.objects.get(slug="demo")


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
    change(demo, by=olga, sites=["https://www.acme.example"], name='A "quick" demo')
    send(EVA, signed=opened())

    answer = as_user(olga).get(reverse("hosted-form", args=["demo"]))

    page = answer.content.decode()

    assert "Sent 1 time" in page
    assert "Eva Klein" in page
    assert "&lt;iframe src=&quot;https://baton.example/forms/demo/&quot;" in page
    assert 'title="A &quot;quick&quot; demo"' in answer.context["embed"]
    assert 'referrerpolicy="no-referrer-when-downgrade"' in answer.context["embed"]


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
