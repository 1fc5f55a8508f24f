"""People are told what they chose to be told, by the channels that they chose."""

from __future__ import annotations

from datetime import UTC, datetime, time

from leads import notices
from leads.domain.notices import Channel, Kind
from leads.models import OutboxMessage, User
from leads.outbox import Message, history, tell
from tests import factories

BOTH = [Channel.IN_APP, Channel.EMAIL]


def told(person: User) -> list[str]:
    """The channels by which the person is to be told, in order."""
    rows = OutboxMessage.objects.filter(recipient=person).order_by("channel")
    return list(rows.values_list("channel", flat=True))


def choose(person: User, kind: Kind, *channels: Channel) -> None:
    notices.choose(person, {kind: channels}, quiet_from=None, quiet_until=None)


def test_each_is_told_by_the_channels_they_chose(ana: User, bob: User, mia: User, now: datetime) -> None:
    choose(ana, Kind.BREACH, Channel.EMAIL)
    choose(bob, Kind.BREACH)

    tell([ana, bob, mia], Message("late", "Late", kind=Kind.BREACH), now=now)

    assert (told(ana), told(bob), told(mia)) == (["EMAIL"], [], ["EMAIL", "IN_APP"])


def test_a_choice_of_one_kind_leaves_the_others(ana: User, now: datetime) -> None:
    choose(ana, Kind.BREACH)
    choose(ana, Kind.PASSED_ON, Channel.EMAIL)

    tell([ana], Message("late", "Late", kind=Kind.BREACH), now=now)
    tell([ana], Message("gone", "Gone", kind=Kind.PASSED_ON), now=now)

    assert told(ana) == ["EMAIL"]


def test_a_lead_that_waits_for_anybody_reaches_the_manager_whatever_they_chose(
    mia: User, now: datetime
) -> None:
    choose(mia, Kind.UNASSIGNED)

    answer = factories.receive(factories.signal(), now=now)

    assert answer["handoff"]["id"]
    assert told(mia) == ["IN_APP"]


def test_mail_waits_for_the_end_of_the_quiet_hours_and_the_app_does_not(ana: User) -> None:
    late = datetime(2026, 11, 17, 22, 30, tzinfo=UTC)  # half past eleven in Berlin
    notices.choose(ana, {}, quiet_from=time(22), quiet_until=time(7))

    tell([ana], Message("late", "Late", kind=Kind.BREACH), now=late)

    due = dict(OutboxMessage.objects.filter(recipient=ana).values_list("channel", "due_at"))
    assert due == {"IN_APP": late, "EMAIL": datetime(2026, 11, 18, 6, 0, tzinfo=UTC)}


def test_history_is_told_to_nobody(ana: User, now: datetime) -> None:
    with history():
        tell([ana], Message("old", "Old"), now=now)

    assert told(ana) == []


def test_the_number_of_statements_does_not_grow_with_the_people(
    ana: User, bob: User, mia: User, now: datetime, django_assert_num_queries: object
) -> None:
    for person in (ana, bob, mia):
        choose(person, Kind.BREACH, *BOTH)

    with django_assert_num_queries(3):  # type: ignore[operator]
        tell([ana, bob, mia], Message("late", "Late", kind=Kind.BREACH), now=now)
