"""Whoever may not (P31): the holder's own forms for real records, sent by anybody else, change no row of any table."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from leads.models import Team, User
from routing import handoffs
from routing.models import Handoff
from tests import factories
from tests.access_ground import Ground
from tests.addresses import addresses

DAY = timedelta(days=1)
OF_REQUESTS = ("django_session", "cache_entries")  # what any request may leave

# Addresses, each with a form as whoever holds the lead would send it.
OF_THE_LEAD = {
    "accept": {},
    "reject": {"reason": "wrong-timing", "note": "Next year."},
    "undo": {},
    "snooze": {"minutes": "2"},  # in working hours its clock runs for five
    "wake": {},
    "take": {},
    "first-step": {"step": "CALL"},
    "doubt": {"sentence": "Too small."},
    "call-later": {"until": f"{timezone.now() + DAY:%Y-%m-%dT%H:%M}", "note": "Busy."},
    "call-later-end": {},
    "attempt-undo": {},
    "task-done": {"outcome": "REACHED", "note": "Hello."},
    "task-skip": {"reason": "Not now"},
    "task-later": {},
    "lead-cadence-start": {},
    "lead-cadence-stop": {},
    "lead-not-yet": {"days": "30"},
    "notification-read": {},
}
OF_THE_DEAL = {
    "opportunity-move": {"to": "negotiation"},
    "opportunity-terms": {"amount": "1", "close_on": "2030-01-01"},
    "opportunity-won": {},
    "opportunity-lost": {"reason": "price"},
}
# With a hand-off that waits; with one that was accepted just now.
CHANGED_BY_ITS_REP = {
    False: {"accept", "reject", "snooze", "doubt", "call-later"},
    True: {"first-step", "call-later", "lead-cadence-stop", "lead-not-yet"},
}


def rows() -> dict[str, str]:
    """What each table holds, as one number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
            " AND relnamespace = 'public'::regnamespace AND relname <> ALL(%s)",
            [list(OF_REQUESTS)],
        )
        parts = [
            f"SELECT '{name}', md5(string_agg(t::text, '' ORDER BY t::text)) FROM \"{name}\" t"
            for (name,) in cursor.fetchall()
        ]
        cursor.execute(" UNION ALL ".join(parts))
        return dict(cursor.fetchall())


def changed_by(user: User, forms: dict[str, dict[str, str]], *, ground: Ground) -> dict[str, list[str]]:
    """The tables that each form changed as it was sent by somebody; all of it is taken back."""
    client = Client()
    client.force_login(user)
    parameters, before, found = dict(addresses(get_resolver())), rows(), {}
    for name, form in forms.items():
        with transaction.atomic():
            answer = client.post(ground.path(name, parameters[name]), form)
            after = rows()
            transaction.set_rollback(True)
        assert answer.status_code < 500, name
        if differing := [table for table in before if before[table] != after[table]]:
            found[name] = differing
    return found


@pytest.fixture(params=[False, True], ids=["waits", "accepted"])
def is_accepted(request: pytest.FixtureRequest, ground: Ground, ana: User) -> bool:
    """Whether the rep has accepted the lead just now."""
    if request.param:
        handoffs.accept(Handoff.objects.get(), by=ana, now=timezone.now())
    return bool(request.param)


def test_nobody_does_a_reps_work_but_the_rep(
    ground: Ground, people: dict[str, User], dach: Team, is_accepted: bool, ana: User
) -> None:
    bob = factories.rep("bob", team=dach).user
    strangers = [
        bob,
        *(people[role] for role in ("ae", "csm", "other sdr", "other manager", "marketer", "viewer")),
    ]

    done = {user.name: changed_by(user, OF_THE_LEAD, ground=ground) for user in strangers}

    assert {name: tables for name, tables in done.items() if tables} == {}
    assert CHANGED_BY_ITS_REP[is_accepted] <= set(changed_by(ana, OF_THE_LEAD, ground=ground))


def test_nobody_works_a_deal_but_its_executive(ground: Ground, people: dict[str, User], dach: Team) -> None:
    alma = factories.rep("alma", team=dach, role="AE").user
    strangers = [
        alma,
        *(people[role] for role in ("sdr", "csm", "other sdr", "other manager", "marketer", "viewer")),
    ]

    done = {user.name: changed_by(user, OF_THE_DEAL, ground=ground) for user in strangers}

    assert {name: tables for name, tables in done.items() if tables} == {}
    assert "opportunity-lost" in changed_by(people["ae"], OF_THE_DEAL, ground=ground)
