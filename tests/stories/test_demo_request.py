"""From a form to a call, read aloud."""

from datetime import datetime, timedelta

from leads.domain.stages import Stage
from leads.models import Source, User
from routing import attempts, handoffs
from routing.attempts import Channel
from routing.models import Attempt, Clock, ClockKind, Handoff
from tests import factories


def test_demo_request_becomes_a_sal_and_the_first_call_stops_the_clock(
    ana: User, website: Source, now: datetime
) -> None:
    answer = factories.receive(
        factories.signal("demo_request", answers={"critical_event": "confirmed"}), now=now, sender=website
    )

    assert answer["lead"]["stage"] == "MQL"
    assert (answer["lead"]["tier"], answer["lead"]["priority"]) == ("T1", "P1")
    assert answer["gate"] == {"qualified": True, "failed": []}
    assert answer["handoff"]["assignee"] == ana.email
    assert answer["handoff"]["because"] == "territory DACH → weighted round robin"

    handoff = Handoff.objects.open().get(lead=factories.lead_of("eva@acme.example"))
    handoffs.accept(handoff, by=ana, now=now + timedelta(minutes=1))
    lead = factories.lead_of("eva@acme.example")
    assert lead.stage == Stage.SAL
    assert lead.owner == ana

    called_at = now + timedelta(minutes=3)
    first_response = Clock.objects.get(handoff=handoff, kind=ClockKind.FIRST_RESPONSE)
    assert first_response.stopped_at is None
    assert first_response.due_at == now + timedelta(minutes=5)
    attempts.log(lead, channel=Channel.CALL, outcome=Attempt.Outcome.REACHED, by=ana, now=called_at)
    first_response.refresh_from_db()
    assert first_response.stopped_at == called_at
    assert Handoff.objects.get().first_contact_at == called_at
    assert Clock.objects.get(handoff=handoff, kind=ClockKind.FOLLOW_UP).stopped_at == called_at
    assert Clock.objects.running().get().kind == ClockKind.MEETING
    visited = list(lead.visits.order_by("id").values_list("stage", flat=True))
    assert visited == ["SUBSCRIBER", "LEAD", "MQL", "SAL"]
    assert [event.text for event in lead.events.order_by("id")][-5:] == [
        "Accepted by Ana",
        "MQL → SAL: accepted by sales",
        "Cadence begun: T1 cadence, version 1",
        "Call: reached",
        "Cadence stopped: they answered",
    ]
