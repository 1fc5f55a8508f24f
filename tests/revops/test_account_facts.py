"""A fact that came with one person of a company is a fact of all of them, a minute later at most (SC-1, SC-9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from leads.models import Account, User
from revops import account_facts
from routing.models import Handoff
from scoring import accounts, verification
from scoring.models import AccountScore, Score
from tests import factories

BLANK: dict[str, Any] = {
    "industry": "",
    "employees": None,
    "technologies": [],
    "growth_stage": "",
    "annual_revenue": None,
}
SECOND = timedelta(seconds=1)


def arrive(name: str, *, now: datetime, kind: str = "page_view", **company: Any) -> None:
    """Somebody of Acme does something, and says of the company what is given."""
    person = {**factories.signal()["person"], "email": f"{name}@acme.example"}
    made = {**factories.COMPANY, **company}
    factories.receive(factories.signal(kind, person=person, company=made), now=now)


def fit_of(name: str) -> float:
    return Score.objects.get(lead=factories.lead_of(f"{name}@acme.example")).fit


def test_a_colleagues_facts_score_everybody_of_the_company(ana: User, now: datetime) -> None:
    arrive("eva", now=now, **BLANK)
    before = fit_of("eva")

    arrive("tom", now=now + SECOND)
    assert account_facts.score_due(now=now + SECOND) == 1

    assert before < fit_of("eva") == fit_of("tom")
    assert list(verification.differences()) == []
    assert not Account.objects.get().needs_score


def test_whoever_passes_the_gate_by_it_is_handed_over_once(ana: User, now: datetime) -> None:
    for kind in ("webinar_attended", "case_study", "pricing_page"):
        arrive("eva", now=now, kind=kind, **BLANK)
    assert factories.lead_of("eva@acme.example").stage == "LEAD"

    arrive("tom", now=now + SECOND)
    account_facts.score_due(now=now + SECOND)
    Account.objects.update(needs_score=True)
    account_facts.score_due(now=now + SECOND)

    handoff = Handoff.objects.get()
    assert (handoff.lead.email, handoff.assignee) == ("eva@acme.example", ana)
    assert (handoff.trigger, handoff.source) == ("company_facts", "Company facts")
    assert handoff.lead.stage == "MQL"


def test_the_flag_stays_while_somebody_could_not_be_scored(ana: User, now: datetime) -> None:
    arrive("eva", now=now, **BLANK)
    arrive("tom", now=now)
    eva = Score.objects.filter(lead=factories.lead_of("eva@acme.example"))
    eva.update(updated_at=now + SECOND)  # scored by a clock that is ahead

    account_facts.score_due(now=now)
    waits = Account.objects.get().needs_score
    account_facts.score_due(now=now + SECOND)

    assert waits
    assert not Account.objects.get().needs_score
    assert fit_of("eva") == fit_of("tom")


def test_facts_that_come_while_people_are_scored_keep_the_flag(ana: User, now: datetime) -> None:
    for kind in ("webinar_attended", "case_study", "pricing_page"):
        arrive("eva", now=now, kind=kind)
    Score.objects.update(updated_at=now)
    eva = factories.lead_of("eva@acme.example")
    type(eva).objects.filter(pk=eva.pk).update(stage="LEAD")

    def news_come(lead_id: int) -> bool:
        assert lead_id == eva.pk
        return bool(Account.objects.update(employees=4000, needs_score=True))

    accounts.score_due(now=now, ask_gate=news_come)

    assert Account.objects.get().needs_score


def test_wrong_score_of_an_account_is_named(ana: User, now: datetime) -> None:
    arrive("eva", now=now)
    account_facts.score_due(now=now)
    sound = list(accounts.differences(now=now))

    right = AccountScore.objects.get().value
    AccountScore.objects.update(value=1)

    account = Account.objects.get()
    assert sound == []
    assert list(accounts.differences(now=now)) == [
        f"Account {account.pk}: value is stored as 1.0, its facts and deals give {right}."
    ]
