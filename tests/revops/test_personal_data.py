"""The registry of personal data: every table and every field that can hold words has been looked at (P38, P39)."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models

from leads import merging
from leads.models import Lead, User
from leads.personal_data import holds_words
from revops.privacy import personal_data
from tests import factories


def test_every_table_and_every_field_that_can_hold_words_is_decided() -> None:
    assert list(personal_data.undecided(apps.get_models(include_auto_created=True))) == []


def test_every_field_that_is_decided_is_there() -> None:
    for table in personal_data.TABLES:
        for name in table.decided():
            assert table.model._meta.get_field(name), table.model._meta.label


def test_no_table_is_said_twice() -> None:
    said = [table.model for table in personal_data.TABLES]

    assert len(said) == len(set(said))


def test_a_table_of_which_nobody_said_anything_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    without_sessions = tuple(each for each in personal_data.TABLES if each.model is not Session)
    monkeypatch.setattr(personal_data, "TABLES", without_sessions)

    [told] = personal_data.undecided(apps.get_models())

    assert told.startswith("django.contrib.sessions.models.Session: say in its app's personal_data.py")


@pytest.mark.parametrize(
    "field",
    [models.TextField(), models.EmailField(), models.JSONField(), models.BinaryField(), models.FileField()],
)
def test_whatever_can_hold_words_is_asked_for(field: models.Field[object, object]) -> None:
    assert holds_words(field)


def test_a_list_of_choices_and_a_figure_hold_no_words() -> None:
    assert not holds_words(models.CharField(choices=[("A", "Good")]))
    assert not holds_words(models.IntegerField())


def test_a_person_is_every_lead_that_was_merged_with_them(ana: User, olga: User, now: datetime) -> None:
    for email in ("eva@acme.example", "e.klein@acme.example", "eva.klein@gmx.example"):
        factories.receive(factories.signal("webinar_attended", email=email), now=now)
    first, second, third = Lead.objects.order_by("pk")
    merging.merge(first, into=second, by=olga, now=now)
    merging.merge(second, into=third, by=olga, now=now)

    for lead in (first, second, third):
        person = personal_data.person_of(lead)
        assert sorted(person.leads) == [first.pk, second.pk, third.pk]
        assert len(person.known.keys) == 3


def test_a_whole_name_that_somebody_else_has_says_nothing(ana: User, now: datetime) -> None:
    factories.receive(factories.signal("webinar_attended"), now=now)
    alone = personal_data.person_of(Lead.objects.get())

    factories.receive(factories.signal("webinar_attended", email="eva@other.example"), now=now)
    shared = personal_data.person_of(factories.lead_of("eva@acme.example"))

    assert "Eva Klein" in alone.known.names
    assert shared.known.names == frozenset()
