"""What routing rules may ask about: all that is known of the lead, and what marketing says as it hands over (RT-2)."""

from __future__ import annotations

from typing import Any, NamedTuple

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


class Question(NamedTuple):
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
    return _facts(lead, question, territory, zone=where(lead).time_zone)


class Places:
    """Says of very many leads what territory and facts say of one; each place is looked up once."""

    def __init__(self) -> None:
        self._known: dict[Place, tuple[Territory | None, str]] = {}

    def of(self, lead: Lead, question: Question) -> tuple[Territory | None, dict[str, Any]]:
        """The territory that the lead is in, and the facts."""
        place = where(lead)
        found = self._known.get(place)
        if found is None:
            found = self._known[place] = territory_at(place), place.time_zone
        territory, zone = found
        return territory, _facts(lead, question, territory, zone=zone)


def _facts(lead: Lead, question: Question, territory: Territory | None, *, zone: str) -> dict[str, Any]:
    asked = {
        "tier": question.tier,
        "priority": question.priority,
        "source": question.source,
        "trigger": question.trigger,
        "territory": territory.name if territory else "",
        "time_zone": zone,
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
