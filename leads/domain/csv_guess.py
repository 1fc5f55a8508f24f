"""Guesses by the names of columns which field of a signal each holds: for any file, or for the export of a system."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from leads.domain.csv_mapping import InvalidMapping, RowMapping

GENERIC = "generic"
LISTED = "listed"
NEW_TYPES = MappingProxyType({LISTED: "Listed in a file"})

# field → what people call it, in small letters and without anything between the words
_NAMES: Mapping[str, tuple[str, ...]] = {
    "person.email": ("email", "emailaddress", "mail", "workemail", "businessemail", "contactemail"),
    "person.first_name": ("firstname", "first", "givenname", "vorname"),
    "person.last_name": ("lastname", "last", "surname", "familyname", "nachname"),
    "person.title": ("jobtitle", "title", "position", "role"),
    "person.phone": ("phone", "phonenumber", "mobile", "mobilephone", "telephone", "businessphone"),
    "person.country": ("country", "countryregion", "countrycode", "land"),
    "company.name": ("company", "companyname", "organization", "organisation", "account", "accountname"),
    "company.domain": ("companydomain", "companydomainname", "domain", "website", "websiteurl"),
    "company.industry": ("industry", "sector", "branche"),
    "company.employees": ("employees", "numberofemployees", "numemployees", "companysize", "headcount"),
    "company.annual_revenue": ("annualrevenue", "revenue"),
    "company.technologies": ("technologies", "techstack"),
    "type": ("type", "signaltype", "eventtype"),
    "occurred_at": ("occurredat", "timestamp", "datetime", "date", "attendedat", "eventdate", "submittedat"),
    "visitor_id": ("visitorid",),
    "utm.source": ("utmsource",),
    "utm.medium": ("utmmedium",),
    "utm.campaign": ("utmcampaign",),
    "utm.content": ("utmcontent",),
    "utm.term": ("utmterm",),
    "url": ("url", "pageurl", "landingpage"),
    "referrer": ("referrer", "referer"),
    "self_reported_source": ("selfreportedsource", "howdidyouhearaboutus"),
}

# What the standard exports call what is not called so everywhere; everything else is guessed as in any file.
_EXPORTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    GENERIC: {},
    "hubspot": {
        "company.name": ("companyname", "associatedcompany", "primaryassociatedcompany"),
        "company.employees": ("numberofemployees",),
        "occurred_at": ("createdate",),
        "utm.source": ("originalsource", "originaltrafficsource", "latestsource"),
    },
    "salesforce": {
        "company.name": ("company", "accountname"),
        "company.employees": ("numberofemployees", "noofemployees", "employees"),
        "utm.source": ("leadsource",),
    },
    "marketo": {
        "person.email": ("emailaddress", "email"),
        "company.employees": ("numemployees", "numberofemployees"),
        "occurred_at": ("createdat",),
        "utm.source": ("leadsource", "originalsourcetype"),
    },
}
EXPORTS = tuple(_EXPORTS)


def guess(header: Sequence[str], *, export: str = GENERIC) -> dict[str, str]:
    """Column → field for each column whose name says what it holds; each field once, the surest name first."""
    columns: dict[str, str] = {}
    for name in header:
        columns.setdefault(_plain(name), name)
    found: dict[str, str] = {}
    for path, names in _NAMES.items():
        for name in (*_EXPORTS[export].get(path, ()), *names):
            column = columns.get(name)
            if column is not None and column not in found and can_be_named(column):
                found[column] = path
                break
    return found


def mapping_for(export: str, header: Sequence[str]) -> RowMapping:
    """How the export of a system is read, by its header; raises InvalidMapping where it has no e-mail addresses."""
    fields = {path: f"{{{column}}}" for column, path in guess(header, export=export).items()}
    if not {"person.email", "visitor_id"} & set(fields):
        raise InvalidMapping("The file has no column for e-mail addresses, such as Email.")
    return RowMapping(fields={"type": LISTED, **fields}, new_types=NEW_TYPES)


def can_be_named(column: str) -> bool:
    """Whether a mapping can name the column: its texts mark columns by braces."""
    return not {"{", "}"} & set(column)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
