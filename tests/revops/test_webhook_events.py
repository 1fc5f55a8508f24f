"""Endpoints outside are told of what happens to leads, each of its kinds and its team (P5, P36)."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from leads import notices, webhooks
from leads.domain.events import EventKind
from leads.domain.notices import Channel, Kind
from leads.models import OutboxMessage, Team, User
from leads.outbox import Message, history, tell
from revops import packages, webhook_relay
from revops.outbound import proposals as outbound
from routing import escalations, handoffs, meetings
from routing.meetings import Meeting, Terms
from routing.models import OutboundProposal, RejectionReason
from routing.rejections import Rejection
from tests import factories, receivers
from tests.receivers import OK, receiving

pytestmark = pytest.mark.usefixtures("_this_machine_may_be_called")
A_DAY = timedelta(days=1)


def events() -> list[str]:
    """What waits for endpoints, in order."""
    rows = OutboxMessage.objects.filter(endpoint__isnull=False).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def test_a_handoff_is_told_from_qualified_to_accepted(ana: User, olga: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        receivers.endpoint(receiver, by=olga, now=now)
        handoff = factories.handoff(now=now)
        handoffs.accept(handoff, by=ana, now=now)

        webhook_relay.deliver_due(now=now + timedelta(minutes=1))

    assert receivers.types(receiver) == [
        "lead.stage_changed",
        "lead.stage_changed",
        "handoff.assigned",
        "lead.stage_changed",
        "handoff.accepted",
    ]
    accepted = json.loads(receiver.received[-1].body)
    assert accepted["data"]["lead"]["name"] == "Eva Klein"
    assert accepted["data"]["handoff"]["decided_by"] == {"id": ana.pk, "name": "Ana"}
    assert accepted["data"]["url"].endswith(handoff.lead.get_absolute_url())
    assert "eva@" not in receiver.received[-1].body.decode()


def test_a_rejection_a_lapse_and_a_breach_are_told(ana: User, olga: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        kinds = [EventKind.REJECTED, EventKind.LAPSED, EventKind.BREACHED]
        receivers.endpoint(receiver, by=olga, now=now, kinds=kinds)
        rejected = factories.waiting("ada", now=now)
        factories.waiting("bea", now=now)
        reason = RejectionReason.objects.get(code="wrong-timing")
        handoffs.reject(rejected, Rejection(reason, note="In spring"), by=ana, now=now)
        escalations.sweep(now=now + timedelta(days=9))

        webhook_relay.deliver_due(now=now + timedelta(days=9))

    assert {"handoff.rejected", "handoff.lapsed", "clock.breached"} == set(receivers.types(receiver))


def test_a_meeting_that_an_executive_takes_on_is_told(
    ana: User, olga: User, dach: Team, now: datetime
) -> None:
    axel = factories.rep("axel", team=dach, role="AE").user
    lead = handoffs.accept(factories.handoff(now=now), by=ana, now=now).lead
    meeting = meetings.book(
        lead, Meeting(now + A_DAY, axel), packages.of(lead, now=now), by=ana, now=now + timedelta(minutes=1)
    )
    with receiving(receivers.answer(OK)) as receiver:
        receivers.endpoint(receiver, by=olga, now=now, kinds=[EventKind.ACCEPTED])

        meetings.accept(meeting, Terms(Decimal(45_000), date(2027, 2, 1)), by=axel, now=now + A_DAY)
        webhook_relay.deliver_due(now=now + A_DAY + timedelta(minutes=1))

    assert receivers.types(receiver) == ["handoff.accepted"]
    told = json.loads(receiver.received[0].body)["data"]
    assert (told["lead"]["stage"], told["handoff"]["decided_by"]["name"]) == ("OPPORTUNITY", "Axel")


def test_a_recall_is_told_as_the_move_that_it_is(
    ana: User, mia: User, olga: User, dach: Team, now: datetime
) -> None:
    factories.receive(factories.signal("intent_surge"), now=now)
    outbound.propose_surges(now=now)
    proposal = OutboundProposal.objects.get()
    outbound.approve(proposal, by=mia, now=now)
    with receiving(receivers.answer(OK)) as receiver:
        receivers.endpoint(receiver, by=olga, now=now, kinds=[EventKind.STAGE_CHANGED])

        outbound.undo(proposal, by=mia, now=now + A_DAY)
        webhook_relay.deliver_due(now=now + A_DAY)

    [told] = [json.loads(got.body)["data"] for got in receiver.received]
    assert (told["from"], told["to"], told["cause"]) == ("MQL", "LEAD", "undone")


def test_an_endpoint_hears_only_of_its_kinds_and_its_team(
    *, ana: User, charlie: User, olga: User, now: datetime
) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        receivers.endpoint(receiver, by=olga, now=now, team=charlie.team, kinds=[EventKind.ASSIGNED])
        factories.handoff(now=now)

        webhook_relay.deliver_due(now=now)

    assert receiver.received == []


def test_what_is_rolled_back_and_what_is_history_is_told_to_nobody(
    ana: User, olga: User, now: datetime
) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        receivers.endpoint(receiver, by=olga, now=now)
        with history():
            factories.waiting("ada", now=now)
        with transaction.atomic():
            factories.waiting("bea", now=now)
            transaction.set_rollback(True)
        relayed = webhook_relay.deliver_due(now=now)

    assert (relayed, receiver.received) == (0, [])


def test_an_undone_decision_is_withdrawn_or_said_to_be_taken_back(
    ana: User, olga: User, now: datetime
) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        receivers.endpoint(receiver, by=olga, now=now, kinds=[EventKind.ACCEPTED])
        early, late = factories.waiting("ada", now=now), factories.waiting("bea", now=now)
        handoffs.accept(early, by=ana, now=now)
        handoffs.undo(early, by=ana, now=now + timedelta(seconds=5))
        withdrawn = events()
        handoffs.accept(late, by=ana, now=now)
        webhook_relay.deliver_due(now=now + timedelta(seconds=60))
        handoffs.undo(late, by=ana, now=now + timedelta(seconds=9))
        webhook_relay.deliver_due(now=now + timedelta(seconds=60))

    assert withdrawn == []
    assert receivers.types(receiver) == ["handoff.accepted", "event.taken_back"]
    first, second = (json.loads(got.body) for got in receiver.received)
    assert second["data"]["id"] == receiver.received[0].headers["webhook-id"]
    assert second["data"]["lead"] == first["data"]["lead"]


def test_a_person_is_told_by_their_own_webhook_in_the_shape_of_slack(ana: User, now: datetime) -> None:
    with receiving(receivers.answer(OK)) as receiver:
        webhooks.set_personal(ana, receiver.url, now=now)
        tell(
            [ana],
            Message("a", "<!channel> Eva & Co is yours", "By DACH", "/leads/1/", Kind.ASSIGNED),
            now=now,
        )
        notices.choose(ana, {Kind.BREACH: [Channel.IN_APP]}, quiet_from=None, quiet_until=None)
        tell([ana], Message("b", "Late", kind=Kind.BREACH), now=now)

        webhook_relay.deliver_due(now=now)

    [got] = receiver.received
    said = json.loads(got.body)
    assert said["text"] == "&lt;!channel&gt; Eva &amp; Co is yours"
    assert [block["type"] for block in said["blocks"]] == ["section", "section"]
    assert "/leads/1/|Open it in Baton>" in said["blocks"][1]["text"]["text"]
