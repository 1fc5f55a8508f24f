"""The agreement, the definitions, the limits and the scorecard of both sides, from the live configuration."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from leads import background
from leads.models import AuditEntry, Erasure, Lead, User
from reports import agreement
from reports.models import Goal, Threshold
from revops.background_work import WORK
from revops.privacy import erasure
from routing import handoffs
from routing.models import Handoff, RejectionReason, ServiceLevel
from tests.conftest import SignIn
from tests.reports import history
from tests.reports.history import days, minutes

AGREEMENT, DEFINITIONS = "/reports/agreement/", "/definitions/"
LIMITS, SCORECARD = "/reports/limits/", "/reports/both-sides/"


@pytest.fixture
def desk(olga: User, as_user: SignIn, clock: Traveller) -> Client:
    return as_user(olga)


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def test_the_agreement_says_each_promise_and_its_ladder(desk: Client) -> None:
    found = {clock.label: clock for clock in agreement.read().clocks}

    first = found["First response"].promises[0]
    assert (first.whom, first.within, first.runs_in) == ("tier T1", "5 minutes", "business time")
    assert first.ladder == [
        "after 5 minutes: tell the manager",
        "after 15 minutes: re-route to the backup, or else to the next in turn",
    ]
    assert found["Follow-up"].promises[0].whom == "every lead"
    assert "after 5 minutes: tell the manager" in page(desk, AGREEMENT)


def test_its_version_changes_with_the_configuration_and_only_then(desk: Client) -> None:
    before, again = agreement.read().version, agreement.read().version

    ServiceLevel.objects.filter(clock="FIRST_RESPONSE", tier="T1").update(target=timedelta(minutes=6))

    assert before == again
    assert agreement.read().version != before
    assert agreement.read().version in page(desk, AGREEMENT)
    assert "6 minutes" in page(desk, AGREEMENT)


def test_a_retired_reason_is_no_longer_part_of_it(desk: Client) -> None:
    RejectionReason.objects.filter(label="Wrong timing").update(is_active=False)

    assert "Wrong timing" not in page(desk, AGREEMENT)


def test_the_definitions_follow_the_published_gate(desk: Client) -> None:
    text = page(desk, DEFINITIONS)

    assert "fit of 40 or more; engagement of 30 or more; a signal within the last 30 days" in text
    assert "close within 12 months, of 30,000 or more" in text
    for stage in ("Subscriber", "AQL", "SQO", "Nurture hold"):
        assert stage in text


def test_a_limit_and_a_goal_are_changed_with_their_audit(desk: Client, olga: User) -> None:
    wanted: dict[str, Any] = {"mqls": 120}
    for watched in ("TOP_TIER_MISSES", "ACCEPTANCE", "REJECTIONS"):
        wanted |= {f"{watched}-share": 33, f"{watched}-minimum": 5, f"{watched}-days": 14}

    response = desk.post(LIMITS, wanted)
    desk.post(LIMITS, wanted)

    assert response.status_code == 302
    assert {row.share for row in Threshold.objects.all()} == {0.33}
    assert Goal.objects.get().value == 120
    entry = AuditEntry.objects.get(action="report_limits.changed")
    assert entry.actor == olga
    assert entry.before is not None
    assert (entry.before["MQLS"], entry.before["ACCEPTANCE"]["share"]) == (None, 0.5)


@pytest.mark.parametrize("wrong", [{"ACCEPTANCE-share": 0}, {"REJECTIONS-share": 100}, {"mqls": -1}])
def test_a_limit_that_cannot_be_is_refused(desk: Client, wrong: dict[str, int]) -> None:
    wanted: dict[str, Any] = {}
    for watched in ("TOP_TIER_MISSES", "ACCEPTANCE", "REJECTIONS"):
        wanted |= {f"{watched}-share": 33, f"{watched}-minimum": 5, f"{watched}-days": 14}

    assert desk.post(LIMITS, {**wanted, **wrong}).status_code == 422
    assert not Threshold.objects.exists()


def owed(client: Client, **asked: str) -> dict[str, Any]:
    found = client.get(SCORECARD, asked).context["page"]
    return {promise.definition.term: promise for side in found.sides for promise in side.promises}


def test_both_sides_see_what_they_owe_with_its_base(ana: User, desk: Client, now: datetime) -> None:
    kept = history.answered(now - days(1), after=minutes(5))
    handoffs.accept(kept, by=ana, now=now - days(1) + minutes(10))
    rejected = history.asked(now - days(1))
    reason = RejectionReason.objects.get(label="Wrong timing")
    handoffs.reject(rejected, handoffs.Rejection(reason), by=ana, now=now)
    Lead.objects.filter(pk=rejected.lead_id).update(title="")

    found = owed(desk)

    assert found["MQLs handed over"].actual.text == "2"
    assert found["MQLs handed over"].target == "no number agreed"
    assert found["Complete data"].actual.text == "50%, 1 of 2"
    assert found["Rejected"].actual.text == "50%, 1 of 2"
    assert found["Reasons given"].actual.text == "100%, 1 of 1"
    assert found["Attribution reported"].actual.text == "not measured yet"


def test_each_number_of_the_scorecard_leads_to_its_records(ana: User, desk: Client, now: datetime) -> None:
    history.answered(now - days(1), after=minutes(5))
    Lead.objects.update(title="")

    incomplete = owed(desk)["Complete data"].actual

    assert len(desk.get(incomplete.url).context["page"].records) == 1


def test_a_month_is_beside_the_one_before(ana: User, desk: Client, now: datetime) -> None:
    history.answered(now - days(30), after=minutes(5))

    this, before = owed(desk), owed(desk, month="2026-10")

    assert (this["MQLs handed over"].actual.text, this["MQLs handed over"].before) == ("0", "1")
    assert before["MQLs handed over"].actual.text == "1"


def test_a_goal_is_met_or_not(ana: User, desk: Client, now: datetime) -> None:
    history.asked(now)
    Goal.objects.create(code="MQLS", value=2)

    promise = owed(desk)["MQLs handed over"]

    assert (promise.target, promise.actual.state) == ("2 a month", "fifth")


def test_what_lapsed_is_counted_as_a_consequence(ana: User, desk: Client, now: datetime) -> None:
    handoff = history.asked(now - days(3))
    Handoff.objects.filter(pk=handoff.pk).update(status="LAPSED", decided_at=now)

    lapsed = desk.get(SCORECARD).context["page"].lapsed

    assert lapsed.text == "1"
    assert len(desk.get(lapsed.url).context["page"].records) == 1


@pytest.mark.parametrize("asked", [{"month": "2026-13"}, {"month": "1999-01"}, {"team": "0"}])
def test_an_unknown_month_is_refused_in_words(desk: Client, asked: dict[str, str]) -> None:
    response = desk.get(SCORECARD, asked)

    assert response.status_code == 400
    assert "These filters cannot be used" in response.content.decode()


def test_a_month_that_is_left_empty_is_this_one(ana: User, desk: Client, now: datetime) -> None:
    history.asked(now)

    assert owed(desk, month="")["MQLs handed over"].actual.text == "1"


def test_who_was_erased_does_not_make_a_months_data_incomplete(
    ana: User, olga: User, desk: Client, now: datetime
) -> None:
    handoff = history.answered(now - days(1), after=minutes(5))
    handoffs.accept(handoff, by=ana, now=now - days(1) + minutes(10))
    before = owed(desk)["Complete data"].actual.text

    erasure.ask(handoff.lead, Erasure.Why.ASKED, reference="", by=olga, now=now)
    background.work_off(WORK)

    assert Lead.objects.get().erased_at is not None
    assert owed(desk)["Complete data"].actual.text == before == "100%, 1 of 1"
