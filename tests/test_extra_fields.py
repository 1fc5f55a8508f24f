"""What may be asked for changes only what it is meant to: extra fields are nobody's way in (P31, P32)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone

from leads.models import Lead, Role, User
from routing.models import Handoff
from tests import factories
from tests.access_ground import Ground

INTRUDING = {
    "owner": "1",
    "owner_id": "1",
    "assignee": "1",
    "decided_by": "1",
    "team": "1",
    "team_id": "1",
    "stage": "CUSTOMER",
    "tier": "T1",
    "fit": "100",
    "score": "100",
    "engagement": "100",
    "is_staff": "on",
    "is_superuser": "on",
    "role": "OPS",
    "id": "1",
    "pk": "1",
    "lead": "1",
    "status": "REJECTED",
    "consent": "yes",
    "suppressed_at": "",
    "first_contact_at": "2020-01-01",
}


def snapshot() -> list[list[dict[str, Any]]]:
    """Everything that a decision or a rep may touch, but for what each moment adds by itself."""
    people = User.objects.values("email", "role", "team", "is_staff", "is_superuser")
    rows: list[QuerySet[Any, Any]] = [Lead.objects.values(), Handoff.objects.values(), people]
    return [list(each.order_by("pk")) for each in rows]


def test_extra_fields_of_an_acceptance_change_nothing(ground: Ground) -> None:
    ana = ground.people["sdr"]
    before = snapshot()

    ground.client("sdr").post(reverse("accept", args=[ground.ids["handoff_id"]]), INTRUDING)

    [[lead_before, *_others], [handoff_before], people_before] = before
    [[lead, *_others], [handoff], people] = snapshot()
    assert ana is not None
    assert {**lead, "stage": lead_before["stage"]} == lead_before
    assert lead["stage"] == "SAL"
    decided = {"status": "ACCEPTED", "decided_by_id": ana.pk, "decided_at": handoff["decided_at"]}
    assert handoff == {**handoff_before, **decided}
    assert people == people_before


def test_extra_fields_of_an_attempt_and_of_the_theme_change_nothing(ground: Ground) -> None:
    before = snapshot()
    client = ground.client("sdr")

    client.post(
        reverse("log-attempt", args=[ground.ids["lead_id"]]),
        {**INTRUDING, "channel": "LINKEDIN", "outcome": "SENT", "by": "1", "at": "2020-01-01"},
    )
    client.post(reverse("set-theme"), {**INTRUDING, "theme": "dark"})

    assert snapshot() == before
    ana = User.objects.get(email="ana@baton.example")
    assert ana.theme == "dark"
    assert ana.role == Role.SDR


def test_extra_fields_of_a_signal_change_nothing(ana: User, olga: User) -> None:
    payload = factories.signal("webinar_attended", **INTRUDING)
    del payload["consent"]
    payload["person"] |= {"owner": olga.pk, "stage": "CUSTOMER", "tier": "T1", "id": 999}

    answer = factories.receive(payload, now=timezone.now())

    lead = Lead.objects.get(pk=answer["lead"]["id"])
    assert (lead.owner, lead.stage, lead.suppressed_at) == (None, "LEAD", None)
    assert answer["scores"]["engagement"]["after"] == 15


@pytest.mark.parametrize("role", ["ae", "other sdr", "other manager", "marketer", "viewer", "nobody"])
@pytest.mark.parametrize("decision", ["accept", "reject", "undo", "snooze", "wake", "first-step"])
def test_who_may_not_decide_changes_nothing(ground: Ground, role: str, decision: str) -> None:
    before = snapshot()

    ground.client(role).post(
        reverse(decision, args=[ground.ids["handoff_id"]]),
        {"reason": "bad-fit", "note": "no", "minutes": "2", "step": "CALL"},
    )

    assert snapshot() == before
