"""What is known of a lead, in the attributes that conditions may ask about (scoring criteria, routing rules)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from leads.domain import persona
from leads.domain.conditions import Kind
from leads.domain.places import Place, place_of
from leads.models import Account, Lead

COMPANY_VOCABULARY = {
    "employees": Kind.NUMBER,
    "industry": Kind.TEXT,
    "technologies": Kind.LIST,
    "growth_stage": Kind.TEXT,
    "country": Kind.TEXT,
    "region": Kind.TEXT,
    "postal_code": Kind.CODE,
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
    "region": "region",
    "postal_code": "postal_code",
}
_OF_PLACE = ("country", "region", "postal_code")
PERSON_COLUMNS = ("title", *_OF_PLACE)
COMPANY_COLUMNS = tuple(_OF_COMPANY.values())
"""The columns of a lead and its company that facts are made of, in the order in which `facts_from` takes them."""
_OF_PERSON = attrgetter(*PERSON_COLUMNS)
_OF_EMPLOYER = attrgetter(*(name for name in COMPANY_COLUMNS if name != "technologies"))


def alike(lead: Lead) -> tuple[object, ...]:
    """What the facts of the lead are made of: leads of whom it is equal have the same facts."""
    account, person = lead.account, _OF_PERSON(lead)
    return person if account is None else (*person, *_OF_EMPLOYER(account), *account.technologies)


def facts_of(lead: Lead) -> dict[str, object]:
    """Attribute → value for everything that is known; what is not known is left out."""
    account = lead.account
    company = [getattr(account, name, None) for name in COMPANY_COLUMNS]
    return facts_from((lead.title, lead.country, lead.region, lead.postal_code, *company))


def facts_from(values: Sequence[Any]) -> dict[str, object]:
    """The same from the bare values of the columns, where those of a company that is not known are None."""
    title, country, region, postal_code, *company = values
    facts: dict[str, object] = dict(zip(_OF_COMPANY, company, strict=True))
    facts["title"] = title
    facts["department"] = persona.department_of(title)
    facts["seniority"] = persona.seniority_of(title)
    if region or postal_code or facts["region"] or facts["postal_code"]:
        place = place_of(Place(country or "", region, postal_code), _place_in(facts))
        facts |= {"country": place.country, "region": place.region, "postal_code": place.postal_code}
    else:
        facts["country"] = country or facts["country"]  # for very many leads: no place to put together
    return known(facts)


def where(lead: Lead) -> Place:
    """Where the person is, as far as they or their company say."""
    account = lead.account
    company = Place(account.country, account.region, account.postal_code) if account else Place()
    return place_of(Place(lead.country, lead.region, lead.postal_code), company)


def facts_of_account(account: Account) -> dict[str, object]:
    """Attribute → value for what the account's own row knows; deals are counted by who asks."""
    return known({**_company(account), "budget": account.budget, "in_dispute": account.in_dispute})


def known(facts: dict[str, object]) -> dict[str, object]:
    """The facts without those that say nothing."""
    return {name: value for name, value in facts.items() if value not in (None, "", [])}


def _place_in(facts: Mapping[str, object]) -> Place:
    return Place(*(str(facts[name] or "") for name in _OF_PLACE))


def _company(account: Account) -> dict[str, object]:
    return {attribute: getattr(account, name) for attribute, name in _OF_COMPANY.items()}
