"""The lead page: scores that add up, the gate in words, the decision, the log of attempts, for who may see it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import Traveller

from leads.models import Lead, Signal, User
from routing import attempts, handoffs
from routing.models import Attempt, Clock, ClockKind, RejectionReason
from tests import factories
from tests.conftest import SignIn

BLANK = {"email": "kim@unknown.example", "first_name": "Kim", "title": "VP Marketing", "country": "DE"}


@pytest.fixture
def desk(ana: User, as_user: SignIn, clock: Traveller) -> Client:
    """Ana's browser, at an hour when the clocks run."""
    return as_user(ana)


def opened(client: Client, lead: Lead) -> Any:
    return client.get(reverse("lead", args=[lead.pk]))


def test_the_lines_of_each_score_add_up_to_the_figure_shown(desk: Client, now: datetime) -> None:
    for kind, weeks in (("webinar_attended", 3), ("pricing_page", 2), ("case_study", 1)):
        at = now - timedelta(weeks=weeks, hours=1)
        factories.receive(factories.signal(kind), now=at)
    handoff = factories.handoff(now=now)

    response = opened(desk, handoff.lead)

    scores = response.context["brief"].scores
    assert [score.name for score in scores] == ["Fit", "Urgency", "Engagement"]
    for score in scores:
        assert sum((term.points for term in score.terms), Decimal(0)) == score.total
        assert f'<td class="num">{score.total}</td>' in response.content.decode()
    engagement = scores[2]
    told = {term.label: term.text for term in engagement.terms}
    assert told["Webinar attended, 3 weeks ago"] == "15 × 0.75³ = 6.3"
    assert told["Rounding"] == ""


def test_fit_shows_its_range_and_what_is_unknown(desk: Client, now: datetime) -> None:
    company = {**factories.COMPANY, "employees": None}
    handoff = factories.handoff(now=now, company=company)

    fit = opened(desk, handoff.lead).context["brief"].scores[0]

    assert fit.total == Decimal("75.0")
    assert fit.note == "Could be 75 to 100: company size unknown; 75% of the weight is known."
    assert [term.text for term in fit.terms if term.unknown] == ["unknown"]


def test_engagement_says_when_it_falls_under_the_gate(desk: Client, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    note = opened(desk, handoff.lead).context["brief"].scores[2].note

    # 40 points this week, 30 in a week (which is not under 30), 22.5 in two
    assert note == "Falls under 30 in the week of 30 November without new activity."


def test_fit_shows_its_grade_and_what_knowing_more_could_add(desk: Client, now: datetime) -> None:
    company = {**factories.COMPANY, "employees": None, "technologies": []}
    handoff = factories.handoff(now=now, company=company)

    fit = opened(desk, handoff.lead).context["brief"].scores[0]

    assert (fit.total, fit.grade) == (Decimal("55.0"), "B")
    assert fit.lifts == (
        "Knowing company size could add up to 25.",
        "Knowing technology could add up to 20.",
    )


def test_engagement_says_which_signal_would_bring_it_over_the_gate(
    *, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    factories.receive({"type": "webinar_attended", "person": BLANK}, now=now)

    engagement = opened(as_user(olga), factories.lead_of("kim@unknown.example")).context["brief"].scores[2]

    assert engagement.lifts == (
        "Trial started once more: 15.0 → 45.0, over the gate.",
        "Trial activated once more: 15.0 → 35.0, over the gate.",
        "Event attended once more: 15.0 → 30.0, over the gate.",
    )


def test_the_scores_are_drawn_over_time_and_lead_to_their_ledger(desk: Client, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    response = opened(desk, handoff.lead)

    assert response.context["chart"].columns[-1].engagement == 40
    assert reverse("lead-scores", args=[handoff.lead_id]) in response.content.decode()


def test_a_lead_with_marketing_is_told_by_the_gate_what_it_lacks(
    *, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    factories.receive({"type": "webinar_attended", "person": BLANK}, now=now)

    response = opened(as_user(olga), factories.lead_of("kim@unknown.example"))

    body = response.content.decode()
    assert "What keeps it from sales" in body
    assert "Engagement is 15, under 30." in body
    assert "There is no telephone number that can be dialled." in body
    assert response.context["attempt_form"] is None


def test_a_lead_with_sales_is_not_shown_the_gate(desk: Client, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    assert "What keeps it from sales" not in opened(desk, handoff.lead).content.decode()


def test_another_teams_lead_is_not_there(*, charlie: User, ana: User, as_user: SignIn, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    attempt = {"channel": "CALL", "outcome": "REACHED"}

    page = opened(as_user(charlie), lead)
    logged = as_user(charlie).post(reverse("log-attempt", args=[lead.pk]), attempt)

    assert (page.status_code, logged.status_code) == (404, 404)
    assert not Attempt.objects.exists()


def test_the_first_call_logged_stops_the_first_response_clock(
    *, desk: Client, ana: User, clock: Traveller, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    clock.shift(120)
    attempt = {"channel": "CALL", "outcome": "REACHED", "note": "Will call back on Thursday."}

    response: Any = desk.post(reverse("log-attempt", args=[handoff.lead_id]), attempt, follow=True)

    first_response = Clock.objects.get(handoff=handoff, kind=ClockKind.FIRST_RESPONSE)
    assert first_response.stopped_at == now + timedelta(minutes=2)
    assert "met, 3 min to spare" in response.content.decode()
    entry = response.context["story"][0]
    assert (entry.text, entry.who, entry.note) == ("Call: reached", "Ana", "Will call back on Thursday.")


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"channel": "FAX", "outcome": "REACHED"}, "Select a valid choice"),
        ({"channel": "CALL"}, "This field is required"),
        ({"channel": "CALL", "outcome": "REACHED", "note": "a\x00b"}, "Null characters are not allowed"),
        ({"channel": "CALL", "outcome": "REACHED", "note": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_an_attempt_that_cannot_be_logged_is_kept_in_the_form(
    *, data: dict[str, str], problem: str, desk: Client, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    typed = {"note": "Nobody picks up.", **data}

    response: Any = desk.post(reverse("log-attempt", args=[handoff.lead_id]), typed)

    assert response.status_code == 422
    assert problem in response.content.decode()
    assert response.context["attempt_form"]["note"].value() == typed["note"]
    assert not Attempt.objects.exists()


def test_an_attempt_on_a_lead_never_handed_over_says_so(
    *, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    factories.receive({"type": "webinar_attended", "person": BLANK}, now=now)
    lead = factories.lead_of("kim@unknown.example")
    attempt = {"channel": "CALL", "outcome": "REACHED"}

    response: Any = as_user(olga).post(reverse("log-attempt", args=[lead.pk]), attempt, follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "Kim has not been handed to sales yet."
    ]


def test_who_does_not_sell_logs_nothing(*, model: object, ana: User, as_user: SignIn, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    viewer = as_user(factories.person("vera"))

    response = viewer.post(reverse("log-attempt", args=[lead.pk]), {"channel": "CALL", "outcome": "REACHED"})

    assert response.status_code == 403


def test_a_decision_made_on_the_page_comes_back_to_it_and_can_be_undone_there(
    *, desk: Client, ana: User, clock: Traveller, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    clock.shift(60)
    row = opened(desk, handoff.lead).context["row"]

    accepted: Any = desk.post(row["accept_url"], follow=True)
    undone: Any = desk.post(accepted.context["undo"]["url"], follow=True)

    assert accepted.redirect_chain == [(f"/leads/{handoff.lead_id}/", 302)]
    assert (accepted.context["stage"], accepted.context["can_decide"]) == ("SAL", False)
    assert undone.redirect_chain == [(f"/leads/{handoff.lead_id}/", 302)]
    assert (undone.context["stage"], undone.context["can_decide"]) == ("MQL", True)


def test_a_rejection_refused_on_the_page_shows_the_page_again(desk: Client, now: datetime) -> None:
    handoff = factories.handoff(now=now)
    row = opened(desk, handoff.lead).context["row"]

    response: Any = desk.post(row["reject_url"], {"reason": "duplicate", "note": ""})

    assert response.status_code == 422
    assert response.context["lead"] == handoff.lead
    assert "“Duplicate” needs a note. Add a sentence." in response.content.decode()


@pytest.mark.parametrize(
    ("reason", "notice"),
    [
        ("wrong-timing", "On hold until 16 May 2027. A demo request wakes it."),
        (
            "bad-fit",
            "Disqualified on 17 November 2026 by Ana: rejected as bad fit. It never comes back by itself.",
        ),
    ],
)
def test_what_became_of_a_rejected_lead_stands_at_the_top_with_its_date(
    *, reason: str, notice: str, desk: Client, ana: User, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    rejection = handoffs.Rejection(RejectionReason.objects.get(code=reason), "Budget is made in summer.")
    handoffs.reject(handoff, rejection, by=ana, now=now)

    response = opened(desk, handoff.lead)

    assert [one.text for one in response.context["notices"]] == [notice]
    assert "Budget is made in summer." in [entry.note for entry in response.context["story"]]


def test_a_merged_lead_leads_to_the_one_it_repeats(desk: Client, ana: User, now: datetime) -> None:
    original, again = factories.handoff(now=now), factories.handoff(now=now, email="e.klein@acme.example")
    reason = RejectionReason.objects.get(code="duplicate")
    rejection = handoffs.Rejection(reason, "the same", duplicate_of=original.lead)
    handoffs.reject(again, rejection, by=ana, now=now)

    notice = opened(desk, again.lead).context["notices"][0]

    assert notice.url == original.lead.get_absolute_url()


def test_suppressed_and_bought_contacts_say_so(desk: Client, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    factories.receive(factories.signal("unsubscribe"), now=now)
    Lead.objects.filter(pk=lead.pk).update(acquired=Lead.Acquired.PURCHASED)

    notices = [one.text for one in opened(desk, lead).context["notices"]]

    assert notices == [
        "Does not want to be contacted, since 17 November 2026.",
        "The contact was bought. Only a request of its own can qualify it.",
    ]


def test_the_accounts_other_people_are_only_those_whom_the_viewer_may_know(
    *, desk: Client, charlie: User, mia: User, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead
    factories.handoff(now=now, email="colleague@acme.example")
    stranger = factories.handoff(now=now, email="stranger@acme.example").lead
    Lead.objects.filter(pk=stranger.pk).update(team=charlie.team, owner=charlie)

    people = opened(desk, lead).context["brief"].people

    assert [one["name"] for one in people] == ["Eva Klein"]
    assert str(stranger.pk) not in people[0]["url"]


def test_the_page_is_read_as_often_for_a_long_story_as_for_a_short_one(
    *, desk: Client, ana: User, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead
    factories.handoff(now=now, email="first@acme.example")

    def reads() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert opened(desk, lead).status_code == 200
        return len(queries)

    reads()
    short = reads()
    for minute in range(10):
        factories.receive(factories.signal("page_view"), now=now + timedelta(minutes=minute))
        attempts.log(lead, channel=Attempt.Channel.CALL, outcome=Attempt.Outcome.NO_ANSWER, by=ana, now=now)
    factories.handoff(now=now, email="second@acme.example")

    assert reads() == short


def test_names_in_any_script_are_text_and_never_markup(desk: Client, now: datetime) -> None:
    person = {
        **factories.signal()["person"],
        "first_name": "<script>alert(1)</script>",
        "last_name": "בן־דוד",
    }
    lead = factories.handoff(now=now, person=person).lead

    body = opened(desk, lead).content.decode()

    assert "<script>alert(1)" not in body
    assert "בן־דוד" in body


def test_ops_bring_a_disqualified_lead_back_and_a_rep_is_not_offered_to(
    *, desk: Client, ana: User, olga: User, as_user: SignIn, now: datetime
) -> None:
    handoff = factories.handoff(now=now)
    competitor = RejectionReason.objects.get(code="competitor")
    handoffs.reject(handoff, handoffs.Rejection(competitor, "Too small."), by=ana, now=now)
    ops, page = as_user(olga), handoff.lead.get_absolute_url()
    address = reverse("lead-reinstate", args=[handoff.lead_id])

    assert (address in desk.get(page).content.decode(), address in ops.get(page).content.decode()) == (
        False,
        True,
    )
    ops.post(address, {"reason": "They doubled in size."})

    handoff.lead.refresh_from_db()
    assert handoff.lead.stage == "LEAD"
    assert address not in ops.get(page).content.decode()


def test_ops_take_apart_what_a_rep_merged_by_rejecting_it(
    *, desk: Client, ana: User, olga: User, as_user: SignIn, now: datetime
) -> None:
    survivor = factories.waiting("nora", now=now).lead
    handoff = factories.handoff(now=now)
    repeats = RejectionReason.objects.get(code="duplicate")
    handoffs.reject(
        handoff, handoffs.Rejection(repeats, "Nora again.", duplicate_of=survivor), by=ana, now=now
    )
    ops, page = as_user(olga), handoff.lead.get_absolute_url()
    address = reverse("lead-reinstate", args=[handoff.lead_id])

    assert address not in desk.get(page).content.decode()
    assert address in ops.get(page).content.decode()
    ops.post(address, {"reason": ""})
    assert Lead.objects.get(pk=handoff.lead_id).merged_into == survivor
    ops.post(address, {"reason": "Nora is her sister."})

    apart = Lead.objects.get(pk=handoff.lead_id)
    assert (apart.stage, apart.merged_into) == ("LEAD", None)
    assert Signal.objects.filter(lead=apart).count() == 1


def test_the_company_is_shown_with_its_score_intent_and_profile(desk: Client, now: datetime) -> None:
    handoff = factories.handoff(now=now)

    response = opened(desk, handoff.lead)

    account = response.context["account"]
    assert sum((term.points for term in account.score.terms), Decimal(0)) == account.score.total
    assert account.icp == "fit of the company alone 100, and 60 is enough"
    assert (account.intent, account.people) == (
        40,
        "the engagement of the 1 person active in the last 4 weeks",
    )
    assert "Something is in dispute" not in response.content.decode()


def test_a_manager_says_that_something_is_in_dispute_and_that_it_is_over(
    *, mia: User, ana: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    lead = factories.handoff(now=now).lead
    client, address = as_user(mia), reverse("account-dispute", args=[lead.pk])
    before = opened(client, lead).context["account"].score.total

    told: Any = client.post(address, {"in_dispute": "yes"}, follow=True)
    over: Any = client.post(address, {"in_dispute": "no"}, follow=True)

    assert "something is in dispute" in told.content.decode()
    assert told.context["account"].score.total == before - 10
    assert over.context["account"].score.total == before
