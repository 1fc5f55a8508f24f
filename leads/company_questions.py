"""Keeps the question which account a company's name means where it fits several, and who waits for its answer (IN-7).

One question a name and country: whoever names it later waits with the others, or is told the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from leads import timeline
from leads.actors import Job
from leads.domain import identity
from leads.domain.signal import CompanyIn
from leads.models import Account, CompanyQuestion, CompanyWait, Lead

MATCHING = Job("company matching")


def answer_for(name_key: str, *, country: str) -> Account | None:
    """The account that operations has said the name means."""
    asked = CompanyQuestion.objects.filter(name_key=name_key[:200], country=country)
    found = asked.select_related("account").first()
    return found.account if found else None


def ask(company: CompanyIn, *, told: Mapping[str, Any], lead: Lead, now: datetime) -> CompanyQuestion:
    """Let `lead` wait for the answer; `told` is what is known of the company. Asking again changes nothing."""
    question, _ = CompanyQuestion.objects.get_or_create(
        name_key=identity.company_name_key(company.name)[:200],
        country=company.country,
        defaults={"name": company.name.strip()[:200], "told": dict(told), "asked_at": now},
    )
    _, waits_anew = CompanyWait.objects.get_or_create(
        lead=lead, defaults={"question": question, "since": now}
    )
    if waits_anew:
        asked = f"Which company “{question.name}” means is asked: several have that name"
        timeline.record(lead, timeline.Kind.NOTE, asked, by=MATCHING, at=now, question=question.pk)
    return question
