"""Values that leads and companies really have, to choose from where conditions are written: a sample, not a census."""

from __future__ import annotations

from collections import Counter

from leads.domain.countries import country_name
from leads.models import Account, Lead

SAMPLE = 3_000
MOST = 60
OF_COMPANIES = ("industry", "growth_stage", "country", "budget")


def seen_values() -> dict[str, list[tuple[str, str]]]:
    """Attribute → (value, what to read beside it), the most frequent of the newest 3,000 rows first; two reads."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in (*OF_COMPANIES, "technologies", "title")}
    companies = Account.objects.order_by("-pk").values_list(*OF_COMPANIES, "technologies")[:SAMPLE]
    for *values, technologies in companies:
        for name, value in zip(OF_COMPANIES, values, strict=True):
            counted[name][value] += 1
        counted["technologies"].update(technologies)
    counted["title"].update(Lead.objects.order_by("-pk").values_list("title", flat=True)[:SAMPLE])
    return {name: _shown(name, counter) for name, counter in counted.items()}


def _shown(name: str, counter: Counter[str]) -> list[tuple[str, str]]:
    values = [value for value, _ in counter.most_common(MOST + 1) if value][:MOST]
    return [(value, country_name(value) if name == "country" else "") for value in values]
