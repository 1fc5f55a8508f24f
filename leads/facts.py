"""What is known of a lead, in the attributes that conditions may ask about (scoring criteria, routing rules)."""

from __future__ import annotations

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


def facts_of(lead: Lead) -> dict[str, object]:
    """Attribute → value for everything that is known; what is not known is left out."""
    facts: dict[str, object] = {
        "title": lead.title,
        "department": persona.department_of(lead.title),
        "seniority": persona.seniority_of(lead.title),
        "country": lead.country,
    }
    if lead.account is not None:
        facts |= _company(lead.account) | {"country": lead.country or lead.account.country}
    return known(facts)


def facts_of_account(account: Account) -> dict[str, object]:
    """Attribute → value for what the account's own row knows; deals are counted by who asks."""
    return known({**_company(account), "budget": account.budget, "in_dispute": account.in_dispute})


def known(facts: dict[str, object]) -> dict[str, object]:
    """The facts without those that say nothing."""
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _company(account: Account) -> dict[str, object]:
    return {
        "employees": account.employees,
        "industry": account.industry,
        "technologies": account.technologies,
        "growth_stage": account.growth_stage,
        "annual_revenue": account.annual_revenue,
        "named_account": account.is_named,
        "customer": account.is_customer,
        "country": account.country,
    }
