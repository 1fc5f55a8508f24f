"""What a person was told: unread first, opened, marked; and the page on which they choose what they are told."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from leads import notices
from leads.domain.notices import Channel, Kind
from leads.models import NoticeSettings, Notification, OutboxMessage, User
from leads.outbox import Message, tell
from revops import relay
from revops.notifications.words import kinds_of
from tests.conftest import SignIn


def told(person: User, title: str, *, now: datetime) -> Notification:
    tell([person], Message(title, title, path="/leads/"), now=now)
    relay.deliver_due(now=now)
    return Notification.objects.get(title=title, user=person)


def page(person: User, as_user: SignIn) -> str:
    return as_user(person).get(reverse("notifications")).content.decode()


def test_what_is_unread_comes_first_and_looking_leaves_it_so(
    ana: User, now: datetime, as_user: SignIn
) -> None:
    told(ana, "The first", now=now)
    second = told(ana, "The second", now=now + timedelta(minutes=1))
    notices.mark_read(ana, second.pk, now=now)

    once, twice = page(ana, as_user), page(ana, as_user)

    for shown in (once, twice):
        assert shown.index("Unread") < shown.index("The first") < shown.index("Earlier")
        assert shown.index("Earlier") < shown.index("The second")
        assert "1 is unread." in shown


def test_opening_one_leads_where_it_belongs_and_marks_it_as_read(
    ana: User, now: datetime, as_user: SignIn
) -> None:
    one = told(ana, "Eva Klein is yours", now=now)

    answer = as_user(ana).get(reverse("notification", args=[one.pk]))

    assert answer.headers["Location"] == "/leads/"
    assert notices.unread(ana) == 0


def test_one_is_marked_as_read_and_kept_for_later_again(ana: User, now: datetime, as_user: SignIn) -> None:
    one, client = told(ana, "Eva Klein is yours", now=now), as_user(ana)

    client.post(reverse("notification-read", args=[one.pk]), {"read": "yes"})
    after_reading = notices.unread(ana)
    client.post(reverse("notification-read", args=[one.pk]), {"read": "no"})

    assert (after_reading, notices.unread(ana)) == (0, 1)


def test_all_are_marked_as_read_and_nobody_elses(
    *, ana: User, bob: User, now: datetime, as_user: SignIn
) -> None:
    told(ana, "One", now=now)
    told(ana, "Two", now=now)
    told(bob, "Three", now=now)

    as_user(ana).post(reverse("notifications-read"))

    assert (notices.unread(ana), notices.unread(bob)) == (0, 1)


def test_the_bell_is_answered_only_when_the_number_changed(ana: User, now: datetime, as_user: SignIn) -> None:
    client, address = as_user(ana), reverse("notifications-unread")
    told(ana, "One", now=now)

    same, other = client.get(f"{address}?seen=1"), client.get(f"{address}?seen=0")

    assert (same.status_code, same.content) == (204, b"")
    assert other.status_code == 200
    assert b'id="bell-count"' in other.content
    assert b"seen=1" in other.content


def test_the_bell_asks_one_question_of_the_database_however_many_there_are(
    *, ana: User, now: datetime, as_user: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_user(ana)
    for number in range(5):
        told(ana, f"News {number}", now=now)

    with django_assert_num_queries(2):  # the session with its person, the number
        client.get(f"{reverse('notifications-unread')}?seen=5")


def test_the_list_asks_no_question_for_each_row(ana: User, now: datetime, as_user: SignIn) -> None:
    client, counts = as_user(ana), []
    for number in range(12):
        told(ana, f"News {number}", now=now)
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("notifications"))
        counts.append(len(asked))

    assert len(set(counts)) == 1


# Choosing


def ticked(person: User, **more: str) -> dict[str, str]:
    """The boxes as the page shows them, and `more`."""
    wishes = notices.wishes_of([person.pk])[person.pk]
    boxes = {f"{k}-{c}": "on" for k in kinds_of(person.role) for c in wishes.channels(k)}
    return {**boxes, **more}


def test_a_person_chooses_channels_and_hours_without_mail(ana: User, as_user: SignIn) -> None:
    boxes = ticked(ana, quiet_from="20:00", quiet_until="07:30")
    del boxes["BREACH-EMAIL"]

    answer = as_user(ana).post(reverse("notification-settings"), boxes)

    chosen = notices.wishes_of([ana.pk])[ana.pk]
    assert answer.status_code == 302
    assert chosen.channels(Kind.BREACH) == (Channel.IN_APP,)
    assert chosen.channels(Kind.ASSIGNED) == (Channel.IN_APP, Channel.EMAIL)
    assert (chosen.quiet_from, chosen.quiet_until) == (time(20), time(7, 30))


def test_what_must_arrive_is_said_and_cannot_be_turned_off(mia: User, as_user: SignIn) -> None:
    client = as_user(mia)

    client.post(reverse("notification-settings"), {})
    shown = client.get(reverse("notification-settings")).content.decode()

    assert notices.wishes_of([mia.pk])[mia.pk].channels(Kind.UNASSIGNED) == (Channel.IN_APP,)
    assert notices.wishes_of([mia.pk])[mia.pk].channels(Kind.ESCALATION) == ()
    assert "In the app it always arrives." in shown


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ({"quiet_from": "20:00"}, "Give both times, or leave both empty."),
        ({"quiet_from": "20:00", "quiet_until": "20:00"}, "Choose another time than the one they begin at."),
        ({"quiet_from": "late", "quiet_until": "07:00"}, "Enter a valid time."),
    ],
)
def test_hours_that_make_no_sense_are_refused_in_words(
    ana: User, hours: dict[str, str], sentence: str, as_user: SignIn
) -> None:
    answer = as_user(ana).post(reverse("notification-settings"), ticked(ana, **hours))

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not NoticeSettings.objects.exists()


def test_choosing_for_one_leaves_everybody_else(ana: User, bob: User, now: datetime, as_user: SignIn) -> None:
    as_user(ana).post(reverse("notification-settings"), {})

    tell([ana, bob], Message("late", "Late", kind=Kind.BREACH), now=now)

    assert set(OutboxMessage.objects.values_list("recipient", flat=True)) == {bob.pk}
