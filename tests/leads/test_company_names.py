"""A company's name that fits several accounts is asked and never guessed; groups of companies are no circles (P18)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from leads import audit, company_answers, hierarchy
from leads.company_answers import AlreadyAnswered
from leads.hierarchy import WouldBeCircle
from leads.models import Account, CompanyQuestion, Lead, User
from tests import factories

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def account(name: str, *, now: datetime, domain: str = "", country: str = "DE") -> Account:
    made = Account(name=name, name_key=name.lower(), domain=domain, country=country, created_at=now)
    made.save()
    return made


def arrive(email: str, *, now: datetime) -> Lead:
    """Somebody with a private address, of a company that has only a name."""
    company = {"name": "Acme GmbH", "country": "DE"}
    factories.receive(factories.signal("webinar_attended", email=email, company=company), now=now)
    return factories.lead_of(email)


@pytest.fixture
def two(ana: User, now: datetime) -> tuple[Account, Account]:
    """Two companies of one name."""
    return account("Acme", now=now, domain="acme.de"), account("Acme", now=now, domain="acme-berlin.de")


def test_name_that_fits_several_is_asked_once_and_makes_no_account(
    two: tuple[Account, Account], now: datetime
) -> None:
    first, second = arrive("eva@gmx.de", now=now), arrive("tom@gmx.de", now=now)

    question = CompanyQuestion.objects.get()
    assert (first.account, second.account) == (None, None)
    assert set(question.waits.values_list("lead", flat=True)) == {first.pk, second.pk}
    assert list(company_answers.candidates_of(question)) == list(two)
    assert Account.objects.count() == 2


def test_answer_holds_for_who_waits_and_for_who_comes(
    two: tuple[Account, Account], olga: User, now: datetime
) -> None:
    waits = arrive("eva@gmx.de", now=now)

    company_answers.choose(CompanyQuestion.objects.get(), two[1], by=olga, now=now + MINUTE)
    comes = arrive("tom@gmx.de", now=now + 2 * MINUTE)

    waits.refresh_from_db()
    assert (waits.account, comes.account) == (two[1], two[1])
    assert waits.stage == "LEAD"
    assert Account.objects.get(pk=two[1].pk).needs_score


def test_answer_that_is_taken_back_is_asked_again(
    two: tuple[Account, Account], olga: User, now: datetime
) -> None:
    arrive("eva@gmx.de", now=now)
    company_answers.choose(CompanyQuestion.objects.get(), two[1], by=olga, now=now)

    company_answers.ask_again(CompanyQuestion.objects.get(), by=olga, now=now + MINUTE)

    assert CompanyQuestion.objects.open().count() == 1
    said = {entry.action for entry in audit.of(f"account:{two[1].pk}")}
    assert said == {"company.answered", "company.asked_again"}


def test_new_company_is_made_of_what_was_told(
    two: tuple[Account, Account], olga: User, now: datetime
) -> None:
    waits = arrive("eva@gmx.de", now=now)

    company_answers.make_new(CompanyQuestion.objects.get(), by=olga, now=now)

    waits.refresh_from_db()
    assert waits.account is not None
    assert waits.account not in two
    assert (waits.account.name, waits.account.country) == ("Acme GmbH", "DE")


def test_second_answer_is_told_of_the_first(two: tuple[Account, Account], olga: User, now: datetime) -> None:
    arrive("eva@gmx.de", now=now)
    question = CompanyQuestion.objects.get()
    company_answers.choose(question, two[0], by=olga, now=now)

    with pytest.raises(AlreadyAnswered, match="Olga has already said"):
        company_answers.choose(question, two[1], by=olga, now=now)


def test_own_domain_asks_nothing(two: tuple[Account, Account], now: datetime) -> None:
    lead = arrive("eva@acme.de", now=now)

    assert lead.account == two[0]
    assert not CompanyQuestion.objects.exists()


# Groups


def test_company_cannot_own_what_it_belongs_to(olga: User, now: datetime) -> None:
    top, middle, low = (account(name, now=now) for name in ("Top", "Middle", "Low"))
    hierarchy.belong(middle, to=top, seen=None, by=olga, now=now)
    hierarchy.belong(low, to=middle, seen=None, by=olga, now=now)

    for owner, told in (
        (low, "Low belongs to Top already"),
        (middle, "already"),
        (top, "Top cannot own itself"),
    ):
        with pytest.raises(WouldBeCircle, match=told):
            hierarchy.belong(top, to=owner, seen=None, by=olga, now=now)

    assert [each.name for each in hierarchy.group_of(low).above] == ["Middle", "Top"]
    assert [entry.action for entry in audit.of(f"account:{low.pk}")] == ["account.group"]


def test_database_itself_refuses_a_circle(now: datetime) -> None:
    one, other = account("One", now=now), account("Other", now=now)
    Account.objects.filter(pk=one.pk).update(parent=other)

    with pytest.raises(IntegrityError, match="would belong to itself"):
        Account.objects.filter(pk=other.pk).update(parent=one)


def test_planted_circle_is_seen_and_costs_two_reads(now: datetime) -> None:
    ring = [account(f"Ring {number}", now=now) for number in range(5)]
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE leads_account DISABLE TRIGGER account_group_is_no_circle")
        for one, other in zip(ring, ring[1:] + ring[:1], strict=True):
            Account.objects.filter(pk=one.pk).update(parent=other)
        cursor.execute("ALTER TABLE leads_account ENABLE TRIGGER account_group_is_no_circle")

    with CaptureQueriesContext(connection) as reads:
        group = hierarchy.group_of(Account.objects.get(pk=ring[0].pk))

    assert group.is_circle
    assert [each.pk for each in group.above] == [each.pk for each in ring[1:]]
    assert len(reads) == 3  # the account itself, the way up, the companies on it
