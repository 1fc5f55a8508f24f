"""The acceptance page as values: the rate with its band, the reasons for rejections, alerts and audits (SL-9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from leads.models import User
from reports import acceptance, divisions
from reports.compliance_page import in_words
from reports.divisions import SOURCES, Group
from reports.domain import acceptance as meanings
from reports.domain import chart
from reports.domain.acceptance import HEALTHY_FROM, HEALTHY_TO, Acceptance, Band
from reports.domain.chart import Chart, Point, Scale
from reports.domain.compliance import Figures
from reports.domain.definitions import Definition
from reports.domain.periods import Week
from reports.domain.selection import Selection
from reports.handoff_records import HandoffState, selected
from reports.models import AuditTask
from reports.tables import Cell, Row, Table, stat
from routing.models import RejectionReason

COLUMNS = (meanings.RATE, meanings.ACCEPTED, meanings.REJECTED, meanings.TO_DECISION)
TASKS = 10


@dataclass(frozen=True)
class AcceptancePage:
    """Everything that the page shows."""

    selection: Selection
    total: Acceptance
    stats: list[dict[str, object]]
    chart: Chart
    weeks: Table
    reasons: Table
    tables: list[Table]
    sources: list[str]
    tasks: Sequence[AuditTask]
    csv_url: str


def build(selection: Selection, *, user: User, today: date) -> AcceptancePage:
    """The page for what is selected of what `user` may see."""
    decisions = acceptance.decisions(selection, user=user)
    found = divisions.divide(decisions)
    weeks = [(week, found.weeks.get(week.monday, Figures())) for week in selection.period.weeks(today=today)]
    tasks = AuditTask.objects.select_related("episode", "done_by").order_by("-opened_at")
    return AcceptancePage(
        selection=selection,
        total=acceptance.of(found.total),
        stats=[*_stats(found.total, selection.address()), _second_looks(selection, user=user)],
        chart=_chart(weeks[::-1]),
        weeks=Table("By week", "Week", COLUMNS, [_week_row(*week, selection) for week in weeks]),
        reasons=_reasons(acceptance.by_reason(decisions), selection),
        tables=[_table(name, found.groups[name], selection) for name in ("team", "rep", "source", "tier")],
        sources=[group.label for group in found.groups["source"]],
        tasks=list(tasks[:TASKS]),
        csv_url=f"{reverse('handoff-csv')}?{selection.address()}&state={HandoffState.DECIDED}",
    )


def _stats(figures: Figures, address: str) -> list[dict[str, object]]:
    rate, accepted, rejected, median = _cells(figures, address)
    found = acceptance.of(figures)
    if found.rate is not None:
        rate = Cell(found.percent, rate.url, note=f"{found.base}: {found.band}", state=found.state)
    return [
        stat(meanings.RATE, rate),
        stat(meanings.ACCEPTED, accepted),
        stat(meanings.REJECTED, rejected),
        stat(meanings.TO_DECISION, median),
    ]


def _second_looks(selection: Selection, *, user: User) -> dict[str, object]:
    """How many second looks were given in the period, and how many of those leads were taken after all (LC-17)."""
    given, taken = (
        selected(selection, state, user=user).count()
        for state in (HandoffState.SECOND_LOOK, HandoffState.TAKEN_AT_SECOND_LOOK)
    )
    url = _records(selection.address(), HandoffState.SECOND_LOOK) if given else ""
    return stat(
        meanings.SECOND_LOOKS, Cell(f"{given}", url, note=f"{taken} taken after all" if given else "")
    )


def _cells(figures: Figures, address: str) -> list[Cell]:
    found = acceptance.of(figures)
    decided = _records(address, HandoffState.DECIDED) if found.decided else ""
    note = found.base if found.band is Band.HEALTHY else f"{found.base}, {found.band}"
    rate = Cell(found.percent, decided, note, found.state) if found.percent else Cell(found.verdict)
    return [
        rate,
        _count(found.accepted, _records(address, HandoffState.ACCEPTED)),
        _count(found.rejected, _records(address, HandoffState.REJECTED)),
        Cell(in_words(figures.elapsed.median), decided),
    ]


def _count(count: int, url: str) -> Cell:
    return Cell(f"{count}", url if count else "")


def _records(address: str, state: HandoffState, reason: str = "") -> str:
    named = f"&reason={reason}" if reason else ""
    return f"{reverse('handoff-records')}?{address}&state={state}{named}"


def _week_row(week: Week, figures: Figures, selection: Selection) -> Row:
    note = week.days if week.is_whole else f"{week.days}, in part"
    address = selection.days(week.first, week.last)
    return Row(week.label, note, address, _cells(figures, address))


def _table(name: str, groups: Sequence[Group], selection: Selection) -> Table:
    rows = []
    for group in groups:
        address = selection.address(**{name: group.key})
        rows.append(Row(group.label, "", address, _cells(group.figures, address)))
    note = f"The {SOURCES} sources with most decisions." if name == "source" and len(rows) >= SOURCES else ""
    return Table(f"By {name}", name.capitalize(), COLUMNS, rows, note)


def _reasons(found: dict[str, int], selection: Selection) -> Table:
    labels = dict(RejectionReason.objects.values_list("code", "label"))
    total, address = sum(found.values()), selection.address()
    rows = [
        Row(
            labels.get(code, code),
            "",
            "",
            [
                Cell(f"{count}", _records(address, HandoffState.REJECTED, code)),
                Cell(f"{count / total:.0%}", note=f"{count} of {total}"),
            ],
        )
        for code, count in found.items()
    ]
    columns = (meanings.REJECTED, Definition("Share", "Of all rejections of the period."))
    return Table("Rejections by reason", "Reason", columns, rows)


def _chart(weeks: list[tuple[Week, Figures]]) -> Chart:
    """The weekly rates with the healthy band behind them."""
    marks = [(share, f"{share * 100:.0f}") for share in (0.0, 0.5, 1.0)]
    points = [_point(week, acceptance.of(figures)) for week, figures in weeks]
    return chart.bars(points, Scale(marks, band=(HEALTHY_FROM, HEALTHY_TO)))


def _point(week: Week, found: Acceptance) -> Point:
    title = f"{week.label}, {week.days}: {found.verdict}"
    is_good = None if found.rate is None else found.band is Band.HEALTHY
    return Point(week, found.rate, found.percent.rstrip("%"), title, is_good)
