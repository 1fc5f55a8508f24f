"""Hints at duplicates: name, address and telephone; never another team's lead, never one merged already."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from leads import duplicates
from leads.models import Lead, User
from tests import factories

pytestmark = pytest.mark.django_db


def known(email: str, *, now: datetime, **person: Any) -> Lead:
    given = {**factories.signal()["person"], "email": email, "phone": "", **person}
    return factories.handoff(now=now, email=email, person=given).lead


def hints(lead: Lead, viewer: User) -> list[tuple[str, str]]:
    return [(hint.lead.email, hint.because) for hint in duplicates.of(lead, viewer=viewer)]


def test_name_address_and_number_give_a_hint(ana: User, olga: User, now: datetime) -> None:
    eva = known("eva.klein@acme.example", now=now, phone="+49 30 901820")
    known("eva@acme.example", now=now)
    known("evaklein@acme.example", now=now, first_name="E.", last_name="Kl.")
    known("other@acme.example", now=now, first_name="Otto")
    known("e@private.example", now=now, first_name="Eve", phone="+49 30 901820")

    assert sorted(hints(eva, olga)) == [
        ("e@private.example", "same telephone number"),
        ("eva@acme.example", "same name, same company"),
        ("evaklein@acme.example", "nearly the same address"),
    ]


def test_colleagues_at_one_switchboard_are_two_people(ana: User, olga: User, now: datetime) -> None:
    eva = known("eva@acme.example", now=now, phone="+49 30 901820")
    known("tom@acme.example", now=now, first_name="Tom", last_name="Berg", phone="+49 30 901820")

    assert hints(eva, olga) == []


def test_other_teams_and_merged_leads_are_never_named(*, ana: User, charlie: User, now: datetime) -> None:
    eva, again = known("eva@acme.example", now=now), known("e.k@acme.example", now=now)
    third = known("e.klein@acme.example", now=now)
    Lead.objects.filter(pk=again.pk).update(team=charlie.team, owner=charlie)
    Lead.objects.filter(pk=third.pk).update(merged_into=eva)

    assert hints(eva, ana) == []
