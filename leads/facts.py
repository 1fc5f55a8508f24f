"""What is known of a lead, in the attributes that conditions may ask about (scoring criteria, routing rules)."""

from __future__ import annotations

from leads.domain import persona
from leads.domain.conditions import Kind
from leads.models import Lead

VOCABULARY = {
    "employees": Kind.NUMBER,
    "industry": Kind.TEXT,
    "technologies": Kind.LIST,
    "growth_stage": Kind.TEXT,
    "country": Kind.TEXT,
    "annual_revenue": Kind.NUMBER,
    "department": Kind.TEXT,
    "seniority": Kind.TEXT,
    "title": Kind.TEXT,
    "named_account": Kind.FLAG,
    "customer": Kind.FLAG,
}


def facts_of(lead: Lead) -> dict[str, object]:
    """Attribute → value for everything that is known; what is not known is left out."""
    facts: dict[str, object] = {
        "title": lead.title,
        "department": persona.department_of(lead.title),
        "seniority": persona.seniority_of(lead.title),
        "country": lead.country,
    }
    if lead.account is not None:
        facts |= {
            "employees": lead.account.employees,
            "industry": lead.account.industry,
            "technologies": lead.account.technologies,
            "growth_stage": lead.account.growth_stage,
            "annual_revenue": lead.account.annual_revenue,
            "named_account": lead.account.is_named,
            "customer": lead.account.is_customer,
            "country": lead.country or lead.account.country,
        }
    return {name: value for name, value in facts.items() if value not in (None, "", [])}
