"""Whose word each fact of a person is: settles what is told of them by the order of sources; writes nothing (IN-9).

The origins live on the person's own row, so that taking in a signal asks for nothing more; the order is read only
where two kinds of source meet. What sources differ about stands beside them, and leaves with the person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from leads.domain import whose_word
from leads.domain.precedence import Conflict, Told, settle
from leads.fact_origins import order_of
from leads.models import Lead

FACTS = ("first_name", "last_name", "title", "phone", "country", "region", "postal_code")
FINER_THAN_COUNTRY = ("region", "postal_code")


def news(lead: Lead, facts: Mapping[str, Any], *, teller: Told) -> dict[str, Any]:
    """What changes on the person's row when `teller` says these facts, by column, whose word each is among them."""
    said = {fact: facts[fact] for fact in FACTS if facts[fact]}
    if _is_told_already(lead, said, teller):
        return {}
    known = known_of(lead)
    is_abroad = known["country"] and said.get("country", known["country"]) != known["country"]
    if is_abroad:
        said = {fact: value for fact, value in said.items() if fact not in FINER_THAN_COUNTRY}
    settled = settle(known, whose_word.holders(lead.origins), said, teller=teller, orders=order_of)
    if is_abroad and "country" in settled.changes:
        theirs = {fact: facts[fact] for fact in FINER_THAN_COUNTRY}  # those known lie in another country
        settled = replace(settled, changes={**settled.changes, **theirs})
    words = whose_word.after(lead.origins, settled, said, teller=teller, known=known)
    changes = {fact: value for fact, value in settled.changes.items() if value != known[fact]}
    return {**changes, "origins": words} if words != lead.origins else changes


def known_of(lead: Lead) -> dict[str, Any]:
    """What is known of the person, by fact."""
    return {fact: getattr(lead, fact) for fact in FACTS}


def conflicts(lead: Lead) -> list[Conflict]:
    """What sources differ about."""
    return whose_word.conflicts(lead.origins, known_of(lead))


def _is_told_already(lead: Lead, said: Mapping[str, Any], teller: Told) -> bool:
    """Whether it is known already, by sources of the same kind that do not differ: what most signals say."""
    return all(getattr(lead, fact) == value for fact, value in said.items()) and all(
        word[0] == teller.origin and not word[4] for word in lead.origins or ()
    )
