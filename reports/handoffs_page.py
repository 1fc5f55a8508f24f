"""The hand-offs behind a number, a page at a time, with the way to the next page and to the same hand-offs as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from reports import handoff_records, keyset
from reports.domain import speed
from reports.domain.definitions import Definition
from reports.handoff_records import BY_DECISION, HandoffRecord
from reports.record_filters import HandoffFilter

SIZE = 50
COLUMNS = (speed.TO_CONTACT_OF_ONE, speed.SYSTEM_DELAY_OF_ONE, speed.HUMAN_DELAY_OF_ONE)


@dataclass(frozen=True)
class HandoffsPage:
    """One page of the list; an address is empty where there is nothing to go to."""

    heading: str
    period: str
    is_by_decision: bool
    columns: tuple[Definition, ...]
    records: list[HandoffRecord]
    before_url: str
    after_url: str
    csv_url: str
    report_url: str
    before_label: str = "Newer"
    after_label: str = "Older"
    reset_url: str = "?"


def build(form: HandoffFilter) -> HandoffsPage:
    """The page that the valid `form` asks for."""
    order = handoff_records.order_of(form.listed)
    found = keyset.page(form.chosen(), order, cursor=form.cursor, size=SIZE)
    by_decision = form.listed in BY_DECISION
    address = f"{form.selection.address()}&{urlencode(form.listing)}"
    report = "acceptance-report" if by_decision else "speed-report"
    return HandoffsPage(
        heading=form.state_label,
        period=str(form.selection.period),
        is_by_decision=by_decision,
        columns=COLUMNS,
        records=handoff_records.records(found.rows),
        before_url=f"?{address}&{urlencode({'before': found.before})}" if found.before else "",
        after_url=f"?{address}&{urlencode({'after': found.after})}" if found.after else "",
        csv_url=f"{reverse('handoff-csv')}?{address}",
        report_url=f"{reverse(report)}?{form.selection.address()}",
    )
