"""Values that leads and companies really have, and countries, to choose from where conditions are written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from leads.domain.countries import COUNTRIES, country_name
from leads.domain.local_time import zones_in
from leads.models import Account, Lead

SAMPLE = 3_000
MOST = 60
OF_COMPANIES = ("industry", "growth_stage", "country", "region", "budget")


def seen_values() -> dict[str, list[tuple[str, str]]]:
    """Attribute → (value, what to read beside it), the most frequent of the newest 3,000 rows first.

    All countries are there, whether seen or not. Two reads.
    """
    counted: dict[str, Counter[str]] = {name: Counter() for name in (*OF_COMPANIES, "technologies", "title")}
    companies = Account.objects.order_by("-pk").values_list(*OF_COMPANIES, "technologies")[:SAMPLE]
    for *values, technologies in companies:
        for name, value in zip(OF_COMPANIES, values, strict=True):
            counted[name][value] += 1
        counted["technologies"].update(technologies)
    counted["title"].update(Lead.objects.order_by("-pk").values_list("title", flat=True)[:SAMPLE])
    found = {name: [(value, "") for value in _most_frequent(counter)] for name, counter in counted.items()}
    countries = counted["country"]
    return {**found, "country": _countries(countries), "time_zone": _zones(_most_frequent(countries))}


def _most_frequent(counter: Counter[str]) -> list[str]:
    return [value for value, _ in counter.most_common(MOST + 1) if value][:MOST]


def _zones(countries: Iterable[str]) -> list[tuple[str, str]]:
    """The time zones of the countries."""
    return [(zone, "") for zone in sorted({zone for code in countries for zone in zones_in(code)})]


def _countries(counter: Counter[str]) -> list[tuple[str, str]]:
    """Every country by its name, those that are frequent first."""
    first = _most_frequent(counter)
    others = sorted(COUNTRIES - set(first), key=country_name)
    return [(code, country_name(code)) for code in (*first, *others)]
