"""What routing rules may ask about: all that is known of the lead, and what marketing says as it hands over (RT-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leads.domain.conditions import Kind
from leads.facts import VOCABULARY as LEAD_VOCABULARY
from leads.facts import facts_of
from leads.models import Lead
from leads.remembering import remembered
from routing.models import Territory

VOCABULARY = {
    **LEAD_VOCABULARY,
    "tier": Kind.TEXT,
    "priority": Kind.TEXT,
    "source": Kind.TEXT,
    "trigger": Kind.TEXT,
    "territory": Kind.TEXT,
}


@dataclass(frozen=True)
class Question:
    """What routing is asked about a lead beside what is known of the person and the company.

    `not_to` are the ids of users who have had it: it never goes back to them by itself (RT-9).
    """

    tier: str
    priority: str
    source: str
    trigger: str = ""
    not_to: frozenset[int] = frozenset()


def facts(lead: Lead, question: Question, territory: Territory | None) -> dict[str, Any]:
    """Attribute → value for everything that a rule may ask about and that is known."""
    known = {
        **facts_of(lead),
        "tier": question.tier,
        "priority": question.priority,
        "source": question.source,
        "trigger": question.trigger,
        "territory": territory.name if territory else "",
    }
    return {name: value for name, value in known.items() if value not in (None, "", [])}


def territory_of(lead: Lead) -> Territory | None:
    """The territory of the person's country, or else of the company's."""
    country = lead.country or (lead.account.country if lead.account else "")
    return territory_in(country) if country else None


@remembered
def territory_in(country: str) -> Territory | None:
    """The territory that a country belongs to."""
    found = Territory.objects.select_related("team").filter(countries__contains=[country])
    return found.order_by("id").first()
