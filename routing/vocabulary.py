"""What routing rules may ask about: all that is known of the lead, and what marketing says as it hands over (RT-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leads.domain.conditions import Kind
from leads.domain.places import Place
from leads.facts import VOCABULARY as LEAD_VOCABULARY
from leads.facts import facts_of, where
from leads.models import Lead
from leads.remembering import remembered
from routing.domain.territories import Area
from routing.models import Territory

VOCABULARY = {
    **LEAD_VOCABULARY,
    "tier": Kind.TEXT,
    "priority": Kind.TEXT,
    "source": Kind.TEXT,
    "trigger": Kind.TEXT,
    "territory": Kind.TEXT,
    "time_zone": Kind.TEXT,
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
    asked = {
        "tier": question.tier,
        "priority": question.priority,
        "source": question.source,
        "trigger": question.trigger,
        "territory": territory.name if territory else "",
        "time_zone": where(lead).time_zone,
    }
    return facts_of(lead) | {name: value for name, value in asked.items() if value}


def territory_of(lead: Lead) -> Territory | None:
    """The territory that the person is in, as far as they or their company say where."""
    return territory_at(where(lead))


def territory_at(place: Place) -> Territory | None:
    """The first territory, in their order, that holds the place."""
    return next((row for row, area in _territories() if area.holds(place)), None)


@remembered
def _territories() -> list[tuple[Territory, Area]]:
    rows = Territory.objects.select_related("team", "pool").order_by("position", "id")
    return [(row, row.area) for row in rows]
