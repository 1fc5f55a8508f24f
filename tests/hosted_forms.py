"""Visitors of hosted forms: they open one, fill it in, and send it with the ticket that it carried."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

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
