"""Objects that are made without a model's constructor are what the ORM would have made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db.models import Model
from pytest_django import DjangoAssertNumQueries

from leads import quick_rows
from leads.models import Account, Lead

pytestmark = pytest.mark.django_db


def said_by(made: Model) -> dict[str, Any]:
    return {name: value for name, value in vars(made).items() if name != "_state"}


def test_rows_that_are_read_are_those_that_the_orm_reads(now: datetime) -> None:
    Lead.objects.create(first_name="Eva", created_at=now)

    (found,) = quick_rows.read(Lead.objects.all())

    assert said_by(found) == said_by(Lead.objects.get())


def test_a_fresh_object_has_the_defaults_of_its_model_and_can_be_saved(now: datetime) -> None:
    made = quick_rows.fresh(Lead, {"first_name": "Eva", "created_at": now})

    made.save(force_insert=True)

    assert Lead.objects.get().name == "Eva"
    assert said_by(made) | {"id": None} == said_by(Lead(first_name="Eva", created_at=now))


def test_what_is_not_told_of_a_row_is_read_when_asked_for(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    stored = Lead.objects.create(first_name="Eva", title="CEO", created_at=now)

    known = quick_rows.kept(Lead, {"id": stored.pk, "first_name": "Eva"})

    with django_assert_num_queries(0):
        assert known.first_name == "Eva"
    with django_assert_num_queries(1):
        assert known.title == "CEO"


def test_a_twin_keeps_what_it_was_whatever_becomes_of_the_first(now: datetime) -> None:
    first, other = (Account.objects.create(name=name, created_at=now) for name in ("Acme", "Globex"))
    lead = Lead.objects.create(first_name="Eva", account=first, created_at=now)

    twin = quick_rows.twin(lead)
    lead.first_name, lead.account = "Ada", other

    assert (twin.first_name, twin.account, twin.account_id) == ("Eva", first, first.pk)
    assert twin == lead


def test_rows_that_name_the_same_have_it_at_hand(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    acme = Account.objects.create(name="Acme", created_at=now)
    for name, account in (("Eva", acme), ("Tom", acme), ("Kim", None)):
        Lead.objects.create(first_name=name, account=account, created_at=now)
    rows = quick_rows.read(Lead.objects.order_by("pk"))

    with django_assert_num_queries(1):
        quick_rows.bring(rows, "account")

    with django_assert_num_queries(0):
        assert [row.account for row in rows] == [acme, acme, None]


def test_a_row_points_where_setting_its_relation_points(now: datetime) -> None:
    acme = Account.objects.create(name="Acme", created_at=now)
    one, other = Lead(first_name="Eva", created_at=now), Lead(first_name="Eva", created_at=now)

    for account in (acme, None, acme):
        one.account = account
        quick_rows.point(other, "account", account)

        assert said_by(other) == said_by(one)
        assert other.account == account

    other.save()
    assert Lead.objects.get().account == acme
