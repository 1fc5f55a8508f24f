"""The what-if replay as ops reads it: figures with what they rest on, leads with reasons, and when it is stale."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from time_machine import Traveller

from leads import background, opportunities
from leads.models import BackgroundRun, User
from revops.background_work import WORK
from revops.what_if import runs as what_if
from revops.what_if.words import decision_in_words
from routing import handoffs
from routing.models import Handoff
from scoring import scorecards
from scoring.models import Scorecard
from tests import factories
from tests.conftest import SignIn

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def eased(draft: Scorecard, *, to: float, by: User, now: datetime) -> Scorecard:
    """The draft with another least engagement."""
    model = factories.with_gate(scorecards.load(draft), engagement_at_least=to)
    return scorecards.edit(draft, revision=draft.revision, to=model, by=by, now=now)


@pytest.fixture
def draft(olga: User, now: datetime) -> Scorecard:
    """A version that asks for less engagement: 20 in place of 30."""
    made = scorecards.create_draft(Scorecard.objects.published(), by=olga, now=now)
    return eased(made, to=20, by=olga, now=now)


@pytest.fixture
def lived(ana: User, now: datetime) -> Handoff:
    """Eva was handed over and accepted three weeks ago; Ida, at 25 points, was never."""
    handed = factories.waiting("eva", now=now - 21 * DAY)
    handoffs.accept(handed, by=ana, now=now - 20 * DAY)
    ida = {**factories.signal()["person"], "email": "ida@ida.example", "first_name": "Ida"}
    for day, kind in ((7, "case_study"), (6, "webinar_attended")):
        company = {**factories.COMPANY, "name": "=Ida Software"}
        factories.receive(factories.signal(kind, person=ida, company=company), now=now - day * DAY)
    return handed


def replayed(draft: Scorecard, *, by: User, now: datetime, weeks: int = 13) -> dict[str, Any]:
    run = what_if.ask(draft, weeks=weeks, by=by, now=now)
    background.work_off(WORK)
    run.refresh_from_db()
    assert run.error == ""
    found: dict[str, Any] | None = run.result
    assert found is not None
    return found


def read(client: Client, draft: Scorecard, query: str = "") -> str:
    answer = client.get(reverse("what-if", args=[draft.version]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_draft_gains_whom_its_lower_gate_passes(
    lived: Handoff, draft: Scorecard, olga: User, now: datetime
) -> None:
    found = replayed(draft, by=olga, now=now)

    (ida,) = found["gained"]
    assert found["passed"] == [1, 2]
    assert found["lost"] == []
    assert ida["lead"] == factories.lead_of("ida@ida.example").pk
    assert (ida["at"], ida["engagement"]) == ((now - 6 * DAY).isoformat(), 25.0)
    assert ida["failed"] == ["Engagement is 25, under 30."]
    assert found["check"] == {
        "happened": 1,
        "again": 1,
        "other_version": 0,
        "changed": 0,
        "only_again": 0,
        "elsewhere": 0,
    }


def test_weeks_are_whole_up_to_the_one_that_runs(
    lived: Handoff, draft: Scorecard, olga: User, now: datetime
) -> None:
    found = replayed(draft, by=olga, now=now, weeks=4)

    assert [(week["monday"], week["passed"]) for week in found["weeks"]] == [
        ("2026-10-19", [0, 0]),
        ("2026-10-26", [1, 1]),
        ("2026-11-02", [0, 0]),
        ("2026-11-09", [0, 1]),
        ("2026-11-16", [0, 0]),
    ]


def test_what_sales_decided_and_won_is_known_only_of_those_it_saw(
    lived: Handoff, draft: Scorecard, ana: User, olga: User, now: datetime
) -> None:
    deal = opportunities.open(
        factories.lead_of("eva@eva.example"),
        owner=ana,
        amount=None,
        close_on=now.date(),
        by=ana,
        now=now - 9 * DAY,
    )
    opportunities.win(deal, by=ana, now=now - 2 * DAY)

    found = replayed(draft, by=olga, now=now)

    assert found["decided"] == [{"yes": 1, "known": 1, "of": 1}, {"yes": 1, "known": 1, "of": 2}]
    assert found["closed"] == [{"yes": 1, "known": 1, "of": 1}, {"yes": 1, "known": 1, "of": 2}]


def test_load_of_gained_leads_is_shared_as_hand_offs_were(
    lived: Handoff, draft: Scorecard, olga: User, now: datetime
) -> None:
    found = replayed(draft, by=olga, now=now)

    assert lived.assignee is not None
    assert found["reps"] == [{"name": lived.assignee.name, "passed": [1, 2.0]}]


def test_a_version_that_is_gone_is_refused_in_words(draft: Scorecard, olga: User, now: datetime) -> None:
    run = what_if.ask(draft, weeks=4, by=olga, now=now)
    for rows in (draft.criteria, draft.behaviours, draft.tiers):
        rows.all().delete()
    draft.delete()

    background.work_off(WORK)

    run.refresh_from_db()
    assert (run.status, run.error) == (BackgroundRun.Status.FAILED, "Version 2 is gone.")


def test_ops_runs_it_from_the_page_and_reads_what_it_found(
    lived: Handoff, draft: Scorecard, olga: User, as_user: SignIn, clock: Traveller
) -> None:
    client = as_user(olga)
    assert "What would it change?" in client.get(reverse("scorecard", args=[draft.version])).content.decode()
    assert "It has not been replayed yet." in read(client, draft)

    asked = client.post(reverse("what-if-run", args=[draft.version]), {"weeks": "13"})

    assert asked.status_code == 302
    assert "Waiting for a free worker" in read(client, draft)
    background.work_off(WORK)
    page = read(client, draft)
    assert "Engagement 25, at least 20; fit" in page
    assert "Engagement is 25, under 30." in page
    assert "too few to say" in page
    assert "1 of 1; known for 1 of 2" in page
    assert "replayed, passes 1 of them at the same moment" in page


def test_a_replay_that_goes_on_is_not_asked_for_twice(
    draft: Scorecard, olga: User, as_user: SignIn, clock: Traveller
) -> None:
    for _ in range(2):
        as_user(olga).post(reverse("what-if-run", args=[draft.version]), {"weeks": "13"})

    assert BackgroundRun.objects.count() == 1


@pytest.mark.parametrize("weeks", ["", "0", "5000", "thirteen"])
def test_a_period_that_is_not_offered_is_not_run(
    weeks: str, draft: Scorecard, olga: User, as_user: SignIn
) -> None:
    answer = as_user(olga).post(reverse("what-if-run", args=[draft.version]), {"weeks": weeks}, follow=True)

    assert "Choose how far back the replay goes." in answer.content.decode()
    assert not BackgroundRun.objects.exists()


def test_a_draft_that_was_edited_since_says_so(
    lived: Handoff, draft: Scorecard, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    replayed(draft, by=olga, now=now)
    assert "has changed since" not in read(as_user(olga), draft)

    eased(draft, to=25, by=olga, now=now)

    assert "The draft has changed since this replay (revision 1 → 2). Run it again." in read(
        as_user(olga), draft
    )


def test_a_running_replay_whose_draft_is_edited_says_so_too(
    lived: Handoff, draft: Scorecard, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    what_if.ask(draft, weeks=4, by=olga, now=now)
    eased(draft, to=25, by=olga, now=now)

    page = read(as_user(olga), draft)

    assert "The draft has changed since this replay was asked for (revision 1 → 2)." in page


def test_a_model_published_since_says_so(
    lived: Handoff, draft: Scorecard, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    replayed(draft, by=olga, now=now)

    scorecards.publish(draft, by=olga, now=now)

    assert "This replay compares with version 1; version 2 scores today." in read(as_user(olga), draft)


def test_a_manager_reads_the_figures_and_only_their_teams_leads(
    lived: Handoff, draft: Scorecard, mia: User, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    replayed(draft, by=olga, now=now)

    page = read(as_user(mia), draft)
    run = BackgroundRun.objects.get()
    answer = as_user(mia).get(reverse("what-if-csv", args=[draft.version, run.pk]))

    assert "1 lead of another team is not listed." in page
    assert "Ida Klein" not in page
    assert "Run it again" not in page
    assert "Ida Klein" not in b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]


def test_the_csv_has_every_lead_and_no_formula(
    lived: Handoff, draft: Scorecard, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    replayed(draft, by=olga, now=now)
    run = BackgroundRun.objects.get()

    answer = as_user(olga).get(reverse("what-if-csv", args=[draft.version, run.pk]))

    header, line = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert header.startswith("Change,Lead,Company,")
    assert line.startswith("gained,Ida Klein,'=Ida Software,2026-11-11T09:00:00+00:00,")
    assert "what-if-version-2-from-2026-08-17" in answer["Content-Disposition"]


def test_lists_read_as_many_times_for_many_leads_as_for_one(
    ana: User,
    draft: Scorecard,
    olga: User,
    as_user: SignIn,
    clock: Traveller,
    now: datetime,
) -> None:
    def one_more(name: str) -> None:
        person = {**factories.signal()["person"], "email": f"{name}@{name}.example"}
        for day, kind in ((9, "case_study"), (8, "webinar_attended")):
            factories.receive(factories.signal(kind, person=person), now=now - day * DAY)

    client, counts = as_user(olga), []
    for names in ("a", "bcdefg"):
        for name in names:
            one_more(name * 3)
        replayed(draft, by=olga, now=now)
        BackgroundRun.objects.exclude(pk=BackgroundRun.objects.latest("pk").pk).delete()
        with CaptureQueriesContext(connection) as seen:
            read(client, draft)
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_an_unknown_run_is_not_found(draft: Scorecard, olga: User, as_user: SignIn) -> None:
    assert as_user(olga).get(reverse("what-if", args=[draft.version]) + "?run=999999").status_code == 404
    assert as_user(olga).get(reverse("what-if", args=[77])).status_code == 404


def test_the_period_begins_on_a_monday_of_the_organisation(
    draft: Scorecard, olga: User, now: datetime
) -> None:
    run = what_if.ask(draft, weeks=4, by=olga, now=now)

    assert what_if.period_of(run).since == datetime(2026, 10, 18, 22, tzinfo=UTC)
    assert what_if.period_of(run).until == now


def test_an_earlier_replay_stays_the_one_that_is_read(
    lived: Handoff, draft: Scorecard, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    replayed(draft, by=olga, now=now)
    earlier = BackgroundRun.objects.get()
    replayed(eased(draft, to=30, by=olga, now=now), by=olga, now=now)
    client, address = as_user(olga), reverse("what-if", args=[draft.version])

    first: Any = client.get(address, {"run": earlier.pk})
    tabs = {tab["label"]: tab["url"] for tab in first.context["found"].listing.tabs}
    again: Any = client.get(address + tabs["Gained"])

    assert again.context["run"] == earlier
    assert [row.lead.first_name for row in again.context["found"].listing.rows] == ["Ida"]


def test_pages_of_an_earlier_replay_are_its_own(
    lived: Handoff, draft: Scorecard, olga: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    replayed(draft, by=olga, now=now)
    run = BackgroundRun.objects.get()
    assert run.result is not None
    run.result["gained"] *= 51
    run.save()
    replayed(draft, by=olga, now=now)
    client, address = as_user(olga), reverse("what-if", args=[draft.version])

    first: Any = client.get(address, {"run": run.pk})
    second: Any = client.get(address + first.context["found"].listing.after)

    assert (second.context["run"], len(second.context["found"].listing.rows)) == (run, 1)


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("LAPSED", "Lapsed: nobody decided in time"),
        ("RECALLED", "Handed over and recalled"),
        ("", "Never handed over"),
    ],
)
def test_who_was_handed_over_is_not_said_to_have_never_been(status: str, told: str) -> None:
    assert decision_in_words(status, "") == told
