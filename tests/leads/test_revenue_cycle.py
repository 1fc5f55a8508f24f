"""The words and figures of the revenue cycle are data: edited once, they hold on every page and in every check."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from leads import audit, revenue_cycle
from leads.domain.stages import PROFILES, Stage
from leads.models import RevenueCycle, User
from routing import invariants
from tests import factories

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def changed(stage: Stage, **changes: Any) -> dict[str, Any]:
    """The form of a stage as it stands, with changes."""
    stored = revenue_cycle.values_of(stage)
    values = {**stored, "seen": revenue_cycle.edition_of(stored), **changes}
    return {name: "" if value is None else value for name, value in values.items()}


def of_cycle(**changes: Any) -> dict[str, Any]:
    """The form of the whole cycle as it stands, with changes."""
    stored = revenue_cycle.figures()
    return {**stored, "seen": revenue_cycle.edition_of(stored), **changes}


def test_until_somebody_edits_them_the_words_are_those_of_the_code(db: None) -> None:
    cycle = revenue_cycle.read()

    assert cycle.profiles == PROFILES
    assert (cycle.label("MQL"), cycle.pipeline_from, cycle.pipeline_months) == ("MQL", 30_000, 12)


def test_a_stage_is_edited_and_the_definitions_say_so(olga: User, as_user: SignIn) -> None:
    client = as_user(olga)
    assert "Benchmark" not in client.get(reverse("definitions")).content.decode()  # no stage has one yet

    answer = client.post(
        reverse("definition-edit", args=["SAL"]),
        changed(Stage.SAL, label="Accepted", owner="Inside sales", benchmark="60 of 100 become SQLs"),
        follow=True,
    )

    page = answer.content.decode()
    assert all(words in page for words in ("Accepted", "Inside sales", "Benchmark", "60 of 100 become SQLs"))
    [entry] = audit.of(revenue_cycle.SUBJECT)
    assert entry.after is not None
    assert (entry.actor, entry.after["owner"]) == (olga, "Inside sales")


def test_the_demand_names_are_used_on_every_page(
    ana: User, mia: User, olga: User, as_user: SignIn, now: datetime
) -> None:
    handoff = factories.handoff(now=now)

    as_user(olga).post(reverse("definitions-edit"), of_cycle(label_set="DEMAND"))

    client = as_user(mia)
    for address in (reverse("leads"), handoff.lead.get_absolute_url(), reverse("definitions")):
        assert "AQL" in client.get(address).content.decode()


def test_what_pipeline_is_comes_from_the_same_place(olga: User, as_user: SignIn) -> None:
    client = as_user(olga)

    client.post(reverse("definitions-edit"), of_cycle(pipeline_from=45_000, pipeline_months=6))

    page = client.get(reverse("definitions")).content.decode()
    assert "close within 6 months, of 45,000 or more" in page


def test_the_allowed_age_of_a_stage_decides_who_languishes(
    ana: User, olga: User, as_user: SignIn, now: datetime
) -> None:
    factories.handoff(now=now)
    after = now + 5 * DAY
    before = invariants.languishing(now=after).count()

    as_user(olga).post(reverse("definition-edit", args=["MQL"]), changed(Stage.MQL, longest_rest_days=6))

    assert (before, invariants.languishing(now=after).count()) == (1, 0)
    assert invariants.languishing(now=now + 7 * DAY).count() == 1


def test_where_no_stage_has_an_allowed_age_nobody_languishes(ana: User, now: datetime) -> None:
    factories.handoff(now=now)
    stages = {stage.value: {**revenue_cycle.values_of(stage), "longest_rest_days": None} for stage in Stage}
    RevenueCycle.objects.create(pk=1, stages=stages)

    assert invariants.languishing(now=now + 99 * DAY).count() == 0


def test_two_editors_of_a_stage_do_not_overwrite_each_other(olga: User, as_user: SignIn) -> None:
    client, stale = as_user(olga), changed(Stage.SQL, owner="First")
    client.post(reverse("definition-edit", args=["SQL"]), {**stale, "owner": "Second"})

    answer = client.post(reverse("definition-edit", args=["SQL"]), stale)

    assert answer.status_code == 409
    assert revenue_cycle.values_of(Stage.SQL)["owner"] == "Second"


@pytest.mark.parametrize("wrong", [{"label": ""}, {"longest_rest_days": 0}, {"owner": "\0"}])
def test_what_cannot_be_is_refused_beside_its_field(
    olga: User, as_user: SignIn, wrong: dict[str, Any]
) -> None:
    answer = as_user(olga).post(reverse("definition-edit", args=["MQL"]), changed(Stage.MQL, **wrong))

    assert answer.status_code == 422
    assert not RevenueCycle.objects.exclude(stages={}).exists()


def test_a_stage_that_there_is_not_is_not_found(olga: User, as_user: SignIn) -> None:
    assert as_user(olga).get(reverse("definition-edit", args=["LEADER"])).status_code == 404
