"""The acceptance page: what sales decided, why it rejected, and the audits that this asks for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from time_machine import Traveller

from leads.models import AuditEntry, OutboxMessage, User
from reports.models import AuditTask, Episode, Threshold
from revops import alerts
from routing import handoffs
from routing.models import Clock, Handoff, RejectionReason
from tests import factories
from tests.conftest import SignIn
from tests.reports import history
from tests.reports.history import days, minutes

REPORT = "/reports/acceptance/"


@pytest.fixture
def desk(olga: User, as_user: SignIn, clock: Traveller) -> Client:
    return as_user(olga)


def shown(client: Client, **asked: Any) -> Any:
    response = client.get(REPORT, asked)
    assert response.status_code == 200
    return response.context["page"]


def decided(
    template: Handoff, *, accepted: int, rejected: int, at: datetime, reason: str = "low-intent"
) -> None:
    """So many decisions like one on `template`."""
    why = RejectionReason.objects.get(code=reason)
    outcomes = [(Handoff.Status.ACCEPTED, None)] * accepted + [(Handoff.Status.REJECTED, why)] * rejected
    rows = []
    for status, given in outcomes:
        row = Handoff.objects.get(pk=template.pk)
        row.pk, row.status, row.reason = None, status, given
        row.decided_at, row.decided_by = at, template.assignee
        rows.append(row)
    Handoff.objects.bulk_create(rows)


@pytest.fixture
def template(ana: User, now: datetime) -> Handoff:
    return history.asked(now - days(2))


def test_the_rate_shows_its_base_and_its_band(template: Handoff, desk: Client, now: datetime) -> None:
    decided(template, accepted=13, rejected=7, at=now - days(1))

    page = shown(desk)

    assert page.total.verdict == "65%, 13 of 20: healthy"
    assert "13 of 20: healthy" in desk.get(REPORT).content.decode()


def test_too_few_decisions_are_not_judged(template: Handoff, desk: Client, now: datetime) -> None:
    decided(template, accepted=1, rejected=18, at=now - days(1))

    assert "too few to judge: 1 of 19" in desk.get(REPORT).content.decode()


def test_a_decision_counts_on_the_day_it_was_made(template: Handoff, desk: Client, now: datetime) -> None:
    decided(template, accepted=1, rejected=0, at=now - days(40))
    decided(template, accepted=2, rejected=1, at=now - days(1))

    assert shown(desk).total.base == "2 of 3"
    assert shown(desk, period="12w").total.base == "3 of 4"


def test_each_reason_leads_to_its_rejections(template: Handoff, desk: Client, now: datetime) -> None:
    decided(template, accepted=0, rejected=3, at=now - days(1))
    decided(template, accepted=0, rejected=1, at=now - days(1), reason="wrong-timing")

    reasons = shown(desk).reasons

    assert [(row.label, row.cells[0].text) for row in reasons.rows] == [
        ("Low intent", "3"),
        ("Wrong timing", "1"),
    ]
    for row in reasons.rows:
        assert len(desk.get(row.cells[0].url).context["page"].records) == int(row.cells[0].text)


def test_every_number_leads_to_as_many_decisions(
    template: Handoff, charlie: User, desk: Client, now: datetime
) -> None:
    decided(template, accepted=3, rejected=2, at=now - days(1))
    decided(history.asked(now - days(9), country="US"), accepted=1, rejected=0, at=now - days(8))

    page = shown(desk)

    for table in (page.weeks, *page.tables):
        for row in table.rows:
            for cell in row.cells[1:3]:
                listed = desk.get(cell.url).context["page"].records if cell.url else []
                assert len(listed) == int(cell.text), cell.url


def test_a_rep_sees_the_decisions_of_their_team(
    template: Handoff, ana: User, charlie: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    decided(template, accepted=2, rejected=0, at=now - days(1))
    decided(history.asked(now - days(2), country="US"), accepted=1, rejected=0, at=now - days(1))

    assert shown(as_user(ana)).total.accepted == 2
    assert shown(as_user(charlie)).total.accepted == 1


def test_the_number_of_queries_does_not_grow_with_decisions(
    template: Handoff, desk: Client, now: datetime, django_assert_max_num_queries: Any
) -> None:
    decided(template, accepted=30, rejected=30, at=now - days(1))

    with django_assert_max_num_queries(26):
        desk.get(REPORT)


def test_rejections_over_the_limit_open_one_audit_with_its_evidence(
    template: Handoff, olga: User, mia: User, now: datetime
) -> None:
    decided(template, accepted=4, rejected=16, at=now - days(1))

    told = [alerts.watch(now=now + minutes(60 * hour)) for hour in range(3)]

    assert told == [2, 0, 0]  # low acceptance, and the rejections behind it
    task = AuditTask.objects.get()
    assert task.is_open
    assert task.episode.evidence["reasons"] == {"low-intent": 16}
    people = set(
        OutboxMessage.objects.filter(key=f"episode:{task.episode_id}").values_list("recipient", flat=True)
    )
    assert people == {olga.pk, mia.pk}


def test_an_episode_ends_when_it_is_over_and_the_next_one_is_told_again(
    template: Handoff, olga: User, now: datetime
) -> None:
    decided(template, accepted=4, rejected=16, at=now - days(1))
    alerts.watch(now=now)
    decided(template, accepted=60, rejected=0, at=now)

    alerts.watch(now=now + minutes(60))
    assert not Episode.objects.lasting().exists()

    decided(template, accepted=0, rejected=300, at=now)
    assert alerts.watch(now=now + minutes(120)) == 2
    assert AuditTask.objects.count() == 2


def test_too_few_cases_end_no_episode_and_its_page_says_that_nobody_can_judge_it(
    template: Handoff, desk: Client, now: datetime
) -> None:
    decided(template, accepted=4, rejected=16, at=now - days(1))
    alerts.watch(now=now)
    too_few = "Too few cases have come lately"
    judged = desk.get(REPORT).content.decode()

    assert alerts.watch(now=now + days(40)) == 0  # nothing was decided in the 28 days before
    assert Episode.objects.lasting().count() == 2
    assert too_few in desk.get(REPORT).content.decode()
    assert too_few not in judged

    decided(template, accepted=5, rejected=15, at=now + days(41))
    assert alerts.watch(now=now + days(41)) == 0  # bad again: still the same episode
    assert too_few not in desk.get(REPORT).content.decode()

    decided(template, accepted=80, rejected=0, at=now + days(42))
    alerts.watch(now=now + days(42))
    assert not Episode.objects.lasting().exists()


def test_a_threshold_is_data(template: Handoff, olga: User, now: datetime) -> None:
    decided(template, accepted=13, rejected=7, at=now - days(1))
    assert alerts.watch(now=now) == 0

    Threshold.objects.create(watched="ACCEPTANCE", share=0.7, minimum=20, days=28)

    assert alerts.watch(now=now) == 1
    assert Episode.objects.get().sentence.startswith(
        "Sales accepted 65%, 13 of 20, in the last 28 days; under 70%"
    )


def test_missed_promises_to_the_top_tier_are_told(ana: User, olga: User, now: datetime) -> None:
    for _ in range(10):
        history.answered(now - days(1), after=minutes(60))

    assert alerts.watch(now=now) == 1
    assert Episode.objects.get().watched == "TOP_TIER_MISSES"
    Clock.objects.update(stopped_at=None)
    assert alerts.watch(now=now) == 0


def test_the_page_shows_an_alert_while_it_lasts(template: Handoff, desk: Client, now: datetime) -> None:
    decided(template, accepted=4, rejected=16, at=now - days(1))
    alerts.watch(now=now)

    lasting = desk.get(REPORT).content.decode()
    Episode.objects.update(ended_at=now)

    assert 'role="status"' in lasting
    assert 'role="status"' not in desk.get(REPORT).content.decode()


def test_the_line_of_an_audit_names_the_day_that_its_page_names(
    template: Handoff, olga: User, desk: Client, now: datetime
) -> None:
    User.objects.filter(pk=olga.pk).update(time_zone="Pacific/Auckland")
    decided(template, accepted=4, rejected=16, at=now - days(1))
    alerts.watch(now=now)
    AuditTask.objects.update(opened_at=now.replace(day=16, hour=15))
    address = f"{REPORT}audits/{AuditTask.objects.get().pk}/close/"

    page = desk.get(REPORT).content.decode()
    desk.post(address, {"note": "Weights of intent were too high"})

    assert "Opened 17 November 2026." in page
    assert AuditEntry.objects.get(action="audit_task.closed").text.startswith(
        "Audit of 17 November 2026 closed"
    )


def test_operations_close_an_audit_once_with_what_came_of_it(
    template: Handoff, olga: User, desk: Client, now: datetime
) -> None:
    decided(template, accepted=4, rejected=16, at=now - days(1))
    alerts.watch(now=now)
    address = f"{REPORT}audits/{AuditTask.objects.get().pk}/close/"

    empty = desk.post(address, {"note": "  "}, follow=True).content.decode()
    first = desk.post(address, {"note": "Weights of intent were too high"}, follow=True).content.decode()
    second = desk.post(address, {"note": "Me too"}, follow=True).content.decode()

    assert "Say in a sentence" in empty
    assert "Weights of intent were too high" in first
    assert "Olga has already closed this audit" in second
    task = AuditTask.objects.get()
    assert (task.done_by, task.note) == (olga, "Weights of intent were too high")
    assert AuditEntry.objects.get(action="audit_task.closed").actor == olga


def test_a_second_look_is_counted_apart_from_the_decisions(
    template: Handoff, mia: User, desk: Client, now: datetime
) -> None:
    bad_fit = RejectionReason.objects.get(code="bad-fit")
    Handoff.objects.filter(pk=template.pk).update(fit=90)
    template.refresh_from_db()
    assert template.assignee is not None
    handoffs.reject(template, handoffs.Rejection(bad_fit), by=template.assignee, now=now)
    look = Handoff.objects.get(second_look_of=template)
    handoffs.accept(look, by=mia, now=now + minutes(1))

    page = shown(desk)

    assert page.total.base == "0 of 1"
    (found,) = [stat for stat in page.stats if stat["label"] == "Second looks"]
    assert (found["value"], found["base"]) == ("1", "1 taken after all")
    assert len(desk.get(found["url"]).context["page"].records) == 1


def test_a_rep_whose_decisions_were_made_elsewhere_leads_to_them(
    template: Handoff, desk: Client, now: datetime
) -> None:
    colleague = factories.person("colleague", role="SDR", is_active=False)
    Handoff.objects.filter(pk=template.pk).update(assignee=colleague, status="ACCEPTED", decided_at=now)

    (table,) = [table for table in shown(desk).tables if table.title == "By rep"]
    (row,) = table.rows

    assert row.label == "Colleague"
    assert shown(desk, rep=colleague.pk).total.base == "1 of 1"
    assert len(desk.get(row.cells[1].url).context["page"].records) == 1


def test_a_rep_whose_decisions_one_may_not_know_of_is_no_filter(
    *, template: Handoff, charlie: User, as_user: SignIn, clock: Traveller, now: datetime
) -> None:
    colleague = factories.person("colleague", role="SDR", is_active=False)
    Handoff.objects.filter(pk=template.pk).update(assignee=colleague, status="ACCEPTED", decided_at=now)

    response = as_user(charlie).get(REPORT, {"rep": colleague.pk})

    assert response.status_code == 400
    assert "Colleague" not in response.content.decode()


@pytest.mark.parametrize("source", [" newsletter ", "   "])
def test_a_source_with_blanks_around_it_leads_to_its_own_decisions(
    source: str, template: Handoff, desk: Client, now: datetime
) -> None:
    decided(template, accepted=2, rejected=0, at=now - days(1))
    Handoff.objects.filter(pk=template.pk).update(source=source, status="ACCEPTED", decided_at=now)

    (table,) = [table for table in shown(desk).tables if table.title == "By source"]
    (row,) = [row for row in table.rows if row.label == source]

    assert row.cells[1].text == "1"
    assert len(desk.get(row.cells[1].url).context["page"].records) == 1


def test_blanks_around_a_campaigns_source_are_not_part_of_its_name(ana: User, now: datetime) -> None:
    padded = factories.waiting("pia", now=now, utm={"source": " newsletter "})
    blank = factories.waiting("bea", now=now, utm={"source": "  "})

    assert (padded.source, blank.source) == ("newsletter", "website")
