"""Whose word each fact of a person is, by every door (IN-9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from leads import enrichment_setup, merging, person_origins
from leads.domain import whose_word
from leads.domain.precedence import Origin
from leads.models import Lead, Source, User
from tests import factories

pytestmark = pytest.mark.django_db

LATER = timedelta(days=1)


def hear(now: datetime, *, sender: str, kind: Origin, by: User, **facts: Any) -> Lead:
    """What a source of that kind tells of Eva."""
    source = factories.source(sender)
    enrichment_setup.set_origin(source, kind, by=by, now=now)
    payload = factories.signal("page_view", email="eva@acme.com")
    payload["person"] = {"email": "eva@acme.com", **facts}
    factories.receive(payload, now=now, sender=Source.objects.get(name=sender))
    return Lead.objects.get(email_key="eva@acme.com")


def test_form_overrules_a_list_and_a_list_does_not_overrule_a_form(now: datetime, olga: User) -> None:
    hear(now, sender="list", kind=Origin.CRM, by=olga, title="VP", phone="+493090182000", first_name="Eva")
    hear(now + LATER, sender="form", kind=Origin.SELF, by=olga, title="CEO")
    eva = hear(now + 2 * LATER, sender="list", kind=Origin.CRM, by=olga, title="CFO", last_name="Weiß")

    holders = whose_word.holders(eva.origins)
    assert (eva.first_name, eva.last_name, eva.title) == ("Eva", "Weiß", "CEO")
    assert {fact: (told.by, told.at) for fact, told in holders.items()} == {
        "title": ("form", now + LATER),
        "phone": ("list", now),
        "first_name": ("list", now),
        "last_name": ("list", now + 2 * LATER),
    }
    assert [(one.kept, one.other) for one in person_origins.conflicts(eva)] == [("CEO", "CFO")]


def test_order_that_operations_decide_for_a_fact_of_people_holds_from_the_next_word(
    now: datetime, olga: User
) -> None:
    crm_first = [Origin.CRM, Origin.SELF, Origin.ENRICHMENT, Origin.INFERRED]
    hear(now, sender="form", kind=Origin.SELF, by=olga, title="CEO", last_name="Weiß")

    enrichment_setup.order_facts({"title": crm_first}, by=olga, now=now)
    eva = hear(now + LATER, sender="list", kind=Origin.CRM, by=olga, title="CFO", last_name="Weiss")

    assert (eva.title, eva.last_name) == ("CFO", "Weiß")


def test_another_country_that_is_believed_takes_the_old_region_along(now: datetime, olga: User) -> None:
    hear(now, sender="list", kind=Origin.CRM, by=olga, country="US", region="CA", postal_code="94110")

    eva = hear(now, sender="form", kind=Origin.SELF, by=olga, country="DE", postal_code="10115")

    assert (eva.country, eva.region, eva.postal_code) == ("DE", "", "10115")
    assert set(whose_word.holders(eva.origins)) == {"country", "postal_code"}


def test_region_of_a_country_that_is_not_believed_says_nothing(now: datetime, olga: User) -> None:
    hear(now, sender="form", kind=Origin.SELF, by=olga, country="DE")

    eva = hear(now, sender="list", kind=Origin.CRM, by=olga, country="US", region="CA")

    assert (eva.country, eva.region) == ("DE", "")


def test_person_known_before_words_were_kept_is_kept_as_known(now: datetime, olga: User) -> None:
    hear(now, sender="form", kind=Origin.SELF, by=olga, title="CEO")
    Lead.objects.update(origins=None)

    eva = hear(now, sender="list", kind=Origin.CRM, by=olga, title="VP")

    assert eva.title == "CEO"
    assert [(one.kept_told.by, one.other) for one in person_origins.conflicts(eva)] == [("", "VP")]


def test_merge_brings_the_words_along_and_its_undoing_takes_them_back(now: datetime, olga: User) -> None:
    duplicate = hear(now, sender="list", kind=Origin.CRM, by=olga, title="VP", first_name="Eva")
    payload = factories.signal("page_view", email="e.weiss@acme.com")
    factories.receive({**payload, "person": {"email": "e.weiss@acme.com"}}, now=now)
    survivor = Lead.objects.get(email_key="e.weiss@acme.com")
    before = survivor.origins

    merged = merging.merge(duplicate, into=survivor, by=olga, now=now + LATER)

    survivor.refresh_from_db()
    assert whose_word.holders(survivor.origins)["title"].by == "list"

    merging.undo(merged, by=olga, now=now + 2 * LATER)

    survivor.refresh_from_db()
    assert (survivor.title, survivor.origins) == ("", before)
