"""Stages: allowed moves alone, each passage a visit, and never two people moving one lead."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from leads import audit, lifecycle
from leads.actors import Job
from leads.domain.stages import MoveNotAllowed, Stage
from leads.lifecycle import CannotBeReinstated, StageConflict
from leads.models import Lead, StageVisit, TimelineEvent, User
from scoring.models import Scorecard
from tests import factories
from tests.races import at_once

RULE = Job("a rule")
HOUR = timedelta(hours=1)


@pytest.fixture
def lead(db: None, now: datetime) -> Lead:
    made = Lead.objects.create(email="eva@acme.example", email_key="eva@acme.example", created_at=now)
    lifecycle.begin(made, by=RULE, now=now, cause="first signal")
    return made


def bring(lead: Lead, *stages: Stage, now: datetime) -> None:
    for stage in stages:
        lifecycle.move(lead, stage, by=RULE, now=now, cause="test")


def test_every_move_closes_a_visit_opens_the_next_and_is_told(lead: Lead, now: datetime) -> None:
    lifecycle.move(lead, Stage.LEAD, by=RULE, now=now + HOUR, cause="company known")

    first, second = lead.visits.order_by("id")
    assert (first.stage, first.entered_at, first.left_at) == (Stage.SUBSCRIBER, now, now + HOUR)
    assert (second.stage, second.came_from, second.left_at) == (Stage.LEAD, Stage.SUBSCRIBER, None)
    assert (second.how, second.job, second.cause) == (StageVisit.How.RULE, "a rule", "company known")
    assert TimelineEvent.objects.get().text == "Subscriber → Lead: company known"


def test_person_who_moved_it_is_named(lead: Lead, now: datetime) -> None:
    ana = factories.person("ana")

    lifecycle.move(lead, Stage.LEAD, by=ana, now=now, cause="knows them")

    visit = lead.visits.get(left_at=None)
    assert (visit.how, visit.actor) == (StageVisit.How.PERSON, ana)


def test_move_that_is_not_allowed_names_both_stages_and_changes_nothing(lead: Lead, now: datetime) -> None:
    with pytest.raises(MoveNotAllowed, match="from Subscriber to SAL"):
        lifecycle.move(lead, Stage.SAL, by=RULE, now=now, cause="too fast")

    lead.refresh_from_db()
    assert lead.stage == Stage.SUBSCRIBER
    assert lead.visits.count() == 1


def test_stale_page_does_not_move_a_lead_that_moved(lead: Lead, now: datetime) -> None:
    stale = Lead.objects.get(pk=lead.pk)
    bring(lead, Stage.LEAD, Stage.MQL, now=now)

    with pytest.raises(StageConflict, match="no longer at Subscriber"):
        lifecycle.move(stale, Stage.LEAD, by=RULE, now=now, cause="late")

    assert Lead.objects.get().stage == Stage.MQL


def test_second_passage_is_numbered_and_leaves_the_first_alone(lead: Lead, now: datetime) -> None:
    bring(lead, Stage.LEAD, Stage.MQL, now=now)
    lifecycle.recycle(lead, by=RULE, now=now + HOUR, cause="rejected")
    lifecycle.release(lead, by=RULE, now=now + 2 * HOUR)
    lifecycle.qualify(lead, by=RULE, now=now + 3 * HOUR, cause="passed the gate", hand_raise=False)

    first, second = lead.visits.filter(stage=Stage.MQL).order_by("number")
    assert (first.number, first.entered_at, first.left_at) == (1, now, now + HOUR)
    assert (second.number, second.entered_at, second.left_at) == (2, now + 3 * HOUR, None)


def test_stages_that_were_skipped_are_inferred_with_their_own_mark(lead: Lead, now: datetime) -> None:
    lifecycle.advance(lead, Stage.SAL, by=RULE, now=now, cause="entered by an AE")

    marks = list(lead.visits.order_by("id").values_list("stage", "how"))
    assert marks[1:] == [("LEAD", "INFERRED"), ("MQL", "INFERRED"), ("SAL", "RULE")]


def test_hold_is_ninety_days_where_no_reason_says_otherwise(lead: Lead, now: datetime) -> None:
    bring(lead, Stage.LEAD, now=now)

    lifecycle.recycle(lead, by=RULE, now=now, cause="no answer")

    lead.refresh_from_db()
    assert (lead.held_from, lead.held_until) == (now, now + timedelta(days=90))


def test_release_remembers_when_the_hold_began(lead: Lead, now: datetime) -> None:
    bring(lead, Stage.LEAD, now=now)
    lifecycle.recycle(lead, by=RULE, now=now, cause="no answer", hold=HOUR)

    lifecycle.release(lead, by=RULE, now=now + HOUR)

    lead.refresh_from_db()
    assert (lead.stage, lead.held_from, lead.held_until) == (Stage.LEAD, now, None)


def test_disqualified_lead_moves_nowhere(lead: Lead, now: datetime) -> None:
    lifecycle.disqualify(lead, by=RULE, now=now, cause="bad fit", reason="bad-fit")

    for stage in Stage:
        with pytest.raises(MoveNotAllowed):
            lifecycle.move(lead, stage, by=RULE, now=now, cause="again", hand_raise=True)


def test_taking_back_returns_to_where_it_came_from_and_keeps_both_moves(lead: Lead, now: datetime) -> None:
    bring(lead, Stage.LEAD, now=now)
    lifecycle.recycle(lead, by=RULE, now=now, cause="a slip")

    lifecycle.take_back(lead, by=RULE, now=now + HOUR)

    lead.refresh_from_db()
    assert (lead.stage, lead.held_from, lead.held_until) == (Stage.LEAD, None, None)
    stages = list(lead.visits.order_by("id").values_list("stage", "number"))
    assert stages == [("SUBSCRIBER", 1), ("LEAD", 1), ("RECYCLED", 1), ("LEAD", 2)]


def test_database_itself_refuses_two_open_visits_and_unknown_stages(lead: Lead, now: datetime) -> None:
    with pytest.raises(IntegrityError, match="visit_one_open"), transaction.atomic():
        StageVisit.objects.create(
            lead=lead, stage="LEAD", number=1, entered_at=now, how="RULE", job="x", cause="x"
        )
    with pytest.raises(IntegrityError, match="lead_stage_known"), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(stage="NEARLY")
    with pytest.raises(IntegrityError, match="lead_recycled_has_release"), transaction.atomic():
        Lead.objects.filter(pk=lead.pk).update(stage="RECYCLED")


def _move(as_read: Lead, to: Stage, by: User, now: datetime) -> Stage:
    """Both have read the lead before either moves it, whoever is quicker."""
    with transaction.atomic():
        lifecycle.move(as_read, to, by=by, now=now, cause="at once")
    return to


@pytest.mark.django_db(transaction=True)
def test_two_who_move_one_lead_at_once_make_one_move(model: Scorecard, now: datetime) -> None:
    people = [factories.person(name) for name in ("ana", "bob")]
    for number in range(10):
        key = f"wanted-{number}@acme.example"
        lead = Lead.objects.create(email=key, email_key=key, created_at=now)
        lifecycle.begin(lead, by=RULE, now=now, cause="first signal")

        outcomes = at_once(
            partial(_move, Lead.objects.get(pk=lead.pk), Stage.LEAD, people[0], now),
            partial(_move, Lead.objects.get(pk=lead.pk), Stage.DISQUALIFIED, people[1], now),
        )

        [conflict] = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        [moved] = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
        assert isinstance(conflict, StageConflict)
        assert Lead.objects.get(pk=lead.pk).stage == moved
        assert lead.visits.get(left_at=None).stage == moved
        assert lead.visits.count() == 2


# Reinstatement (LC-8)


@pytest.fixture
def disqualified(lead: Lead, now: datetime) -> Lead:
    lifecycle.disqualify(lead, by=RULE, now=now, cause="rejected as bad fit", reason="bad-fit")
    return lead


def test_disqualified_lead_comes_back_with_the_reason_in_its_history_and_in_the_audit(
    disqualified: Lead, now: datetime
) -> None:
    olga = factories.person("olga", role="OPS")

    lifecycle.reinstate(disqualified, by=olga, now=now + HOUR, reason="They bought a competitor of ours.")

    disqualified.refresh_from_db()
    visit = disqualified.visits.get(left_at=None)
    assert (disqualified.stage, visit.came_from, visit.actor) == (Stage.LEAD, Stage.DISQUALIFIED, olga)
    assert "They bought a competitor of ours." in TimelineEvent.objects.latest("id").text
    [entry] = audit.of(f"lead:{disqualified.pk}")
    assert (entry.action, entry.actor) == ("lead.reinstated", olga)


@pytest.mark.parametrize("reason", ["", "   "])
def test_nobody_comes_back_without_a_reason(disqualified: Lead, now: datetime, reason: str) -> None:
    with pytest.raises(CannotBeReinstated, match="Say why"):
        lifecycle.reinstate(disqualified, by=factories.person("olga", role="OPS"), now=now, reason=reason)

    disqualified.refresh_from_db()
    assert disqualified.stage == Stage.DISQUALIFIED


def test_only_a_disqualified_lead_is_reinstated(lead: Lead, now: datetime) -> None:
    with pytest.raises(MoveNotAllowed, match="only a disqualified lead"):
        lifecycle.reinstate(lead, by=factories.person("olga", role="OPS"), now=now, reason="Why not.")


def test_lead_that_repeats_another_stays_out(disqualified: Lead, now: datetime) -> None:
    other = Lead.objects.create(email="eva.klein@acme.example", created_at=now)
    disqualified.merged_into = other

    with pytest.raises(CannotBeReinstated, match="repeats another"):
        lifecycle.reinstate(disqualified, by=factories.person("olga", role="OPS"), now=now, reason="Again.")
