"""The relay: each message goes out once by each channel, and what fails is tried again, then set aside."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connections
from pytest_django import Settings

from leads.models import Notification, OutboxMessage, User
from leads.outbox import Message, tell
from revops import relay
from scoring.models import Scorecard
from tests import factories

Channel = OutboxMessage.Channel


class Refusing(BaseEmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError("nobody listens")


def told(person: User, *, now: datetime, key: str = "breach:1") -> None:
    message = Message(key, "Eva Klein is yours", "By territory DACH & round robin.", "/leads/1/")
    tell([person], message, now=now)


def test_a_message_arrives_in_the_app_and_by_mail_once_each(ana: User, now: datetime) -> None:
    told(ana, now=now)
    told(ana, now=now)

    assert relay.deliver_due(now=now) == 2
    assert relay.deliver_due(now=now + timedelta(days=1)) == 0

    notification = Notification.objects.get()
    assert (notification.user, notification.title, notification.path) == (
        ana,
        "Eva Klein is yours",
        "/leads/1/",
    )
    assert [sent.to for sent in mail.outbox] == [[ana.email]]


def test_the_mail_says_it_in_text_and_in_html_with_the_way_to_the_lead(
    ana: User, now: datetime, settings: Settings
) -> None:
    settings.SITE_URL = "https://baton.example"
    told(ana, now=now)

    relay.deliver_due(now=now)

    sent: Any = mail.outbox[0]
    html = sent.alternatives[0].content
    assert sent.subject == "Eva Klein is yours"
    assert "By territory DACH & round robin." in sent.body
    assert "https://baton.example/leads/1/" in sent.body
    assert "By territory DACH &amp; round robin." in html
    assert 'href="https://baton.example/leads/1/"' in html
    assert "You get this because" in html


def test_a_handoff_is_told_to_its_rep(ana: User, now: datetime) -> None:
    factories.handoff(now=now)

    relay.deliver_due(now=now)

    assert [one.user for one in Notification.objects.all()] == [ana]
    assert len(mail.outbox) == 1


def test_a_message_that_is_not_due_waits(ana: User, now: datetime) -> None:
    told(ana, now=now)

    assert relay.deliver_due(now=now - timedelta(seconds=1)) == 0
    assert mail.outbox == []


def test_a_mail_that_fails_is_tried_ever_more_rarely_and_then_set_aside(
    ana: User, now: datetime, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    told(ana, now=now)
    waits, at = [], now

    assert relay.deliver_due(now=at) == 1  # in the app it arrives
    while (failing := OutboxMessage.objects.get(channel=Channel.EMAIL)).dead_at is None:
        assert relay.deliver_due(now=failing.due_at - timedelta(seconds=1)) == 0
        waits.append(failing.due_at - at)
        at = failing.due_at
        relay.deliver_due(now=at)

    assert waits == [timedelta(minutes=minutes) for minutes in (2, 4, 8, 16)]
    assert (failing.attempts, failing.sent_at) == (5, None)
    assert "nobody listens" in failing.error
    assert relay.deliver_due(now=at + timedelta(days=1)) == 0


def test_a_mail_that_failed_once_goes_out_when_the_server_is_back(
    ana: User, now: datetime, settings: Settings
) -> None:
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.Refusing"
    told(ana, now=now)
    relay.deliver_due(now=now)
    settings.EMAIL_BACKEND = working

    assert relay.deliver_due(now=now + timedelta(hours=1)) == 1
    assert len(mail.outbox) == 1


def test_one_failing_mail_does_not_hold_up_the_others(
    *, ana: User, bob: User, now: datetime, settings: Settings
) -> None:
    User.objects.filter(pk=ana.pk).update(email="no address\n@x")
    told(ana, now=now)
    told(bob, now=now)

    relay.deliver_due(now=now)

    assert [sent.to for sent in mail.outbox] == [[bob.email]]
    assert OutboxMessage.objects.get(channel=Channel.EMAIL, recipient=ana).attempts == 1


@pytest.mark.django_db(transaction=True)
def test_two_relays_at_once_deliver_each_message_once(model: Scorecard, now: datetime) -> None:
    ana = factories.person("ana", role="SDR")
    for number in range(40):
        told(ana, now=now, key=f"breach:{number}")
    barrier, sent = Barrier(2), []

    def run() -> None:
        barrier.wait()
        sent.append(relay.deliver_due(now=now))
        connections.close_all()

    relays = [Thread(target=run) for _ in range(2)]
    for one in relays:
        one.start()
    for one in relays:
        one.join()

    assert sum(sent) == 80
    assert Notification.objects.count() == 40
    assert len(mail.outbox) == 40


def test_a_name_with_a_line_break_makes_a_subject_of_one_line(ana: User, now: datetime) -> None:
    tell([ana], Message(key="odd", title="T1: Eva\r\nBcc: all@everybody.example"), now=now)

    relay.deliver_due(now=now)

    assert mail.outbox[0].subject == "T1: Eva Bcc: all@everybody.example"


def test_a_name_that_turns_the_line_round_leaves_the_subject_as_it_reads(ana: User, now: datetime) -> None:
    tell(
        [ana],
        Message(key="odd", title="T1: Eva\u202eesrever\x1b \U0001f469\u200d\U0001f52c is yours"),
        now=now,
    )

    relay.deliver_due(now=now)

    assert mail.outbox[0].subject == "T1: Evaesrever \U0001f469\u200d\U0001f52c is yours"
