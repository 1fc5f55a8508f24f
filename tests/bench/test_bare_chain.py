"""The bare chain does what it is a ceiling for: each person once, points added, a rep for who qualifies."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from bench import bare_chain
from bench.bare_chain import BareRow
from leads.models import Lead, Team
from tests import factories


def rows_of(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def row(name: str, *, points: float = 5, qualifies: bool = False) -> BareRow:
    return BareRow(f"{name}@acme.example", "DE", 400, points, qualifies)


def test_a_person_of_two_rows_is_known_once_with_the_points_of_both(dach: Team, now: datetime) -> None:
    bare_chain.prepare()

    bare_chain.take([row("eva"), row("eva", points=7), row("ben")], now=now)

    assert rows_of(
        "SELECT email, engagement FROM bare_person JOIN bare_score ON person = id ORDER BY id DESC"
    ) == [
        ("eva@acme.example", 12),
        ("ben@acme.example", 5),
    ]


def test_who_was_a_lead_before_is_known(dach: Team, now: datetime) -> None:
    Lead.objects.create(email="eva@acme.example", email_key="eva@acme.example", country="DE", created_at=now)
    bare_chain.prepare()

    bare_chain.take([row("eva", points=7)], now=now)

    assert rows_of("SELECT engagement FROM bare_score") == [(27,)]


def test_who_qualifies_goes_to_the_reps_of_the_country_in_turn_with_a_promise_and_an_entry(
    dach: Team, now: datetime
) -> None:
    for name in ("ada", "bea"):
        factories.rep(name, team=dach)
    bare_chain.prepare()

    handed = bare_chain.take([row(f"lead-{n}", qualifies=True) for n in range(4)] + [row("reader")], now=now)

    assert handed == 4
    assert rows_of("SELECT count(*) FROM bare_handoff GROUP BY rep") == [(2,), (2,)]
    assert rows_of("SELECT DISTINCT due_at FROM bare_clock") == [(now + timedelta(hours=4),)]
    assert rows_of("SELECT count(*) FROM bare_audit") == [(4,)]


def test_leads_that_wait_are_routed_and_can_be_routed_again(dach: Team, now: datetime) -> None:
    factories.rep("ada", team=dach)
    lead = Lead.objects.create(
        email="eva@acme.example", email_key="eva@acme.example", country="DE", created_at=now
    )
    bare_chain.prepare()

    first = bare_chain.route([lead.pk], now=now)
    again = bare_chain.route([lead.pk], now=now)
    bare_chain.forget()
    afresh = bare_chain.route([lead.pk], now=now)

    assert (first, again, afresh) == (1, 0, 1)
