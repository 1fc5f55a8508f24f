"""The queue: its order, its rows, and sales' decisions made over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import Traveller

from leads.models import Opportunity, OpportunityStage, User
from routing import handoffs, queue, queue_lines, queue_tabs
from routing.models import ClockKind, Handoff, PoolMember, RejectionReason, ServiceLevel
from routing.queue_tabs import Look, Tab
from tests import factories
from tests.conftest import SignIn
from tests.factories import waiting
from tests.queue_desk import names, send

SMALL = {**factories.COMPANY, "name": "Small Works", "employees": 12, "technologies": ["Excel"]}


def test_a_breached_t1_stands_first_and_the_least_time_left_next(
    desk: Client, ana: User, now: datetime
) -> None:
    waiting("fresh", now=now)
    waiting("small", now=now - timedelta(hours=1), company=SMALL)
    waiting("late", now=now - timedelta(minutes=4, seconds=30))
    waiting("breached", now=now - timedelta(minutes=20))

    response = desk.get(reverse("queue"))

    assert [(row.tier, row.name) for row in response.context["rows"]] == [
        ("T1", "Breached Klein"),
        ("T2", "Small Klein"),
        ("T1", "Late Klein"),
        ("T1", "Fresh Klein"),
    ]
    assert [row.clock.state for row in response.context["rows"]] == [
        "breached",
        "breached",
        "fifth",
        "plenty",
    ]


def test_a_row_says_who_why_and_by_when(desk: Client, now: datetime) -> None:
    handoff = waiting("eva", now=now - timedelta(minutes=3), utm={"source": "google", "medium": "cpc"})

    row = desk.get(reverse("queue")).context["rows"][0]

    assert (row.name, row.title, row.company) == ("Eva Klein", "VP Marketing", "Eva Software")
    assert (row.tier, row.priority, row.chip) == ("T1", "P1", "T1, 2 min left")
    assert (row.fit, row.engagement, row.urgency) == (
        round(handoff.fit),
        round(handoff.engagement),
        round(handoff.urgency),
    )
    assert row.source == handoff.source
    assert row.last_touch == "Demo request, 3 min ago"
    assert row.local_time == "10:00 in Berlin"
    assert row.clock.how == "First response within 5 min of business time in Europe/Berlin."
    assert row.flags == []


def test_a_row_flags_open_deals_namesakes_and_earlier_holds(desk: Client, ana: User, now: datetime) -> None:
    timing = handoffs.Rejection(RejectionReason.objects.get(code="wrong-timing"))
    before = factories.handoff(now=now - timedelta(days=3), email="eva@acme.example")
    handoffs.reject(before, timing, by=ana, now=now - timedelta(days=2))
    factories.handoff(now=now, email="eva@acme.example")
    twin = factories.handoff(now=now, email="e.klein@acme.example")
    first = OpportunityStage.objects.get(position=1)
    Opportunity.objects.create(
        account=twin.lead.account, lead=twin.lead, owner=ana, stage=first, created_at=now
    )

    rows = desk.get(reverse("queue")).context["rows"]

    flags = {row.lead_id: row.flags for row in rows}
    assert flags == {
        before.lead_id: ["open opportunity", "duplicate?", "recycled before"],
        twin.lead_id: ["open opportunity", "duplicate?"],
    }


def test_a_handoff_without_any_clock_still_waits_in_the_queue(desk: Client, now: datetime) -> None:
    ServiceLevel.objects.update(is_active=False)
    waiting("eva", now=now)

    response = desk.get(reverse("queue"))

    assert names(response) == ["Eva Klein"]
    assert "no clock" in response.content.decode()


def test_outside_hours_the_clock_says_when_it_runs(desk: Client, clock: Traveller, now: datetime) -> None:
    waiting("eva", now=now)
    clock.move_to(now.replace(hour=20) - timedelta(days=1))

    row = desk.get(reverse("queue")).context["rows"][0]

    assert row.clock.state == "paused"
    assert "runs at" in row.clock.text


def test_thirty_rows_are_read_as_often_as_three(desk: Client, now: datetime) -> None:
    def reads() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = desk.get(reverse("queue"))
        assert response.status_code == 200
        return len(queries)

    for number in range(3):
        waiting(f"early{number}", now=now)
    reads()
    with_three = reads()
    for number in range(27):
        waiting(f"later{number}", now=now)

    assert len(queue.rows(User.objects.get(name="Ana"), Tab.MINE, now=now)) == 30
    assert reads() == with_three


@pytest.mark.parametrize("action", ["accept", "reject", "undo"])
def test_another_teams_handoff_is_not_there_for_any_action(
    *, action: str, charlie: User, ana: User, as_user: SignIn, now: datetime
) -> None:
    handoff = factories.handoff(now=now)

    response = send(as_user(charlie), action, handoff, reason="bad-fit")

    assert response.status_code == 404
    handoff.refresh_from_db()
    assert handoff.is_open


def test_another_teams_lead_cannot_be_opened_in_the_queue(
    *, charlie: User, ana: User, as_user: SignIn, now: datetime
) -> None:
    handoff = factories.handoff(now=now)

    response = as_user(charlie).get(reverse("queue"), {"handoff": handoff.pk})

    assert response.context["detail"] is None
    assert handoff.lead.name not in response.content.decode()


def test_unassigned_leads_wait_in_a_tab_of_their_own_and_are_taken_from_it(
    desk: Client, ana: User, now: datetime
) -> None:
    PoolMember.objects.all().delete()
    handoff = waiting("eva", now=now)

    mine, unassigned = desk.get(reverse("queue")), desk.get(reverse("queue"), {"tab": "unassigned"})
    send(desk, "accept", handoff)

    assert names(mine) == []
    assert names(unassigned) == ["Eva Klein"]
    assert [(tab["label"], tab["count"]) for tab in unassigned.context["tabs"]] == [
        ("Mine", 0),
        ("Unassigned", 1),
    ]
    handoff.refresh_from_db()
    assert handoff.assignee == ana


def test_a_manager_sees_the_teams_leads_and_with_whom_each_is(
    *, ana: User, mia: User, charlie: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    waiting("eva", now=now)

    response = as_user(mia).get(reverse("queue"))

    assert [(row.name, row.assignee) for row in response.context["rows"]] == [("Eva Klein", "Ana")]
    assert response.context["can_decide"]
    assert "with Ana" in response.content.decode()


@pytest.mark.parametrize("role", ["VIEWER", "MARKETER", "CSM"])
def test_who_receives_no_leads_is_shown_the_way_to_the_list(
    role: str, model: object, as_user: SignIn
) -> None:
    response = as_user(factories.person("vera", role=role)).get(reverse("queue"))

    assert response.status_code == 403
    assert reverse("leads") in response.content.decode()


def test_htmx_gets_the_panes_alone_and_caches_keep_them_apart(desk: Client, now: datetime) -> None:
    waiting("eva", now=now)

    panes: Any = desk.get(reverse("queue"), headers={"HX-Target": "panes"})

    assert "<html" not in panes.content.decode()
    assert "HX-Target" in panes["Vary"]


@pytest.mark.parametrize("after", ["", "x", "-1", "9" * 30, "9" * 5000, "١"])
def test_arrivals_answer_any_question(after: str, desk: Client, now: datetime) -> None:
    waiting("eva", now=now)

    assert desk.get(reverse("queue-arrivals"), {"after": after}).status_code in (200, 204)


def test_arrivals_count_what_came_since(desk: Client, now: datetime) -> None:
    first = waiting("eva", now=now)
    asked = {"tab": "mine", "after": str(first.pk)}

    before = desk.get(reverse("queue-arrivals"), asked)
    waiting("eve", now=now)
    after = desk.get(reverse("queue-arrivals"), asked)

    assert before.status_code == 204
    assert "1 new" in after.content.decode()


def test_what_is_held_and_not_shown_is_no_arrival(
    desk: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_lines, "MOST_SHOWN", 1)
    late, fresh = (
        waiting(name, now=now - timedelta(minutes=ago)) for name, ago in (("late", 20), ("fresh", 0))
    )

    page = desk.get(reverse("queue"))
    before = desk.get(page.context["arrivals_url"])
    waiting("eve", now=now + timedelta(seconds=1))
    after = desk.get(page.context["arrivals_url"])

    assert [row.handoff_id for row in page.context["rows"]] == [late.pk] < [fresh.pk]
    assert before.status_code == 204
    assert "1 new" in after.content.decode()


def test_what_arrived_is_counted_as_the_tab_would_show_it(desk: Client, ana: User, now: datetime) -> None:
    people = ("passed", "woken", "seen", "made", "asleep", "decided")
    made = {name: waiting(name, now=now) for name in people}
    rows, later = Handoff.objects, now + timedelta(minutes=2)
    rows.filter(pk=made["passed"].pk).update(received_at=later)
    rows.filter(pk=made["woken"].pk).update(snoozed_until=later)
    rows.filter(pk=made["asleep"].pk).update(snoozed_until=now + timedelta(hours=1))
    rows.filter(pk=made["decided"].pk).update(
        status=Handoff.Status.ACCEPTED, decided_at=later, decided_by=ana
    )
    look = Look(made["seen"].pk, now + timedelta(minutes=1), now + timedelta(minutes=3))

    counted = {tab: queue_tabs.count_arrived(ana, tab, look) for tab in Tab}

    assert counted == {tab: queue_tabs.arrived(ana, tab, look).count() for tab in Tab}
    assert counted[Tab.MINE] == 3


def test_the_sentences_say_whose_a_lead_is_and_by_when(desk: Client, now: datetime) -> None:
    waiting("eva", now=now)

    good, whose, by_when = desk.get(reverse("queue")).context["detail"]["sentences"]

    assert good.startswith("Eva fits at 100 (")
    assert whose == "Yours: territory DACH → weighted round robin."
    assert by_when == "First response is due by 10:05 on Tuesday, 17 November (5 min left)."


def test_a_call_stops_only_the_first_response_and_the_review_clock_shows_next(
    desk: Client, ana: User, now: datetime
) -> None:
    handoff = waiting("eva", now=now)

    desk.post(reverse("log-attempt", args=[handoff.lead_id]), {"channel": "CALL", "outcome": "NO_ANSWER"})

    row = desk.get(reverse("queue")).context["rows"][0]
    assert row.clock.kind_label == ClockKind.REVIEW.label
