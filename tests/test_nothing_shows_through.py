"""What one team does changes nothing that another is shown: not a row, a count, a suggestion, nor a file (P31)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from time_machine import Traveller, travel

from leads import notes
from leads.models import User
from revops import relay
from routing import attempts, handoffs
from routing.models import Attempt
from tests import factories
from tests.access_ground import Ground
from tests.addresses import EXPECTED, addresses

MINUTE = timedelta(minutes=1)
# What differs from answer to answer by itself.
TOKENS = re.compile(rb'(name="(?:csrfmiddlewaretoken|ticket)" value=")[^"]+')
# These show the machine's own figures, and a secret that is fresh each time.
CHANGING = {"metrics", "mfa_activate_totp"}
SEARCHES = ("leads", "accounts", "opportunities")


def pages(ground: Ground, role: str) -> list[str]:
    """Every address that the role may open, and its searches for somebody of another team."""
    parameters, ok = dict(addresses(get_resolver())), HTTPStatus.OK
    opened = {name for (name, method), told in EXPECTED.items() if method == "GET" and told[role] == ok}
    plain = [ground.path(name, parameters[name]) for name in sorted(opened - CHANGING)]
    return plain + [f"{reverse(name)}?q={word}" for name in SEARCHES for word in ("zora", "zulu")]


def seen(client: Client, paths: list[str]) -> dict[str, bytes]:
    """What each address shows."""
    bodies = {}
    for path in paths:
        answer = client.get(path)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        bodies[path] = TOKENS.sub(rb"\1", body)
    return bodies


def works(rep: User, *, now: datetime) -> None:
    """A person of the first team comes, is accepted, called, noted down, and becomes a deal."""
    handoff = factories.waiting("zora", now=now, company={**factories.COMPANY, "name": "Zulu Software"})
    relay.deliver_due(now=now + MINUTE)
    handoffs.accept(handoff, by=rep, now=now + MINUTE)
    handoff.lead.refresh_from_db()
    attempts.log(
        handoff.lead,
        channel=Attempt.Channel.CALL,
        outcome=Attempt.Outcome.REACHED,
        by=rep,
        now=now + 2 * MINUTE,
        note="Zora called back.",
    )
    notes.add(handoff.lead, "Zuckmayer likes plain words.", by=rep, now=now + 3 * MINUTE)
    factories.waiting("zuckmayer", now=now)


@pytest.fixture(autouse=True)
def stopped(now: datetime) -> Iterator[Traveller]:
    """The server's clock, so that nothing differs for its moment."""
    with travel(now, tick=False) as clock:
        yield clock


def changed(ground: Ground, role: str, *, now: datetime) -> list[str]:
    """The addresses that show something else to the role once the first team's rep has worked."""
    rep, client, paths = ground.people["sdr"], ground.client(role), pages(ground, role)
    assert rep is not None
    before = seen(client, paths)
    works(rep, now=now - 4 * MINUTE)
    after = seen(client, paths)
    return [path for path in paths if after[path] != before[path]]


@pytest.mark.parametrize("role", ["other sdr", "other manager"])
def test_another_team_sees_the_same_before_and_after(ground: Ground, role: str, now: datetime) -> None:
    assert changed(ground, role, now=now) == []


def test_their_own_manager_sees_it_in_lists_searches_reports_and_files(ground: Ground, now: datetime) -> None:
    shown = changed(ground, "manager", now=now)

    for name in ("leads", "team", "service-level-report", "service-level-csv", "handoff-csv", "accounts"):
        assert reverse(name) in shown
    assert f"{reverse('leads')}?q=zora" in shown
