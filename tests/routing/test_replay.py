"""A decision is made again from its stored version and input, and comes out the same (P16)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from leads.models import User
from routing import rulebook
from routing.models import Absence, Handoff, Pool, PoolMember, RuleSet
from routing.replay import CannotReplay, replay
from tests import factories


def test_decision_replays_equal_whatever_has_changed_since(ana: User, bob: User, now: datetime) -> None:
    made = [factories.waiting(f"p{n}", now=now + timedelta(minutes=n)) for n in range(5)]
    Absence.objects.create(rep=ana.rep, starts_at=now, ends_at=now + timedelta(days=9))
    PoolMember.objects.update(deficit=7)
    Pool.objects.filter(name="DACH").update(name="Renamed")
    rulebook.publish([], by=None, now=now, instead_of=RuleSet.objects.published().version)

    replays = [replay(Handoff.objects.get(pk=handoff.pk)) for handoff in made]

    assert all(each.is_same for each in replays)
    assert [each.receiver for each in replays] == [str(handoff.assignee) for handoff in made]
    assert [each.because for each in replays] == [handoff.because for handoff in made]


def test_unassigned_lead_replays_as_unassigned(ana: User, now: datetime) -> None:
    Absence.objects.create(rep=ana.rep, starts_at=now, ends_at=now + timedelta(days=1))

    again = replay(factories.handoff(now=now))

    assert (again.is_same, again.receiver) == (True, "")


def test_forged_pick_is_noticed(ana: User, bob: User, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    for told in handoff.explanation["candidates"]:
        told["picked"] = not told["picked"]

    assert not replay(handoff).is_same


@pytest.mark.parametrize(
    "kept", [{}, {"rules": [{"rule": "x", "matched": True, "why": ""}], "candidates": []}]
)
def test_decision_that_was_not_kept_whole_says_so(ana: User, kept: dict[str, object], now: datetime) -> None:
    handoff = factories.handoff(now=now)
    handoff.explanation = kept

    with pytest.raises(CannotReplay, match="before decisions were kept whole"):
        replay(handoff)
