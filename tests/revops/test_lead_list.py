"""The list of leads: who sees whom, what is found, and pages by keyset."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.domain.stages import Stage
from leads.models import Account, Lead, User
from revops.lead_list import PAGE
from routing import handoffs
from scoring.models import Score
from tests import factories
from tests.conftest import SignIn


@pytest.fixture
def desk(ana: User, as_user: SignIn) -> Client:
    return as_user(ana)


def listed(client: Client, **asked: str) -> Any:
    response = client.get(reverse("leads"), asked)
    assert response.status_code == 200
    return response


def emails(response: Any) -> list[str]:
    return [line.lead.email for line in response.context["lines"]]


def many(count: int, *, owner: User, now: datetime) -> list[Lead]:
    """Leads of `owner`, the oldest first; without visits, for the list does not need them."""
    return Lead.objects.bulk_create(
        [
            Lead(
                email=f"p{number}@many.example",
                email_key=f"p{number}@many.example",
                first_name=f"Person {number}",
                owner=owner,
                team=owner.team,
                created_at=now,
            )
            for number in range(count)
        ]
    )


def test_each_role_sees_the_leads_it_may_know_of(
    *, ana: User, bob: User, mia: User, charlie: User, olga: User, as_user: SignIn, now: datetime
) -> None:
    factories.handoff(now=now)
    marketer, viewer = factories.person("max", role="MARKETER"), factories.person("vera")

    seen = {
        user.name: emails(listed(as_user(user))) for user in (ana, bob, mia, charlie, olga, marketer, viewer)
    }

    hers = ["eva@acme.example"]
    assert seen == {
        "Ana": hers,
        "Bob": hers,
        "Mia": hers,
        "Charlie": [],
        "Olga": hers,
        "Max": hers,
        "Vera": hers,
    }


def test_a_search_finds_by_name_address_and_company_all_words_together(desk: Client, now: datetime) -> None:
    factories.handoff(now=now)
    lukas = {**factories.signal()["person"], "email": "lukas@kolibri.example", "first_name": "Lukas"}
    factories.handoff(
        now=now, email="lukas@kolibri.example", person=lukas, company={**factories.COMPANY, "name": "Kolibri"}
    )

    assert emails(listed(desk, q="eva")) == ["eva@acme.example"]
    assert emails(listed(desk, q="KOLIBRI klein")) == ["lukas@kolibri.example"]
    assert emails(listed(desk, q="lukas@")) == ["lukas@kolibri.example"]
    assert emails(listed(desk, q="eva kolibri")) == []


@pytest.mark.parametrize("few", [0, 1000])
def test_a_company_is_found_by_its_name_and_by_its_domain_be_there_few_or_many(
    few: int, desk: Client, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leads.models.lead.FEW_COMPANIES", few)
    factories.handoff(now=now)
    Lead.objects.update(email="eva@elsewhere.example")
    Account.objects.update(name="Kolibri Li", domain="kolibri-soft.example")

    for found in ("kolibri", "LIBR", "soft.ex", "li", "kolibri li eva"):
        assert emails(listed(desk, q=found)) == ["eva@elsewhere.example"], found
    for lost in ("kolibris", "lk", "kolibri zz"):
        assert emails(listed(desk, q=lost)) == [], lost


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("found", "index"),
    [(Lead.objects, "lead_by_words"), (Account.objects, "account_by_words")],
)
def test_a_word_of_three_letters_is_found_by_an_index(found: Any, index: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_indexscan = off")

        assert index in found.matching("eva").explain()
        assert index not in found.matching("ev").explain()


def test_a_search_never_finds_another_teams_lead(
    *, ana: User, charlie: User, as_user: SignIn, now: datetime
) -> None:
    factories.handoff(now=now)

    assert emails(listed(as_user(charlie), q="eva")) == []


@pytest.mark.parametrize(
    "q", ["\x00", "eva\x00", "%", "_", "'; drop table leads_lead; --", "x" * 5000, "بحث", "a " * 150, "\\"]
)
def test_any_words_are_answered(q: str, desk: Client, now: datetime) -> None:
    factories.handoff(now=now)

    listed(desk, q=q)


def test_signs_of_patterns_mean_themselves(desk: Client, now: datetime) -> None:
    factories.handoff(now=now)

    assert emails(listed(desk, q="%")) == []
    assert emails(listed(desk, q="_")) == []
    assert emails(listed(desk, q="eva\x00")) == ["eva@acme.example"]


def test_a_stage_narrows_the_list_and_an_unknown_one_does_not(desk: Client, now: datetime) -> None:
    factories.handoff(now=now)

    assert emails(listed(desk, stage="MQL")) == ["eva@acme.example"]
    assert emails(listed(desk, stage="SAL")) == []
    assert emails(listed(desk, stage="no such stage")) == ["eva@acme.example"]


def test_a_grade_narrows_the_list_to_the_fits_that_earn_it(desk: Client, now: datetime) -> None:
    factories.handoff(now=now)
    for fit, letter in ((75, "A"), (74.9, "B"), (50, "B"), (25, "C"), (24.9, "D"), (0, "D"), (100, "A")):
        Score.objects.update(fit=fit)

        found = {asked: emails(listed(desk, grade=asked)) for asked in "ABCD"}

        assert found == {each: ["eva@acme.example"] if each == letter else [] for each in "ABCD"}
        assert listed(desk).context["lines"][0].grade == letter


def test_a_lead_without_a_score_has_no_grade_and_an_unknown_grade_narrows_nothing(
    desk: Client, ana: User, now: datetime
) -> None:
    many(1, owner=ana, now=now)

    assert [line.grade for line in listed(desk, grade="AB").context["lines"]] == [""]
    assert emails(listed(desk, grade="D")) == []


def test_a_lead_is_listed_where_it_stands_and_not_where_it_stood(
    desk: Client, ana: User, now: datetime
) -> None:
    handoffs.accept(factories.waiting("eva", now=now), by=ana, now=now)

    found = {stage: emails(listed(desk, stage=stage)) for stage in ("LEAD", "MQL", "SAL", "SQL")}

    assert found == {"LEAD": [], "MQL": [], "SAL": ["eva@eva.example"], "SQL": []}


def test_a_line_says_the_stage_in_words_and_since_when(desk: Client, now: datetime) -> None:
    factories.handoff(now=now)

    line = listed(desk).context["lines"][0]

    assert (line.stage, line.since) == (Stage.MQL.label, now)


def test_pages_follow_one_another_without_a_gap_and_back(desk: Client, ana: User, now: datetime) -> None:
    leads = [lead.pk for lead in many(2 * PAGE + 1, owner=ana, now=now)][::-1]

    def pks(response: Any) -> list[int]:
        return [line.lead.pk for line in response.context["lines"]]

    first = listed(desk)
    second: Any = desk.get(first.context["older_url"])
    last: Any = desk.get(second.context["older_url"])
    back: Any = desk.get(last.context["newer_url"])
    front: Any = desk.get(back.context["newer_url"])

    assert pks(first) + pks(second) + pks(last) == leads
    assert (pks(back), pks(front)) == (pks(second), pks(first))
    assert (first.context["newer_url"], last.context["older_url"], front.context["newer_url"]) == ("", "", "")


def test_pages_keep_what_was_asked(desk: Client, ana: User, now: datetime) -> None:
    many(PAGE + 1, owner=ana, now=now)

    older = listed(desk, q="person", stage="SUBSCRIBER").context["older_url"]

    assert "q=person" in older
    assert "stage=SUBSCRIBER" in older


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 18, "9" * 30, "9" * 5000, "١"])
@pytest.mark.parametrize("name", ["before", "after"])
def test_any_number_in_the_address_is_answered(
    *, name: str, number: str, desk: Client, ana: User, now: datetime
) -> None:
    many(1, owner=ana, now=now)

    listed(desk, **{name: number})


def test_a_full_page_is_read_as_often_as_one_line(desk: Client, ana: User, now: datetime) -> None:
    def reads() -> int:
        with CaptureQueriesContext(connection) as queries:
            listed(desk)
        return len(queries)

    factories.handoff(now=now)
    one = reads()
    many(PAGE, owner=ana, now=now)

    assert reads() == one


def test_an_empty_list_says_what_to_do(desk: Client) -> None:
    assert "There are no leads yet" in listed(desk).content.decode()
    assert "Show all leads" in listed(desk, q="nobody").content.decode()


def test_a_fresh_installation_leads_revenue_operations_to_what_is_set_up_first(
    ana: User, olga: User, as_user: SignIn, now: datetime
) -> None:
    ops = as_user(olga)

    begin = ops.get(reverse("home"), follow=True)

    assert begin.redirect_chain == [(reverse("leads"), 302)]
    links = [link["url"] for link in begin.context["empty"]["links"]]
    assert [ops.get(url).status_code for url in links] == [200] * 7
    factories.handoff(now=now)
    assert ops.get(reverse("home")).headers["Location"] == reverse("scorecards")


def test_marketing_is_told_how_leads_come(model: object, as_user: SignIn) -> None:
    marketing = as_user(factories.person("tom", role="MARKETER"))

    links = [link["url"] for link in listed(marketing).context["empty"]["links"]]

    assert [marketing.get(url).status_code for url in links] == [200, 200]
