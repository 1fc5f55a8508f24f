"""The market of the demo company: companies that fit more or less, and the people in them, always the same ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from random import Random
from typing import Any, TypeVar

from leads.domain import persona
from revops.demo import vocabulary as words
from scoring.domain import criteria, seed

ACCOUNTS = 400
PEOPLE = 2_000
Option = TypeVar("Option")


@dataclass(frozen=True)
class Company:
    """A company as a sender would describe it."""

    name: str
    domain: str
    region: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Person:
    """Somebody who works there."""

    company: Company
    fields: dict[str, str]

    @property
    def name(self) -> str:
        """Who they are, and where."""
        return f"{self.fields['first_name']} {self.fields['last_name']}, {self.company.name}"

    @cached_property
    def fit(self) -> float:
        """What the seeded scorecard will say, 0–100."""
        title = self.fields["title"]
        roles = {"department": persona.department_of(title), "seniority": persona.seniority_of(title)}
        facts = {**self.company.facts, **{name: value for name, value in roles.items() if value}}
        return criteria.score(seed.FIT, facts).value


def companies(random: Random, *, how_many: int = ACCOUNTS) -> list[Company]:
    """Companies spread over the three regions, some elsewhere; no two have the same name."""
    pairs = _pairs()
    regions = random.choices(
        list(words.REGIONS), weights=[one.share for one in words.REGIONS.values()], k=how_many
    )
    return [_company(next(pairs), region, random) for region in regions]


def people(companies: Sequence[Company], random: Random, *, how_many: int = PEOPLE) -> list[Person]:
    """People in them, a few at most companies and many at some; no two have the same address."""
    weights = [random.paretovariate(1.4) for _ in companies]
    chosen = [*companies, *random.choices(companies, weights=weights, k=how_many - len(companies))]
    taken: set[str] = set()
    return [_person(company, taken, random) for company in chosen[:how_many]]


def pick(options: Sequence[tuple[Option, int]], random: Random) -> Option:
    """One of the options, by weight."""
    return random.choices([option for option, _ in options], weights=[weight for _, weight in options])[0]


def _pairs() -> Iterator[str]:
    """Words that make names, each pair once."""
    for distance in count(1):
        for place, stem in enumerate(words.STEMS):
            yield stem + words.STEMS[(place + distance * 7) % len(words.STEMS)].lower()


def _company(stem: str, region_name: str, random: Random) -> Company:
    region = words.REGIONS[region_name]
    industry, trade = pick(words.INDUSTRIES, random)
    name = f"{stem} {trade} {random.choice(region.forms)}"
    facts: dict[str, Any] = {"name": name, "country": pick(region.countries, random), "industry": industry}
    facts |= _whereabouts(facts)
    if random.random() < words.SIZE_IS_KNOWN:
        employees = int(min(12_000, 30 * random.paretovariate(0.7)))
        facts |= {"employees": employees, "annual_revenue": employees * random.choice((90, 120, 160)) * 1000}
    if random.random() < words.TECHNOLOGY_IS_KNOWN:
        facts |= {"technologies": pick(words.STACKS, random), "growth_stage": pick(words.STAGES, random)}
    return Company(name, f"{_slug(stem)}-{_slug(trade)}.example", region_name, facts)


def _whereabouts(facts: dict[str, Any]) -> dict[str, str]:
    """Its region and post code, by its name alone: whatever else is drawn stays as it was."""
    places = words.WHERE[facts["country"]]
    region, postal_code = places[sum(map(ord, facts["name"])) % len(places)]
    return {"region": region, "postal_code": postal_code}


def _person(company: Company, taken: set[str], random: Random) -> Person:
    region = words.REGIONS[company.region]
    first, last = random.choice(region.first_names), random.choice(region.last_names)
    country = str(company.facts["country"])
    fields = {
        "email": _address(f"{_slug(first)}.{_slug(last)}", company, taken),
        "first_name": first,
        "last_name": last,
        "title": pick(words.TITLES, random),
        "country": country,
    }
    if random.random() < words.PHONE_IS_KNOWN:
        blocks, digits = words.FICTION[country]
        fields["phone"] = f"{random.choice(blocks)}{random.randrange(10**digits):0{digits}}"
    return Person(company, fields)


def _address(name: str, company: Company, taken: set[str]) -> str:
    for number in count(1):
        address = f"{name}{number if number > 1 else ''}@{company.domain}"
        if address not in taken:
            taken.add(address)
            return address
    raise AssertionError  # counting never ends


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())
