"""Visitors of hosted forms: they open one, fill it in, and send it with the ticket that it carried."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from leads import hosted_forms
from leads.models import HostedForm, User

EVA = {
    "email": "eva@acme.example",
    "first_name": "Eva",
    "last_name": "Klein",
    "title": "VP Marketing",
    "phone": "+49 30 901820",
    "country": "DE",
    "company": "Acme Software",
    "employees": "400",
    "answer_critical_event": "The fair in March",
    "heard": "Event",
}
DEMO = "/forms/demo/"


def ticket(page: Any) -> str:
    """The ticket that the page carries."""
    found = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def opened(path: str = DEMO, **headers: Any) -> str:
    """The ticket of a form that somebody opens."""
    return ticket(Client().get(path, headers=headers))


def send(fields: dict[str, str], *, signed: str, path: str = DEMO, **extra: Any) -> Any:
    return Client(enforce_csrf_checks=True).post(path, {**fields, "ticket": signed}, **extra)


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
