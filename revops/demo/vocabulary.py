"""The words and the proportions that the demo's companies and people are made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

DACH, ISLES, AMERICA, ELSEWHERE = "DACH", "UK & Ireland", "North America", "Elsewhere"


@dataclass(frozen=True)
class Words:
    """How companies and people are called in a part of the world, and how many of a hundred are there."""

    share: int
    countries: tuple[tuple[str, int], ...]
    forms: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


REGIONS: Mapping[str, Words] = MappingProxyType(
    {
        DACH: Words(
            share=36,
            countries=(("DE", 70), ("AT", 15), ("CH", 15)),
            forms=("GmbH", "GmbH", "AG", "SE"),
            first_names=_split(
                "Anna Bernd Clara Dirk Eva Florian Greta Hannes Ines Jürgen Katja Lukas Maike Nils Ole Petra Ruth "
                "Sönke Tanja Uwe Vera Wiebke Yasemin Emre Jan Kerstin Martin Sabine Thorsten Ulrike Moritz "
                "Franziska"
            ),
            last_names=_split(
                "Albrecht Brandt Dietrich Engel Fischer Größl Huber Jansen Köhler Lehmann Meier Neumann Öztürk "
                "Schäfer Vogel Wagner Zimmermann Bauer Krüger Lorenz Maurer Pfeiffer Reuter Seidel Thiele Winkler "
                "Yıldız Steiner"
            ),
        ),
        ISLES: Words(
            share=26,
            countries=(("GB", 84), ("IE", 16)),
            forms=("Ltd", "Ltd", "plc", "LLP"),
            first_names=_split(
                "Alice Ben Chloe Declan Eilidh Fergus Grace Harry Imogen Jack Kieran Lily Maeve Noah Orla Rhys "
                "Sian Tom Zara Adeel Bronwen Ciara Douglas Esme Gareth Hannah Isla Jamie Leila Priyanka"
            ),
            last_names=_split(
                "Ahmed Brennan Clarke Doyle Evans Fraser Gallagher Hughes Kelly Lewis Murphy O'Brien Patel "
                "Stewart Walsh Wright Bennett Campbell Davies Edwards Foster Griffiths Hamilton Khan MacLeod "
                "Owens Quinn Robertson"
            ),
        ),
        AMERICA: Words(
            share=34,
            countries=(("US", 85), ("CA", 15)),
            forms=("Inc", "Inc", "LLC", "Corp"),
            first_names=_split(
                "Amy Brian Carla Derek Elena Frank Gina Hector Isabel Jamal Karen Luis Monica Nathan Olivia Ravi "
                "Sandra Tyler Vanessa Wei Aaron Brianna Caleb Danielle Ethan Keisha Marcus Nina Rachel Steven "
                "Teresa"
            ),
            last_names=_split(
                "Alvarez Brooks Chen Diaz Edwards Foster Garcia Hayes Johnson Kim Martinez Nguyen Parker Reed "
                "Sanders Turner Walker Young Anderson Baker Carter Davis Flores Gonzalez Hill Jackson Lopez "
                "Mitchell Okafor Wong"
            ),
        ),
        ELSEWHERE: Words(
            share=4,
            countries=(("NL", 40), ("FR", 30), ("SE", 30)),
            forms=("BV", "SAS", "AB"),
            first_names=_split("Astrid Camille Daan Elin Femke Gustav Hugo Julie Lars Manon Pieter Sanne"),
            last_names=_split(
                "Andersson Bakker Dubois Jansson Laurent Lindqvist Moreau Hendriks Peeters Visser Petit"
            ),
        ),
    }
)

STEMS = _split(
    "Alba Arbor Argent Atlas Aurora Basalt Beacon Birch Bright Calder Cedar Cinder Clear Cobalt "
    "Copper Coral Crest Delta Drift Ember Fathom Fern Field Flint Fjord Garnet Granite Harbor Hazel "
    "Heron Indigo Iron Juniper Kestrel Lantern Larch Linden Lumen Maple Marble Mistral Nimbus North "
    "Oak Onyx Orchard Osprey Pebble Pine Quarry Quill Raven Ridge River Rowan Sable Saffron Sage "
    "Sierra Silver Slate Sparrow Spruce Sterling Stone Summit Swift Tern Thistle Timber Topaz Vale "
    "Willow Wren Zenith"
)

# (what they are, what they call themselves), how many of a hundred
INDUSTRIES = (
    (("Software", "Software"), 26),
    (("Software", "Cloud"), 14),
    (("Financial services", "Finance"), 14),
    (("Logistics", "Logistics"), 12),
    (("Manufacturing", "Works"), 12),
    (("Healthcare", "Health"), 8),
    (("Retail", "Retail"), 14),
)
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
STAGES = (("series a", 18), ("series b", 26), ("series c", 14), ("growth", 18), ("seed", 10), ("mature", 14))
STACKS: tuple[tuple[list[str], int], ...] = (
    (["Salesforce", "HubSpot"], 24),
    (["Salesforce", "Marketo"], 14),
    (["HubSpot"], 22),
    (["Pipedrive"], 14),
    (["Google Analytics"], 14),
    ([], 12),
)
# Where companies are, by country: the region, and a post code there; each company has one of them for ever.
WHERE: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "DE": (
            ("Berlin", "10115"),
            ("Bavaria", "80331"),
            ("Hamburg", "20095"),
            ("Hesse", "60311"),
            ("Baden-Württemberg", "70173"),
            ("North Rhine-Westphalia", "50667"),
        ),
        "AT": (("Vienna", "1010"), ("Styria", "8010"), ("Upper Austria", "4020")),
        "CH": (("Zurich", "8001"), ("Geneva", "1201"), ("Bern", "3011")),
        "GB": (("London", "EC2A 4NE"), ("Greater Manchester", "M1 1AE"), ("Scotland", "EH1 1YZ")),
        "IE": (("Leinster", "D02 X285"), ("Munster", "T12 X8R6")),
        "US": (
            ("NY", "10001"),
            ("CA", "94105"),
            ("TX", "78701"),
            ("WA", "98101"),
            ("MA", "02110"),
            ("IL", "60601"),
        ),
        "CA": (("ON", "M5H 2N2"), ("BC", "V6B 1A1"), ("QC", "H2Y 1C6")),
        "NL": (("North Holland", "1012 AB"),),
        "FR": (("Île-de-France", "75002"), ("Auvergne-Rhône-Alpes", "69002")),
        "SE": (("Stockholm", "111 22"),),
    }
)
SIZE_IS_KNOWN, TECHNOLOGY_IS_KNOWN, PHONE_IS_KNOWN = 0.92, 0.85, 0.86

# Blocks that regulators keep free for fiction, so that no call from the demo reaches anybody: the Bundesnetzagentur's
# and Ofcom's with a thousand numbers each, and 555-01 in each area of North America. Countries without one borrow a
# neighbour's.
_GERMAN = [f"+49 {block}" for block in ("30 23125", "40 66969", "69 90009", "89 99998")]
_BRITISH = [f"+44 {block}" for block in ("20 7946 0", "121 496 0", "131 496 0", "161 496 0")]
_AMERICAN_AREAS = (
    "205 206 209 212 213 214 216 218 224 228 231 234 239 240 248 253 256 267 281 301 303 305 309 312 313 314 315 317 "
    "319 323 347 360 385 401 404 405 407 408 410 412 413 414 415 417 425 480 503 504 505 509 510 512 513 515 602 617"
)
_CANADIAN_AREAS = (
    "204 236 250 289 306 403 416 418 431 437 438 506 514 519 581 587 604 613 647 705 778 819 902 905"
)
FICTION = {
    **dict.fromkeys(("DE", "AT", "CH", "NL", "FR", "SE"), (_GERMAN, 3)),
    **dict.fromkeys(("GB", "IE"), (_BRITISH, 3)),
    "US": ([f"+1 {area} 555 01" for area in _AMERICAN_AREAS.split()], 2),
    "CA": ([f"+1 {area} 555 01" for area in _CANADIAN_AREAS.split()], 2),
}
"""Country → the beginnings of its free numbers, and how many digits come after."""
