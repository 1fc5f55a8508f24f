"""What each field of a signal is for, in a sentence, for the OpenAPI document and the page of the API."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

PLACE = {
    "country": "Two letters by ISO 3166-1, such as DE; small ones will do.",
    "region": "A state or region, such as CA or Bayern; state and province are read too.",
    "postal_code": "As people write it; postcode and zip are read too.",
}
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "SignalIn": {
            "signal_id": "Your own name for it, for ever. Sent again, it changes nothing and gets its first answer.",
            "type": "What was done, by its code: see the types of signals.",
            "occurred_at": "When, with the time zone, such as 2026-11-20T10:15:00Z; now, where you give none.",
            "visitor_id": "The browser, by an id of yours. What was done on it joins the lead that gives an address.",
            "url": "The page on which it was done.",
            "referrer": "The page that led there.",
            "self_reported_source": "What the person answered to “How did you hear about us?”.",
            "answers": "By the name of the question: situation, pain, impact, critical_event (none, implied, "
            "mentioned, confirmed), decision; or budget, authority, need, timing; or names of your own.",
            "properties": "What else there is, by names of your own; depth (0 to 3) says how deep the touch went.",
        },
        "PersonIn": {
            "email": "The key of a lead. Needed, unless there is a visitor_id.",
            "first_name": "Given name.",
            "last_name": "Family name.",
            "title": "Job title; the role is read from it.",
            "phone": "With the country's code, or as it is dialled in the person's country.",
            **PLACE,
        },
        "CompanyIn": {
            "name": "As the person or your system calls it.",
            "domain": "The company's own, or its site; the address of a person tells it too.",
            "industry": "In your words.",
            "employees": "How many, as a whole number.",
            "technologies": "What they work with, a list of names.",
            "growth_stage": "Such as Series B.",
            "annual_revenue": "A whole number, in your currency.",
            "budget": "What is known of the budget, such as approved.",
            **PLACE,
        },
        "UtmIn": {
            "source": "utm_source of the address that was opened.",
            "medium": "utm_medium.",
            "campaign": "utm_campaign.",
            "content": "utm_content.",
            "term": "utm_term.",
        },
        "ConsentIn": {
            "basis": "On what it rests; opt_in is a yes to being contacted. A no is a signal of the type unsubscribe.",
            "text": "The words that the person saw.",
            "given_at": "When, where it was another time than occurred_at.",
        },
    }
)


def tell(shapes: dict[str, Any]) -> None:
    """Write the sentences into the JSON schemas of a signal and its parts, by their names."""
    for shape, words in WORDS.items():
        for field, sentence in words.items():
            shapes[shape]["properties"][field]["description"] = sentence
