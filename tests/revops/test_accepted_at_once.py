"""Two people press Accept in the same moment: one has the lead, and the other is told who was first."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leads.models import User
from routing.models import Handoff
from tests import factories
from tests.conftest import SignIn
from tests.races import racers

pytestmark = pytest.mark.django_db(transaction=True)


def told(answer: object) -> list[str]:
    assert isinstance(answer, HttpResponse)
    assert answer.status_code == 302
    return [str(each) for each in get_messages(answer.wsgi_request)]  # type: ignore[attr-defined]


def test_one_has_the_lead_and_the_other_is_told(
    ana: User, mia: User, as_user: SignIn, model: object, now: datetime
) -> None:
    waiting = [factories.waiting(name, now=now) for name in ("eva", "max", "ida", "leo")]
    people = {"Ana": as_user(ana), "Mia": as_user(mia)}

    def press(client: Client, handoff: Handoff) -> HttpResponse:
        return client.post(reverse("accept", args=[handoff.pk]))  # type: ignore[return-value]

    with racers(2) as race:
        for handoff in waiting:
            answers = race(*[lambda c=client, h=handoff: press(c, h) for client in people.values()])

            handoff.refresh_from_db()
            losers = [name for name, answer in zip(people, answers, strict=True) if told(answer)]
            assert handoff.status == Handoff.Status.ACCEPTED
            assert {*losers, str(handoff.decided_by)} == {"Ana", "Mia"}
            assert handoff.lead.events.filter(text__startswith="Accepted by").count() == 1
