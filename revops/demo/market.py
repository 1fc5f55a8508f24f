"""The market of the demo company: companies that fit more or less, and the people in them, always the same ones."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from random import Random

from revops.demo.organisation import AMERICA, DACH, ISLES

ACCOUNTS = 400
PEOPLE = 2_000
NAMED = 12

STEMS = (
    "Alba Arbor Argent Atlas Aurora Basalt Beacon Birch Bright Cadence Calder Cedar Cinder Clear Cobalt Copper Coral "
    "Crest Cypress Delta Drift Ember Fathom Fern Field Flint Fjord Garnet Granite Harbor Hazel Heron Indigo Iron Juniper "
    "Kestrel Lantern Larch Linden Lumen Maple Marble Meridian Mistral Nimbus North Oak Onyx Orchard Osprey Pebble Pine "
    "Quarry Quill Raven Ridge River Rowan Sable Saffron Sage Sierra Silver Slate Solstice Sparrow Spruce Sterling Stone "
    "Summit Swift Tern Thistle Timber Topaz Vale Vertex Vista Willow Wren Zenith"
).split()
TAILS = {
    DACH.name: ("Software GmbH", "Systeme AG", "Digital GmbH", "Logistik GmbH", "Technik AG"),
    ISLES.name: ("Software Ltd", "Analytics Ltd", "Payments plc", "Logistics Ltd", "Labs Ltd"),
    AMERICA.name: ("Software Inc", "Cloud Inc", "Health Inc", "Logistics LLC", "Robotics Inc"),
}
FIRST_NAMES = {
    DACH.name: "Anna Bernd Clara Dirk Eva Florian Greta Hannes Ines Jürgen Katja Lukas Maike Nils Ole Petra Sönke Uwe".split(),
    ISLES.name: "Alice Ben Chloe Declan Eilidh Fergus Grace Harry Imogen Jack Kieran Lily Maeve Noah Orla Rhys Sian".split(),
    AMERICA.name: "Amy Brian Carla Derek Elena Frank Gina Hector Isabel Jamal Karen Luis Monica Nathan Olivia Ravi".split(),
}
LAST_NAMES = {
    DACH.name: "Albrecht Brandt Dietrich Engel Fischer Größl Huber Jansen Köhler Lehmann Meier Neumann Öztürk Schäfer".split(),
    ISLES.name: "Ahmed Brennan Clarke Doyle Evans Fraser Gallagher Hughes Kelly Lewis Murphy O'Brien Patel Stewart".split(),
    AMERICA.name: "Alvarez Brooks Chen Diaz Edwards Foster Garcia Hayes Johnson Kim Martinez Nguyen Parker Reed".split(),
}
# (title, how many of a hundred)
TITLES = (
    ("VP Marketing", 9),
    ("Head of Sales", 9),
    ("Chief Revenue Officer", 4),
    ("Director of Marketing Operations", 8),
    ("Revenue Operations Manager", 14),
    ("Marketing Manager", 16),
    ("Sales Development Manager", 8),
    ("CRM Administrator", 8),
    ("Finance Director", 6),
    ("Software Engineer", 8),
    ("HR Manager", 5),
    ("", 5),
)
INDUSTRIES = (
    ("Software", 40),
    ("Financial services", 14),
    ("Logistics", 12),
    ("Manufacturing", 12),
    ("Healthcare", 8),
    ("Retail", 14),
)
STAGES = (("series a", 18), ("series b", 26), ("series c", 14), ("growth", 18), ("seed", 10), ("mature", 14))
STACKS = (
    (["Salesforce", "HubSpot"], 24),
    (["Salesforce", "Marketo"], 14),
    (["HubSpot"], 22),
    (["Pipedrive"], 14),
    (["Google Analytics"], 14),
    ([], 12),
)
COUNTRIES = {
    DACH.name: (("DE", 70), ("AT", 15), ("CH", 15)),
    ISLES.name: (("GB", 85), ("IE", 15)),
    AMERICA.name: (("US", 85), ("CA", 15)),
}
DIALS = {
    "DE": "+49 30 9018",
    "AT": "+43 1 5880",
    "CH": "+41 44 668",
    "GB": "+44 20 7946",
    "IE": "+353 1 679",
    "US": "+1 212 736",
    "CA": "+1 416 392",
}


@dataclass(frozen=True)
class Company:
    """A company as a sender would describe it."""

    name: str
    domain: str
    region: str
    facts: dict[str, object]


@dataclass(frozen=True)
class Person:
    """Somebody who works there."""

    company: Company
    fields: dict[str, str]

    @property
    def email(self) -> str:
        """The address by which they are known."""
        return self.fields["email"]


def companies(random: Random) -> list[Company]:
    """Four hundred, spread over the three regions."""
    regions = random.choices((DACH.name, ISLES.name, AMERICA.name), weights=(38, 27, 35), k=ACCOUNTS)
    return [_company(number, region, random) for number, region in enumerate(regions)]


def people(companies: list[Company], random: Random) -> list[Person]:
    """Two thousand, a few at most companies and many at some."""
    weights = [random.paretovariate(1.4) for _ in companies]
    chosen = [*companies, *random.choices(companies, weights=weights, k=PEOPLE - len(companies))]
    return [_person(number, company, random) for number, company in enumerate(chosen)]


def pick(options: tuple[tuple[object, int], ...], random: Random) -> object:
    """One of the options, by weight."""
    return random.choices([option for option, _ in options], weights=[weight for _, weight in options])[0]


def _company(number: int, region: str, random: Random) -> Company:
    stem = STEMS[number % len(STEMS)]
    second = (
        STEMS[(number * 7 + number // len(STEMS) * 13 + 3) % len(STEMS)].lower()
        if number >= len(STEMS)
        else ""
    )
    name = f"{stem}{second} {random.choice(TAILS[region])}"
    country = pick(COUNTRIES[region], random)
    facts: dict[str, object] = {"name": name, "country": country, "industry": pick(INDUSTRIES, random)}
    if random.random() < 0.92:  # noqa: PLR2004 - of some companies the size is not known
        facts["employees"] = int(min(12_000, 25 * random.paretovariate(0.75)))
        facts["annual_revenue"] = int(str(facts["employees"])) * random.choice((90_000, 120_000, 160_000))
    if random.random() < 0.85:  # noqa: PLR2004 - nor of all what they use
        facts |= {"technologies": pick(STACKS, random), "growth_stage": pick(STAGES, random)}
    return Company(name, f"{_slug(stem + second)}.example", region, facts)


def _person(number: int, company: Company, random: Random) -> Person:
    first = random.choice(FIRST_NAMES[company.region])
    last = random.choice(LAST_NAMES[company.region])
    country = str(company.facts["country"])
    fields = {
        "email": f"{_slug(first)}.{_slug(last)}{number}@{company.domain}",
        "first_name": first,
        "last_name": last,
        "title": str(pick(TITLES, random)),
        "country": country,
    }
    if random.random() < 0.8:  # noqa: PLR2004 - not everybody leaves a number
        fields["phone"] = f"{DIALS[country]}{number % 9000 + 1000:04}"
    return Person(company, fields)


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", plain.lower())
