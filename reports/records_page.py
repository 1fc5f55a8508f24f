"""The list behind a number, a page at a time, with the way to the next page and to the same clocks as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse

from reports import keyset, records
from reports.domain import definitions
from reports.domain.definitions import Definition
from reports.record_filters import RecordsFilter
from reports.records import Record
from routing.models import ClockKind

SIZE = 50


@dataclass(frozen=True)
class RecordsPage:
    """One page of the list; an address is empty where there is nothing to go to."""

    heading: str
    period: str
    definition: str
    columns: tuple[Definition, ...]
    records: list[Record]
    before_url: str
    after_url: str
    before_label: str
    after_label: str
    csv_url: str
    report_url: str
    reset_url: str


def build(form: RecordsFilter, *, now: datetime) -> RecordsPage:
    """The page that the valid `form` asks for."""
    selection = form.selection
    order = records.NEWEST if form.is_newest_first else records.EARLIEST_DUE
    found = keyset.page(form.chosen(now=now), order, cursor=form.cursor, size=SIZE)
    address = f"{selection.address()}&{urlencode(form.listing)}" if form.listing else selection.address()
    before, after = ("Newer", "Older") if form.is_newest_first else ("Earlier due", "Later due")
    kind = ClockKind(selection.kind).label
    return RecordsPage(
        heading=f"{kind}: {form.state_label.lower()}",
        period=str(selection.period),
        definition=definitions.KINDS[selection.kind],
        columns=definitions.RECORD_COLUMNS,
        records=records.records(found.rows, now=now),
        before_url=f"?{address}&{urlencode({'before': found.before})}" if found.before else "",
        after_url=f"?{address}&{urlencode({'after': found.after})}" if found.after else "",
        before_label=before,
        after_label=after,
        csv_url=f"{reverse('service-level-csv')}?{address}",
        report_url=f"{reverse('service-level-report')}?{selection.address()}",
        reset_url=f"?kind={selection.kind}",
    )
