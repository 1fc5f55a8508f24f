"""Says whose word a fact of a company or a person is, and over whose ("Retail (form, 3 Nov) over Arts (table)")."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy

from leads import fact_origins, person_origins
from leads.domain import whose_word
from leads.domain.countries import country_name
from leads.domain.precedence import FACTS, Origin, Told
from leads.models import Account, FactConflict, Lead
from leads.prepared import Given, Query
from revops.enrichment.forms import FACT_LABELS, ORIGIN_LABELS, PERSON_LABELS

CONFLICTS = Query(lambda: FactConflict.objects.filter(account=Given("account")).order_by("fact"))
OVER = gettext_lazy("%(fact)s: %(kept)s (%(kept_told)s) over %(other)s (%(other_told)s)")


def conflict_sentence(conflict: FactConflict) -> str:
    """What is kept over what, each with its source and day, in a sentence."""
    return OVER % conflict_words(conflict)


def conflict_words(conflict: FactConflict) -> dict[str, str]:
    """The fact, what is kept of it and what another source told, each with its source and day."""
    kept = _told(conflict.kept_by, conflict.kept_origin, conflict.kept_at)
    other = _told(conflict.other_by, conflict.other_origin, conflict.other_at)
    named = FACT_LABELS.get(conflict.fact) or conflict.fact.replace("_", " ")
    return {
        "fact": str(named),
        "kept": value_words(conflict.fact, conflict.kept),
        "kept_told": kept,
        "other": value_words(conflict.fact, conflict.other),
        "other_told": other,
    }


def conflicts_of(account: Account) -> list[str]:
    """What sources differ about at the company, in sentences."""
    return [conflict_sentence(one) for one in CONFLICTS.all(account=account.pk)]


def sources_of(account: Account) -> list[tuple[Any, str]]:
    """Fact → who said it and when, as far as that was written down."""
    holders = fact_origins.holders(account)
    return [
        (FACT_LABELS[fact], _told(holders[fact].by, holders[fact].origin, holders[fact].at))
        for fact in FACTS
        if fact in holders
    ]


def conflicts_of_person(lead: Lead) -> list[str]:
    """What sources differ about of the person, in sentences."""
    return [
        OVER
        % {
            "fact": PERSON_LABELS[one.fact],
            "kept": value_words(one.fact, one.kept),
            "kept_told": _words(one.kept_told),
            "other": value_words(one.fact, one.other),
            "other_told": _words(one.other_told),
        }
        for one in person_origins.conflicts(lead)
    ]


def sources_of_person(lead: Lead) -> list[tuple[Any, str]]:
    """Fact → who said it and when, as far as that was written down."""
    holders = whose_word.holders(lead.origins)
    return [(label, _words(holders[fact])) for fact, label in PERSON_LABELS.items() if fact in holders]


def value_words(fact: str, value: object) -> str:
    """A value as people write it."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, int):
        return f"{value:,}"
    if fact == "country":
        return country_name(str(value))
    return str(value) if fact in PERSON_LABELS else str(value).replace("_", " ")


def _words(told: Told) -> str:
    return _told(told.by, told.origin, told.at)


def _told(by: str, origin: str, at: datetime | None) -> str:
    name = by or str(ORIGIN_LABELS[Origin(origin)]).lower()
    return f"{name}, {date_format(localtime(at), 'j M')}" if at else name
