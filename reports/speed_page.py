"""The speed page as values: capture to first contact, with the system's delay and the people's apart (SL-8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.urls import reverse

from leads.models import User
from reports import divisions, rolled
from reports.compliance_page import in_words
from reports.divisions import SOURCES, Divided
from reports.domain import chart
from reports.domain import speed as meanings
from reports.domain.chart import Chart, Point, Scale
from reports.domain.compliance import TOP_TIER, Figures
from reports.domain.periods import Week
from reports.domain.selection import Selection
from reports.domain.speed import (
    ASSIGNED_WITHIN,
    CONTACT_WITHIN,
    MEDIAN_ASSIGNED_WITHIN,
    TOP_TIER_CONTACT_WITHIN,
)
from reports.handoff_records import HandoffState, selected
from reports.measures import ASSIGNMENT, CONTACT, TOUCH
from reports.tables import Cell, Row, Table, stat

HOUR, MINUTE, TENTH = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=0.1)
MEASURES = (CONTACT, ASSIGNMENT, TOUCH)
COLUMNS = (
    *(meanings.CONTACTED, meanings.IN_TIME, meanings.TO_CONTACT, meanings.TO_CONTACT_NINETIETH),
    *(meanings.SYSTEM_DELAY, meanings.HUMAN_DELAY),
)


@dataclass(frozen=True)
class Trio:
    """The same hand-offs by their three spans."""

    contact: Figures
    assignment: Figures
    touch: Figures


@dataclass(frozen=True)
class SpeedPage:
    """Everything that the page shows."""

    selection: Selection
    is_empty: bool
    stats: list[dict[str, object]]
    chart: Chart
    weeks: Table
    tables: list[Table]
    sources: list[str]
    csv_url: str


def build(selection: Selection, *, user: User, today: date) -> SpeedPage:
    """The page for what is selected of what `user` may see."""
    contact, assignment, touch = (
        divisions.divide(rolled.facts(measure, selection, user=user), most_sources=None)
        for measure in MEASURES
    )
    trio = (contact, assignment, touch)
    weeks = [(week, _in_week(trio, week.monday)) for week in selection.period.weeks(today=today)]
    top = divisions.divide(rolled.facts(CONTACT, replace(selection, tier=TOP_TIER), user=user)).total
    waiting = selected(selection, HandoffState.WAITING, user=user).count()
    tables = {name: _table(name, trio, selection) for name in ("tier", "team", "rep", "source")}
    return SpeedPage(
        selection=selection,
        is_empty=not assignment.total.decided and not contact.total.decided and not waiting,
        stats=_stats(selection, Trio(*(one.total for one in trio)), top=top, waiting=waiting),
        chart=_chart(weeks[::-1]),
        weeks=Table("By week", "Week", COLUMNS, [_week_row(week, found, selection) for week, found in weeks]),
        tables=list(tables.values()),
        sources=[row.label for row in tables["source"].rows],
        csv_url=f"{reverse('handoff-csv')}?{selection.address()}&state={HandoffState.CAPTURED}",
    )


def _in_week(trio: tuple[Divided, ...], monday: date) -> Trio:
    return Trio(*(one.weeks.get(monday, Figures()) for one in trio))


def _stats(selection: Selection, found: Trio, *, top: Figures, waiting: int) -> list[dict[str, object]]:
    address = selection.address()
    contacted, in_time, median, ninetieth, system, human = _cells(found, address)
    target = replace(median, note="target 4 h", state=_state(found.contact, CONTACT_WITHIN))
    top_cell = Cell(
        in_words(top.elapsed.median),
        _records(selection.address(tier=TOP_TIER), HandoffState.CONTACTED),
        note="target 10 min",
        state=_state(top, TOP_TIER_CONTACT_WITHIN),
    )
    return [
        stat(meanings.TO_CONTACT, target),
        stat(meanings.TOP_TIER, top_cell),
        stat(meanings.TO_CONTACT_NINETIETH, ninetieth),
        stat(meanings.SYSTEM_DELAY, _with_targets(system, found.assignment)),
        stat(meanings.HUMAN_DELAY, human),
        stat(meanings.IN_TIME, in_time),
        stat(meanings.CONTACTED, contacted),
        stat(meanings.WAITING, Cell(f"{waiting}", _records(address, HandoffState.WAITING))),
    ]


def _with_targets(cell: Cell, assigned: Figures) -> Cell:
    """A median of a second, and every single one within five minutes (RT-7)."""
    note = f"target 1 s; {assigned.met} of {assigned.decided} within {in_words(ASSIGNED_WITHIN)}"
    return replace(cell, note=note, state=_state(assigned, MEDIAN_ASSIGNED_WITHIN))


def _state(figures: Figures, target: timedelta) -> str:
    median = figures.elapsed.median
    return "" if median is None else "met" if median <= target else "fifth"


def _cells(found: Trio, address: str) -> list[Cell]:
    contact = found.contact
    contacted = _records(address, HandoffState.CONTACTED) if contact.decided else ""
    rate = Cell(contact.percent or contact.verdict, _records(address, HandoffState.IN_TIME), contact.base)
    return [
        Cell(f"{contact.decided}", contacted),
        rate if contact.percent else Cell(contact.verdict),
        Cell(in_words(contact.elapsed.median), contacted),
        Cell(in_words(contact.elapsed.ninetieth), contacted),
        Cell(_brief(found.assignment.elapsed.median), _records(address, HandoffState.ASSIGNED)),
        Cell(in_words(found.touch.elapsed.median), _records(address, HandoffState.TOUCHED)),
    ]


def _brief(span: timedelta | None) -> str:
    """A span that may be under a second, as people say it."""
    if span is None or span >= timedelta(seconds=10):
        return in_words(span)
    return f"{span.total_seconds():.1f} s" if span >= TENTH else "under 0.1 s"


def _records(address: str, state: HandoffState) -> str:
    return f"{reverse('handoff-records')}?{address}&state={state}"


def _week_row(week: Week, found: Trio, selection: Selection) -> Row:
    note, address = (
        (week.days if week.is_whole else f"{week.days}, in part"),
        selection.days(week.first, week.last),
    )
    return Row(week.label, note, address, _cells(found, address))


def _table(name: str, trio: tuple[Divided, ...], selection: Selection) -> Table:
    """The groups in the order of the hand-offs that were assigned or contacted."""
    found = [_by_key(one, name) for one in trio]
    labels = {group.key: group.label for one in trio for group in one.groups[name]}
    told = {key: Trio(*(figures.get(key, Figures()) for figures in found)) for key in labels}
    shown = _largest(told) if name == "source" else told
    rows = []
    for key, trio_of_key in shown.items():
        address = selection.address(**{name: key})
        rows.append(Row(labels[key], "", address, _cells(trio_of_key, address)))
    note = f"The {SOURCES} sources with most hand-offs." if len(shown) < len(told) else ""
    return Table(f"By {name}", name.capitalize(), COLUMNS, rows, note)


def _by_key(divided: Divided, name: str) -> Mapping[str, Figures]:
    return {group.key: group.figures for group in divided.groups[name]}


def _largest(told: Mapping[str, Trio]) -> Mapping[str, Trio]:
    """The SOURCES with most hand-offs, in the order that they are in."""
    by_size = sorted(told, key=lambda key: -max(told[key].assignment.decided, told[key].contact.decided))
    largest = set(by_size[:SOURCES])
    return {key: trio for key, trio in told.items() if key in largest}


def _chart(weeks: list[tuple[Week, Trio]]) -> Chart:
    """The weekly medians on a scale of hours, with the target as a line."""
    medians = {week.monday: found.contact.elapsed.median for week, found in weeks}
    top = chart.top_of(
        [span / HOUR for span in medians.values() if span is not None],
        at_least=1.25 * (CONTACT_WITHIN / HOUR),
    )
    marks = [(0.0, "0"), *((share, f"{share * top:g} h") for share in (0.5, 1.0))]
    points = [_point(week, medians[week.monday], top=top) for week, _ in weeks]
    return chart.bars(
        points, Scale(marks, target=(CONTACT_WITHIN / HOUR / top, f"{CONTACT_WITHIN / HOUR:g} h"))
    )


def _point(week: Week, median: timedelta | None, *, top: float) -> Point:
    title = f"{week.label}, {week.days}: {in_words(median) or 'nobody was contacted'}"
    if median is None:
        return Point(week, None, "", title, None)
    return Point(week, median / HOUR / top, _short(median), title, median <= CONTACT_WITHIN)


def _short(span: timedelta) -> str:
    """A span as there is room for over a bar: in minutes, or in hours to a tenth."""
    return f"{span / MINUTE:.0f} min" if span < HOUR else f"{span / HOUR:.1f} h"
