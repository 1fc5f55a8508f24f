"""P14: accept against expiry, accept against reassignment, reject against escalation: one outcome, told truthfully."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from leads.models import Lead, User
from routing import handoffs, lapsing, rerouting
from routing.breaches import SWEEP
from routing.handoffs import AlreadyDecided, NotYours, Rejection
from routing.models import Clock, Handoff, Reassignment, RejectionReason
from routing.models.handoff import handoff_seen_by
from tests.arrivals import handed_over
from tests.figures import say
from tests.races import racers

LATER = timedelta(minutes=1)
Judge = Callable[[Handoff, Any, Any], bool]

pytestmark = pytest.mark.django_db(transaction=True)


def reread(handoff: Handoff) -> Handoff:
    return Handoff.objects.select_related("lead", "assignee", "decided_by").get(pk=handoff.pk)


def accepted_or_lapsed(handoff: Handoff, accepted: object, lapsed: object) -> bool:
    """The rep has it and nothing lapsed, or it is back in nurture and the rep is told that nobody decided in time."""
    lead, running = handoff.lead, Clock.objects.running().filter(handoff=handoff).exists()
    if isinstance(accepted, AlreadyDecided):
        gone = (handoff.status, lead.stage, lead.owner, running) == ("LAPSED", "RECYCLED", None, False)
        return gone and lapsed is None and "Nobody decided in time" in str(accepted)
    has_it = (handoff.status, lead.stage, lead.owner) == ("ACCEPTED", "SAL", handoff.assignee)
    return has_it and running and isinstance(lapsed, AlreadyDecided)


def accepted_or_passed_on(handoff: Handoff, accepted: object, moved: object) -> bool:
    """The new one has it either way; whoever was too late to accept is told whose it is."""
    if not isinstance(moved, Reassignment) or handoff.lead.owner != moved.to_user:
        return False
    if isinstance(accepted, NotYours):
        still_open = (handoff.status, handoff.assignee) == ("OPEN", moved.to_user)
        return still_open and str(moved.to_user) in str(accepted)
    return handoff.status == "ACCEPTED" and handoff.decided_by == moved.from_user


def rejected_or_passed_on(handoff: Handoff, rejected: object, moved: object) -> bool:
    """It is rejected and went nowhere, or the next has it and the rep is told so."""
    if isinstance(rejected, NotYours):
        went = isinstance(moved, Reassignment) and handoff.assignee == moved.to_user == handoff.lead.owner
        return went and handoff.status == "OPEN"
    moved_nowhere = isinstance(moved, AlreadyDecided) and not handoff.reassignments.exists()
    return moved_nowhere and handoff.status == "REJECTED" and handoff.lead.owner is None


def accept_as_a_page_does(handoff: Handoff, now: datetime) -> Handoff:
    """Read and locked with its lead in the transaction of the decision."""
    assert handoff.assignee is not None
    with transaction.atomic():
        held = handoff_seen_by(handoff.assignee, handoff.pk, is_held=True)
        assert held is not None
        return handoffs.accept(held, by=handoff.assignee, now=now + LATER)


def accept(handoff: Handoff, now: datetime) -> Handoff:
    assert handoff.assignee is not None
    return handoffs.accept(handoff, by=handoff.assignee, now=now + LATER)


def reject(handoff: Handoff, now: datetime) -> Handoff:
    assert handoff.assignee is not None
    reason = RejectionReason.objects.get(code="wrong-timing")
    return handoffs.reject(handoff, Rejection(reason), by=handoff.assignee, now=now + LATER)


def lapse(handoff: Handoff, now: datetime) -> None:
    lapsing.lapse(handoff, now=now + LATER, cause="review was not done within 48 h")


def give_to_the_other(handoff: Handoff, now: datetime) -> Reassignment:
    assert handoff.assignee is not None
    other = User.objects.filter(role="SDR").exclude(pk=handoff.assignee.pk).get()
    return rerouting.reroute(handoff, to=other, by=User.objects.get(role="MANAGER"), now=now + LATER)


def escalate(handoff: Handoff, now: datetime) -> Reassignment:
    return rerouting.reroute(handoff, by=SWEEP, now=now + LATER, cause=rerouting.Cause.MISSED)


PAIRS: list[tuple[str, Callable[..., Any], Callable[..., Any], Judge]] = [
    ("accept vs expiry", accept, lapse, accepted_or_lapsed),
    ("accept vs reassignment", accept, give_to_the_other, accepted_or_passed_on),
    ("accept on a page vs expiry", accept_as_a_page_does, lapse, accepted_or_lapsed),
    ("accept on a page vs reassignment", accept_as_a_page_does, give_to_the_other, accepted_or_passed_on),
    ("reject vs escalation", reject, escalate, rejected_or_passed_on),
]


def contradictions(
    races: int, *, one: Callable[..., Any], other: Callable[..., Any], is_one_outcome: Judge, now: datetime
) -> tuple[list[Any], int]:
    """What came of the races that had no single outcome, and how often the first of the pair had its way."""
    wrong, firsts = [], 0
    with racers(2) as race:
        for handoff in handed_over(races, now=now):
            copies = reread(handoff), reread(handoff)
            came = race(partial(one, copies[0], now), partial(other, copies[1], now))
            firsts += not isinstance(came[0], Exception)
            if not is_one_outcome(reread(handoff), *came):
                wrong.append((reread(handoff).status, came))
    return wrong, firsts


@pytest.mark.parametrize(("pair", "one", "other", "judge"), PAIRS, ids=[name for name, *_ in PAIRS])
def test_two_at_once_have_one_outcome(
    *,
    pair: str,
    one: Callable[..., Any],
    other: Callable[..., Any],
    judge: Judge,
    ana: User,
    bob: User,
    mia: User,
    now: datetime,
) -> None:
    wrong, _ = contradictions(12, one=one, other=other, is_one_outcome=judge, now=now)

    assert wrong == []


@pytest.mark.faults
@pytest.mark.parametrize(("pair", "one", "other", "judge"), PAIRS, ids=[name for name, *_ in PAIRS])
def test_five_hundred_races_have_one_outcome_each(
    *,
    pair: str,
    one: Callable[..., Any],
    other: Callable[..., Any],
    judge: Judge,
    ana: User,
    bob: User,
    mia: User,
    now: datetime,
) -> None:
    wrong, firsts = contradictions(500, one=one, other=other, is_one_outcome=judge, now=now)

    say(
        f"P14, {pair}, 500 races",
        measured=f"contradictions {len(wrong)} ({firsts} times the first had its way)",
        target="0",
        is_kept=not wrong,
    )
    assert wrong == []


@pytest.mark.parametrize("decide", [accept, accept_as_a_page_does, reject])
def test_whoever_no_longer_has_a_lead_is_told_who_does(
    *, decide: Callable[..., Any], ana: User, bob: User, mia: User, now: datetime
) -> None:
    (handoff,) = handed_over(1, now=now)
    shown = reread(handoff)
    moved = give_to_the_other(handoff, now)

    with pytest.raises(NotYours, match=str(moved.to_user)):
        decide(shown, now)

    assert Lead.objects.get(pk=handoff.lead_id).owner == moved.to_user
