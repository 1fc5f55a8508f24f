"""The compliance page as values: every number in words, with its meaning and the address of its records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse

from leads.models import User
from reports import compliance, divisions, records
from reports.divisions import Group
from reports.domain import chart, definitions
from reports.domain.chart import Chart
from reports.domain.compliance import TOP_TIER, Alert, Figures, State, alert
from reports.domain.definitions import Definition
from reports.domain.periods import Week
from reports.domain.selection import Selection
from reports.records import Record
from routing.domain.clock_face import words
from routing.models import ClockKind

WORST = 10
TABLES = ("tier", "team", "rep", "source")


@dataclass(frozen=True)
class Line:
    """A row of a table: `address` asks the page, and its list of records, for this row alone."""

    label: str
    note: str
    address: str
    figures: Figures

    @property
    def median(self) -> str:
        """The middle of the spans from start to stop."""
        return in_words(self.figures.elapsed.median)

    @property
    def ninetieth(self) -> str:
        """What nine in ten spans do not pass."""
        return in_words(self.figures.elapsed.ninetieth)


@dataclass(frozen=True)
class Table:
    """One way to divide the clocks."""

    title: str
    first_column: str
    lines: list[Line]
    note: str = ""


@dataclass(frozen=True)
class CompliancePage:
    """Everything that the page shows."""

    selection: Selection
    zone: str
    kind: str
    kind_definition: str
    columns: tuple[Definition, ...]
    tabs: list[dict[str, object]]
    total: Figures
    stats: list[dict[str, object]]
    alert: Alert | None
    weeks: Table
    chart: Chart
    tables: list[Table]
    worst: list[Record]
    sources: list[str]

    @property
    def overdue_by(self) -> Definition:
        """What the lateness of an open breach means."""
        return definitions.OVERDUE_BY

    @property
    def reset_url(self) -> str:
        """The page for this clock kind with nothing else asked."""
        return f"?kind={self.selection.kind}"

    @property
    def top_tier_address(self) -> str:
        """The query string for the top tier alone."""
        return self.selection.address(tier=TOP_TIER)


def build(selection: Selection, *, user: User, today: date, now: datetime) -> CompliancePage:
    """The page for what is selected of what `user` may see, as it stands at `now`."""
    found, kinds = compliance.divide_beside_kinds(selection, user=user, now=now)
    worst = compliance.worst_open(selection, user=user, now=now, limit=WORST)
    weeks = [(week, found.weeks.get(week.monday, Figures())) for week in selection.period.weeks(today=today)]
    return CompliancePage(
        selection=selection,
        zone=selection.period.zone,
        kind=ClockKind(selection.kind).label,
        kind_definition=definitions.KINDS[selection.kind],
        columns=definitions.COLUMNS,
        tabs=_tabs(selection, kinds),
        total=found.total,
        stats=_stats(selection, found.total),
        alert=alert(_top_tier(found.groups["tier"])),
        weeks=Table("By week", "Week", [_week_line(week, figures, selection) for week, figures in weeks]),
        chart=chart.weekly(weeks[::-1]),
        tables=[_table(name, found.groups[name], selection) for name in TABLES],
        worst=records.records(worst, now=now),
        sources=[group.label for group in found.groups["source"]],
    )


def in_words(span: timedelta | None) -> str:
    """A span as people say it; empty when there is none."""
    return "" if span is None else words(span)


def _tabs(selection: Selection, kinds: dict[str, Figures]) -> list[dict[str, object]]:
    """A tab for each clock kind, with its rate, so that none is mixed with another."""
    return [
        {
            "label": ClockKind(kind).label,
            "url": f"?{selection.address(kind=kind)}",
            "count": figures.percent or None,
            "current": kind == selection.kind,
        }
        for kind, figures in kinds.items()
    ]


def _stats(selection: Selection, total: Figures) -> list[dict[str, object]]:
    elapsed, measured = total.elapsed, State.STOPPED
    return [
        _rate(selection, total),
        _stat(definitions.MET, total.met, _records(selection, State.MET)),
        _stat(definitions.BREACHED, total.breached, _records(selection, State.BREACHED)),
        _stat(definitions.OVERDUE, total.overdue, _records(selection, State.OVERDUE)),
        _stat(definitions.RUNNING, total.running, _records(selection, State.RUNNING)),
        _stat(definitions.AT_RISK, total.at_risk, _records(selection, State.AT_RISK)),
        _stat(definitions.MEDIAN, in_words(elapsed.median) or "–", _records(selection, measured)),
        _stat(definitions.NINETIETH, in_words(elapsed.ninetieth) or "–", _records(selection, measured)),
    ]


def _rate(selection: Selection, total: Figures) -> dict[str, object]:
    stat = _stat(definitions.KEPT, total.percent or total.verdict, _records(selection, State.DECIDED))
    if total.rate is None:
        return stat
    state = "met" if total.is_on_target else "fifth"
    return stat | {"base": f"{total.base}, target over 90%", "state": state}


def _stat(definition: Definition, value: object, url: str) -> dict[str, object]:
    return {"label": definition.term, "definition": definition.text, "value": value, "url": url}


def _records(selection: Selection, state: State) -> str:
    sort = "&sort=due" if state == State.OVERDUE else ""
    return f"{reverse('service-level-records')}?{selection.address()}&state={state}{sort}"


def _top_tier(tiers: list[Group]) -> Figures:
    return next((group.figures for group in tiers if group.key == TOP_TIER), Figures())


def _week_line(week: Week, figures: Figures, selection: Selection) -> Line:
    note = week.days if week.is_whole else f"{week.days}, in part"
    return Line(week.label, note, selection.days(week.first, week.last), figures)


def _table(name: str, groups: list[Group], selection: Selection) -> Table:
    lines = [Line(group.label, "", selection.address(**{name: group.key}), group.figures) for group in groups]
    cut = name == "source" and len(groups) == divisions.SOURCES
    note = f"The {divisions.SOURCES} sources with most clocks." if cut else ""
    return Table(f"By {name}", name.capitalize(), lines, note)
