"""Hands out all that is held of one person, table by table and field by field, and writes down that it did (P39).

It is made when it is asked for and kept nowhere, so that there is no link to guess and no file to forget.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from leads import audit
from leads.models import Lead, User
from leads.personal_data import Person, Table
from reports import csv_export
from revops.privacy.personal_data import TABLES, mentioning, names, own_rows, person_of
from revops.privacy.table_words import WORDS

HEADER = ("table", "row", "field", "value")


@dataclass(frozen=True)
class Held:
    """What one table holds of the person."""

    table: Table
    rows: list[Model]

    @property
    def label(self) -> str:
        """The table, as the file calls it."""
        return self.table.label

    @property
    def title(self) -> str:
        """The table, as a page calls it."""
        return str(WORDS[str(self.table.options.model_name)])

    def values(self) -> Iterator[dict[str, Any]]:
        """Every field of every row, but for what is about colleagues."""
        fields = [
            one.attname
            for one in self.table.options.concrete_fields
            if one.name not in (*self.table.of_staff, *self.table.files)
        ]
        for row in self.rows:
            yield {name: getattr(row, name) for name in fields}


def held(person: Person) -> list[Held]:
    """All rows that are the person's, by key or by what they say; tables without any are left out."""
    found = []
    for table in TABLES:
        rows = {row.pk: row for row in own_rows(table, person).order_by("pk")}
        if table.names_whose is not None:
            said = (row for row in mentioning(table, person).order_by("pk") if names(table, row, person))
            rows |= {row.pk: row for row in said}
        if rows:
            found.append(Held(table, list(rows.values())))
    return found


def as_json(lead: Lead, *, by: User, now: datetime) -> str:
    """Everything as JSON, for the person or for another system (Art. 20 GDPR)."""
    person, found = _taken(lead, by=by, now=now)
    document = {
        "person": {"leads": list(person.leads), "exported_at": now},
        "tables": {one.label: list(one.values()) for one in found},
    }
    return json.dumps(document, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


def as_csv(lead: Lead, *, by: User, now: datetime) -> Iterator[str]:
    """Everything as lines of table, row, field and value; no cell is a formula."""
    _person, found = _taken(lead, by=by, now=now)
    return csv_export.lines(HEADER, _cells(found))


def _taken(lead: Lead, *, by: User, now: datetime) -> tuple[Person, list[Held]]:
    person = person_of(lead)
    found = held(person)
    audit.record(
        "person.exported",
        subject=f"lead:{lead.pk}",
        text=f"{by} exported what is held of the person behind lead {lead.pk}",
        by=by,
        at=now,
        after={"rows": {one.label: len(one.rows) for one in found}},
    )
    return person, found


def _cells(found: list[Held]) -> Iterator[tuple[str, str, str, str]]:
    for one in found:
        for number, values in enumerate(one.values(), start=1):
            for name, value in values.items():
                shown = value if isinstance(value, str) else json.dumps(value, cls=DjangoJSONEncoder)
                yield one.label, str(number), name, shown
