"""A rep says that they are out and back again, and operations lets one go: what is due is never left lying."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from leads.models import User
from routing.models import Absence, Clock, ClockKind, Handoff
from tests import factories

SignIn = Callable[[User], Client]


def until(**later: int) -> dict[str, str]:
    at = timezone.localtime(timezone.now() + timedelta(**later))
    return {"ends_at": f"{at:%Y-%m-%dT%H:%M}"}


def test_rep_is_out_from_now_on_and_the_next_in_turn_gets_what_is_due(
    ana: User, bob: User, as_user: SignIn
) -> None:
    handoff = factories.handoff(now=timezone.now())
    assert handoff.assignee == ana
    client = as_user(ana)

    page = client.post(reverse("out"), until(days=30), follow=True)

    text = page.content.decode()
    assert "You are out until" in text
    assert "1 due lead went to somebody else." in text
    handoff.refresh_from_db()
    assert handoff.assignee == bob
    assert Absence.objects.get().covered_at is not None


def test_nobody_else_leaves_the_clocks_standing_until_the_rep_is_back(ana: User, as_user: SignIn) -> None:
    factories.handoff(now=timezone.now())
    due = Clock.objects.get(kind=ClockKind.FIRST_RESPONSE).due_at
    client = as_user(ana)
    page = client.post(reverse("out"), until(days=30), follow=True)
    assert "1 stands still until then" in page.content.decode()
    assert Clock.objects.get(kind=ClockKind.FIRST_RESPONSE).due_at > due + timedelta(days=20)

    page = client.post(reverse("out-back"), follow=True)

    assert "You are back" in page.content.decode()
    assert Clock.objects.get(kind=ClockKind.FIRST_RESPONSE).due_at <= due + timedelta(days=4)
    assert Handoff.objects.get().assignee == ana


def test_time_that_is_over_is_refused_beside_the_field(ana: User, as_user: SignIn) -> None:
    page = as_user(ana).post(reverse("out"), until(hours=-2))

    assert page.status_code == 422
    assert "It must end after it starts." in page.content.decode()
    assert not Absence.objects.exists()


@pytest.mark.parametrize(
    "times",
    [
        {"starts_at": "0001-01-01T00:00", "ends_at": "2199-01-01T00:00"},
        {"starts_at": "0001-01-01T00:00"},
        {"ends_at": "9999-12-31T23:59"},
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Pacific/Auckland"])
def test_times_that_no_calendar_knows_are_refused_beside_the_field(
    times: dict[str, str], zone: str, ana: User, olga: User, as_user: SignIn
) -> None:
    User.objects.update(time_zone=zone)
    factories.handoff(now=timezone.now())
    now_and_tomorrow = {"starts_at": f"{timezone.now():%Y-%m-%dT%H:%M}", **until(days=1)}

    own = as_user(ana).post(reverse("out"), {"ends_at": "9999-12-31T23:59"})
    by_others = as_user(olga).post(reverse("absence-add", args=[ana.rep.pk]), now_and_tomorrow | times)

    assert (own.status_code, by_others.status_code) == (422, 422)
    assert not Absence.objects.exists()


def test_operations_lets_a_rep_go_with_all_that_they_hold(
    ana: User, bob: User, olga: User, as_user: SignIn
) -> None:
    handoff = factories.handoff(now=timezone.now())
    client = as_user(olga)
    address = reverse("rep-leave", args=[ana.rep.pk])
    assert address in client.get(reverse("rep-edit", args=[ana.rep.pk])).content.decode()

    page = client.post(address, follow=True)

    assert "1 lead went to somebody else." in page.content.decode()
    handoff.refresh_from_db()
    assert handoff.assignee == bob
    assert as_user(bob).get(reverse("queue")).status_code == 200
    ana.refresh_from_db()
    assert not ana.is_active
