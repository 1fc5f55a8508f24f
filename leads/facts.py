"""What is known of a lead, in the attributes that conditions may ask about (scoring criteria, routing rules)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from leads.domain import persona
from leads.domain.conditions import Kind
from leads.models import Account, Lead

COMPANY_VOCABULARY = {
    "employees": Kind.NUMBER,
    "industry": Kind.TEXT,
    "technologies": Kind.LIST,
    "growth_stage": Kind.TEXT,
    "country": Kind.TEXT,
    "annual_revenue": Kind.NUMBER,
    "named_account": Kind.FLAG,
    "customer": Kind.FLAG,
}
"""What conditions may ask about a company, whoever of its people is looked at."""

VOCABULARY = {
    **COMPANY_VOCABULARY,
    "department": Kind.TEXT,
    "seniority": Kind.TEXT,
    "title": Kind.TEXT,
}
"""What conditions may ask about a lead and its company."""

ACCOUNT_VOCABULARY = {
    **COMPANY_VOCABULARY,
    "budget": Kind.TEXT,
    "in_dispute": Kind.FLAG,
    "open_opportunities": Kind.NUMBER,
    "wins_in_industry": Kind.NUMBER,
}
"""What conditions may ask about a company as an account: what is known of it, and what we did together."""


# attribute of a company → its column
_OF_COMPANY = {
    "employees": "employees",
    "industry": "industry",
    "technologies": "technologies",
    "growth_stage": "growth_stage",
    "annual_revenue": "annual_revenue",
    "named_account": "is_named",
    "customer": "is_customer",
    "country": "country",
}
PERSON_COLUMNS = ("title", "country")
COMPANY_COLUMNS = tuple(_OF_COMPANY.values())
"""The columns of a lead and its company that facts are made of, in the order in which `facts_from` takes them."""


def facts_of(lead: Lead) -> dict[str, object]:
    """Attribute → value for everything that is known; what is not known is left out."""
    company = [getattr(lead.account, name, None) for name in COMPANY_COLUMNS]
    return facts_from((lead.title, lead.country, *company))


def facts_from(values: Sequence[Any]) -> dict[str, object]:
    """The same from the bare values of the columns, where those of a company that is not known are None."""
    title, country, *company = values
    facts: dict[str, object] = dict(zip(_OF_COMPANY, company, strict=True))
    facts["title"] = title
    facts["department"] = persona.department_of(title)
    facts["seniority"] = persona.seniority_of(title)
    facts["country"] = country or facts["country"]
    return known(facts)


def facts_of_account(account: Account) -> dict[str, object]:
    """Attribute → value for what the account's own row knows; deals are counted by who asks."""
    return known({**_company(account), "budget": account.budget, "in_dispute": account.in_dispute})


def known(facts: dict[str, object]) -> dict[str, object]:
    """The facts without those that say nothing."""
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _company(account: Account) -> dict[str, object]:
    return {attribute: getattr(account, name) for attribute, name in _OF_COMPANY.items()}
