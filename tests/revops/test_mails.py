"""A mail says one thing in text and in HTML, why it came and where to choose; no name in it becomes more than text."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.core import mail
from pytest_django import Settings

from leads.domain.notices import Kind
from leads.models import OutboxMessage, User
from leads.outbox import Message, tell
from revops import relay
from revops.notifications.words import WORDS

HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "Eva\r\nBcc: all@everybody.example",
    "Eva\nContent-Type: text/html\n\n<b>x</b>",
    "{{ message.title }}{% now 'Y' %}",
    "\u202egnp.exe",
    "Zoë 🦊 الاسم",
    "a" * 500,
]


@pytest.fixture
def sent(settings: Settings) -> Any:
    """Tells one person one thing, and hands back the mail and its HTML."""
    settings.SITE_URL = "https://baton.example"

    def send(person: User, message: Message, *, now: datetime) -> tuple[Any, str]:
        tell([person], message, now=now)
        relay.deliver_due(now=now)
        letter: Any = mail.outbox[-1]
        return letter, letter.alternatives[0].content

    return send


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text_in_subject_text_and_html(
    name: str, ana: User, now: datetime, sent: Any
) -> None:
    letter, html = sent(ana, Message("a", f"{name} is yours", text=name, path="/leads/1/"), now=now)
    raw = letter.message()

    assert "\n" not in letter.subject
    assert raw["Bcc"] is None
    assert raw.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in raw.get_payload()] == ["text/plain", "text/html"]
    assert "<script>" not in html
    assert "<img" not in html
    assert "<b>x" not in html
    assert "{{ message.title }}" in html or "{{" not in name


def test_both_parts_lead_to_the_lead_and_to_the_choices_and_say_why(
    ana: User, now: datetime, sent: Any
) -> None:
    message = Message("a", "T1: Eva Klein is yours", "By DACH", "/leads/1/", Kind.ASSIGNED)

    letter, html = sent(ana, message, now=now)

    for part in (letter.body, html):
        assert "https://baton.example/leads/1/" in part
        assert "https://baton.example/notifications/settings/" in part
        assert str(WORDS[Kind.ASSIGNED].reason) in part
    assert html.count("Open it in Baton") == 1


@pytest.mark.parametrize("kind", [*Kind, "SOMETHING_OLD", ""])
def test_every_kind_has_a_reason_and_none_is_refused(kind: str, ana: User, now: datetime, sent: Any) -> None:
    tell([ana], Message("a", "News"), now=now)
    OutboxMessage.objects.update(kind=kind)

    _, html = sent(ana, Message("a", "News"), now=now)

    assert "You get this because" in html


def test_a_mail_about_nothing_to_open_has_no_button(ana: User, now: datetime, sent: Any) -> None:
    letter, html = sent(ana, Message("a", "News"), now=now)

    assert "Open it" not in html + letter.body
