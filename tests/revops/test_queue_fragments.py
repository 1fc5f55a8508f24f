"""The rows of the queue: rendered once for the same values, and never older than what the database says."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from time_machine import Traveller

from leads.models import Lead, User
from routing import queue
from routing.models import Handoff
from routing.queue_tabs import Tab
from tests.conftest import SignIn
from tests.factories import waiting
from tests.queue_desk import send


def page(desk: Client, **query: int) -> str:
    return desk.get(reverse("queue"), query).content.decode()


def test_a_name_is_text_wherever_it_stands_in_a_row(desk: Client, ana: User, now: datetime) -> None:
    handoff = waiting("eva", now=now)
    Lead.objects.filter(pk=handoff.lead_id).update(last_name="<b>Klein</b>", title="&\"'<i>")
    Handoff.objects.filter(pk=handoff.pk).update(source="<script>1</script>", tier='"T<1')

    content = page(desk)

    assert "<b>Klein" not in content
    assert "<script>1" not in content
    assert "Eva &lt;b&gt;Klein&lt;/b&gt;" in content
    assert 'title="&quot;T&lt;1, ' in content


def test_a_row_shows_the_change_of_the_moment_before(desk: Client, now: datetime) -> None:
    handoff = waiting("eva", now=now)
    page(desk)

    Lead.objects.filter(pk=handoff.lead_id).update(last_name="Groß")

    content = page(desk)
    assert "Eva Groß" in content
    assert "Eva Klein" not in content


def test_who_has_a_lead_is_told_where_it_differs(
    mia: User, ana: User, as_user: SignIn, now: datetime
) -> None:
    waiting("eva", now=now)
    Handoff.objects.filter(pk=waiting("omar", now=now).pk).update(assignee=None)
    desk = as_user(mia)

    team, nobodys = (
        desk.get(reverse("queue"), {"tab": tab.value}).content.decode() for tab in (Tab.TEAM, Tab.UNASSIGNED)
    )

    assert "with <bdi>Ana</bdi>" in team
    assert "with <bdi>nobody yet</bdi>" in team
    assert "with <bdi>" not in nobodys


def test_the_clock_of_a_row_goes_on(desk: Client, clock: Traveller, now: datetime) -> None:
    waiting("eva", now=now)
    early = page(desk)

    clock.move_to(now + timedelta(minutes=2, seconds=30))

    late = page(desk)
    assert 'title="T1, 4 min left"' not in late
    assert 'title="T1, 2 min left"' in late
    assert "Demo request, 2 min ago" in late
    assert early != late


def test_only_the_row_in_sight_is_marked(desk: Client, now: datetime) -> None:
    first, second = waiting("eva", now=now), waiting("ida", now=now - timedelta(minutes=1))

    def marked(handoff: Handoff) -> bool:
        return f'data-handoff="{handoff.pk}" aria-current="true"' in page(desk, handoff=second.pk)

    assert not marked(first)
    assert marked(second)


def test_a_row_knows_at_once_that_somebody_else_has_it(
    desk: Client, ana: User, bob: User, now: datetime
) -> None:
    handoff = waiting("eva", now=now)
    page(desk)

    Handoff.objects.filter(pk=handoff.pk).update(assignee=bob)

    assert "Eva Klein" not in page(desk)
    [row] = queue.rows(bob, Tab.MINE, now=now)
    assert row.is_mine


def test_what_was_decided_is_gone_from_the_next_page(desk: Client, now: datetime) -> None:
    handoff = waiting("eva", now=now)
    page(desk)

    send(desk, "accept", handoff)

    assert f'data-handoff="{handoff.pk}"' not in page(desk)


def test_a_queue_is_read_in_eight_statements_at_most(
    desk: Client, django_assert_max_num_queries: DjangoAssertNumQueries, now: datetime
) -> None:
    waiting("eva", now=now)
    page(desk)

    with django_assert_max_num_queries(8):
        page(desk)
