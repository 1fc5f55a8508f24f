"""What changes of a lead's row inside a block is written once, to what one change after the other would leave."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from leads import lifecycle, prepared, row_changes
from leads.actors import Job
from leads.domain.stages import Stage
from leads.models import Lead, User
from tests import factories

BY = Job("pipeline")


def newcomer(name: str, *, now: datetime) -> Lead:
    email = f"{name}@acme.example"
    return Lead.objects.create(email=email, email_key=email, created_at=now)


def go_all_the_way(lead: Lead, owner: User, *, now: datetime) -> None:
    """Begun, qualified, put on hold and qualified again, with a tier and an owner."""
    lifecycle.begin(lead, by=BY, now=now, cause="first signal")
    lead.tier = "T2"
    row_changes.change(lead, tier=lead.tier)
    lifecycle.qualify(lead, by=BY, now=now, cause="the gate", hand_raise=False)
    lifecycle.recycle(lead, by=BY, now=now, cause="wrong timing")
    lifecycle.release(lead, by=BY, now=now)
    lifecycle.qualify(lead, by=BY, now=now, cause="a request", hand_raise=True)
    lead.owner = owner
    row_changes.change(lead, owner_id=owner.pk)


def stored(lead: Lead) -> tuple[Any, list[dict[str, Any]]]:
    """The row and its visits, but for what is each lead's own."""
    row = Lead.objects.values("stage", "tier", "owner", "team").get(pk=lead.pk)
    visits: Any = lead.visits.order_by("id").values()
    return row, [{name: visit[name] for name in visit if name not in ("id", "lead_id")} for visit in visits]


@pytest.mark.django_db
def test_together_leaves_what_one_by_one_would(ana: User, now: datetime) -> None:
    alone, together = newcomer("eva", now=now), newcomer("max", now=now)

    go_all_the_way(alone, ana, now=now)
    with row_changes.together():
        go_all_the_way(together, ana, now=now)

    assert stored(together) == stored(alone)
    assert together.stage == alone.stage == Stage.MQL
    told = [(visit["stage"], visit["number"]) for visit in stored(together)[1]]
    assert told == [("SUBSCRIBER", 1), ("LEAD", 1), ("MQL", 1), ("RECYCLED", 1), ("LEAD", 2), ("MQL", 2)]


def test_a_lead_that_is_handed_over_is_written_once(ana: User, now: datetime) -> None:
    factories.handoff(now=now)

    with CaptureQueriesContext(connection) as sent:
        factories.handoff(email="max@acme.example", now=now)

    assert sum("UPDATE leads_lead" in query["sql"] for query in sent.captured_queries) == 1


@pytest.mark.django_db
def test_who_only_begins_has_a_first_visit(now: datetime) -> None:
    lead = newcomer("eva", now=now)

    lifecycle.begin(lead, by=BY, now=now, cause="first signal")

    assert [(visit["stage"], visit["number"], visit["left_at"]) for visit in stored(lead)[1]] == [
        ("SUBSCRIBER", 1, None)
    ]


def test_who_was_moved_meanwhile_is_not_written(ana: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    lead.refresh_from_db()
    Lead.objects.filter(pk=lead.pk).update(stage=Stage.SAL)
    before = stored(lead)

    with pytest.raises(lifecycle.StageConflict, match="no longer at MQL"):
        move_in_a_block(lead, now=now)

    assert stored(lead) == before


def test_nothing_is_kept_of_an_acceptance_whose_lead_stands_elsewhere(ana: User, now: datetime) -> None:
    lead = factories.handoff(now=now).lead
    lead.refresh_from_db()
    Lead.objects.filter(pk=lead.pk).update(stage=Stage.RECYCLED, held_until=now)
    before = stored(lead)

    with pytest.raises(lifecycle.StageConflict, match="no longer at MQL"), transaction.atomic():
        lifecycle.accept(lead, lifecycle.Owned(ana, None), by=ana, now=now)

    assert stored(lead) == before


def move_in_a_block(lead: Lead, *, now: datetime) -> None:
    with row_changes.together():
        lifecycle.move(lead, Stage.DISQUALIFIED, by=BY, now=now, cause="no such person")
        row_changes.change(lead, tier="T4")


@pytest.mark.django_db
def test_no_index_of_leads_hears_of_a_move() -> None:
    """Else a new version of a row would be entered in all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'leads_lead'")
        found = {name for name, says in cursor.fetchall() if "stage" in says or "tier" in says}

    assert found == set()


@pytest.mark.django_db(transaction=True)
def test_a_move_is_planned_once_however_many_stages_it_passes(now: datetime) -> None:
    leads = [newcomer(f"p{number}", now=now) for number in range(9)]
    for lead in leads:
        lifecycle.begin(lead, by=BY, now=now, cause="first signal")

    for lead in leads:
        lifecycle.move(lead, Stage.LEAD, by=BY, now=now, cause="valid contact")

    kept = "SELECT generic_plans > 0 FROM pg_prepared_statements WHERE statement LIKE %s"
    assert (True,) in prepared.rows(kept, ["%UPDATE leads_lead SET stage = $1 WHERE%"])
