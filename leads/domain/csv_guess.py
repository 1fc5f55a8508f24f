"""Guesses by the names of columns which field of a signal each holds: for any file, or for the export of a system."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from leads.domain.csv_mapping import OPTED_OUT, WHO, InvalidMapping, RowMapping
from leads.domain.csv_values import Dates

GENERIC = "generic"
LISTED = "listed"
NEW_TYPES = MappingProxyType({LISTED: "Listed in a file"})

# field → what people call it, in small letters and without anything between the words
_NAMES: Mapping[str, tuple[str, ...]] = {
    "person.email": (
        "email",
        "emailaddress",
        "mail",
        "workemail",
        "businessemail",
        "contactemail",
        "emailadresse",
    ),
    "person.first_name": ("firstname", "first", "givenname", "vorname"),
    "person.last_name": ("lastname", "last", "surname", "familyname", "nachname"),
    "person.title": ("jobtitle", "title", "position", "role"),
    "person.phone": (
        "phone",
        "phonenumber",
        "mobile",
        "mobilephone",
        "telephone",
        "businessphone",
        "telefon",
    ),
    "person.country": ("country", "countryregion", "countrycode", "land"),
    "person.region": ("state", "stateregion", "stateprovince", "province", "bundesland"),
    "person.postal_code": ("postalcode", "zip", "zipcode", "zippostalcode", "postcode", "plz"),
    "company.name": (
        "company",
        "companyname",
        "organization",
        "organisation",
        "account",
        "accountname",
        "firma",
    ),
    "company.domain": ("companydomain", "companydomainname", "domain", "website", "websiteurl"),
    "company.industry": ("industry", "sector", "branche"),
    "company.employees": ("employees", "numberofemployees", "numemployees", "companysize", "headcount"),
    "company.annual_revenue": ("annualrevenue", "revenue"),
    "company.technologies": ("technologies", "techstack"),
    "type": ("type", "signaltype", "eventtype"),
    "occurred_at": (
        "occurredat",
        "timestamp",
        "datetime",
        "date",
        "attendedat",
        "eventdate",
        "submittedat",
        "datum",
    ),
    "visitor_id": ("visitorid",),
    "utm.source": ("utmsource",),
    "utm.medium": ("utmmedium",),
    "utm.campaign": ("utmcampaign",),
    "utm.content": ("utmcontent",),
    "utm.term": ("utmterm",),
    "url": ("url", "pageurl", "landingpage"),
    "referrer": ("referrer", "referer"),
    "self_reported_source": ("selfreportedsource", "howdidyouhearaboutus"),
    OPTED_OUT: ("unsubscribed", "optedout", "emailoptout", "unsubscribedfromallemail", "hasoptedoutofemail"),
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
        "person.country": ("mailingcountry",),
        "person.region": ("mailingstateprovince", "mailingstate"),
        "person.postal_code": ("mailingzippostalcode", "mailingpostalcode"),
        "company.name": ("company", "companyaccount", "accountname"),
        "company.employees": ("numberofemployees", "noofemployees", "employees"),
        "occurred_at": ("createddate",),
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
BLANK = MappingProxyType({"marketo": "null"})  # what an export writes into a cell that holds nothing


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


def likeliest(header: Sequence[str]) -> str:
    """The export whose names fit the most columns; a file of nobody's where they fit no more than anywhere."""
    return max(EXPORTS, key=lambda export: (len(guess(header, export=export)), export == GENERIC))


def mapping_for(export: str, header: Sequence[str], *, dates: Dates = Dates.YEAR) -> RowMapping:
    """How the export of a system is read, by its header; raises InvalidMapping where it has no e-mail addresses."""
    fields = {path: f"{{{column}}}" for column, path in guess(header, export=export).items()}
    if not WHO & set(fields):
        raise InvalidMapping("The file has no column for e-mail addresses, such as Email.")
    return RowMapping(
        fields={"type": LISTED, **fields}, dates=dates, blank=BLANK.get(export, ""), new_types=NEW_TYPES
    )


def can_be_named(column: str) -> bool:
    """Whether a mapping can name the column: its texts mark columns by braces."""
    return not {"{", "}"} & set(column)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
