"""The two-sided scorecard as values: each promise with its target, the month, the month before, and the records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.urls import reverse

from leads.models import User
from reports import limits, owed
from reports.domain import owed as meanings
from reports.domain.compliance import Figures, in_percent
from reports.domain.definitions import Definition
from reports.domain.owed import COMPLETE_FROM, HEALTHY_REJECTIONS
from reports.domain.periods import Period
from reports.domain.selection import Selection
from reports.handoff_records import HandoffState
from reports.owed import Month
from reports.tables import Cell
from routing.models import ClockKind

NOT_YET = Cell("not measured yet")
LINES = (COMPLETE_FROM, HEALTHY_REJECTIONS)


@dataclass(frozen=True)
class Promise:
    """One thing owed: what, how much, what came of it this month and the month before, and what follows if not."""

    definition: Definition
    target: str
    actual: Cell
    before: str


@dataclass(frozen=True)
class Side:
    """What one side owes."""

    title: str
    promises: list[Promise]


@dataclass(frozen=True)
class ScorecardPage:
    """Everything that the page shows."""

    selection: Selection
    sides: list[Side]
    lapsed: Cell
    lapsed_meaning: Definition


@dataclass(frozen=True)
class _Months:
    """The month asked for and the one before, and where its records are."""

    this: Month
    before: Month
    address: str


def build(selection: Selection, before: Period, *, user: User, now: datetime) -> ScorecardPage:
    """The scorecard of the month of the selection, beside the period before it."""
    months = _Months(
        this=owed.measure(selection, user=user, now=now),
        before=owed.measure(replace(selection, period=before), user=user, now=now),
        address=selection.days(selection.period.first, selection.period.last),
    )
    return ScorecardPage(
        selection=selection,
        sides=[
            Side("What marketing owes", [_mqls(months), _complete(months), *_delivered(months)]),
            Side("What sales owes", _of_sales(months)),
        ],
        lapsed=Cell(f"{months.this.lapsed}", _handoffs(months, HandoffState.LAPSED)),
        lapsed_meaning=meanings.LAPSED,
    )


def _delivered(months: _Months) -> list[Promise]:
    rejected = _share(months.this.decided.rejected, months.this.decided.decided)
    state = _state(rejected, at_most=HEALTHY_REJECTIONS)
    counted = _of(months.this.decided.rejected, months.this.decided.decided)
    actual = Cell(counted, _handoffs(months, HandoffState.REJECTED), state=state)
    earlier = _of(months.before.decided.rejected, months.before.decided.decided)
    return [
        _kept(months, ClockKind.DELIVERY, meanings.DELIVERED),
        Promise(meanings.REJECTED, "up to 40%", actual, earlier),
        Promise(meanings.ATTRIBUTED, "5 days after the month", NOT_YET, ""),
    ]


def _of_sales(months: _Months) -> list[Promise]:
    rejected = months.this.decided.rejected
    all_given = _state(_share(months.this.reasoned, rejected), at_least=1)
    reasons = Cell(
        _of(months.this.reasoned, rejected), _handoffs(months, HandoffState.REJECTED), state=all_given
    )
    earlier = _of(months.before.reasoned, months.before.decided.rejected)
    return [
        _kept(months, ClockKind.REVIEW, meanings.REVIEWED),
        Promise(meanings.REASONED, "every one", reasons, earlier),
        _kept(months, ClockKind.FOLLOW_UP, meanings.FOLLOWED_UP),
    ]


def _mqls(months: _Months) -> Promise:
    goal = limits.goal()
    count = months.this.handed_over
    state = "" if goal is None else "met" if count >= goal else "fifth"
    actual = Cell(f"{count}", _handoffs(months, HandoffState.CAPTURED), state=state)
    target = f"{goal} a month" if goal else "no number agreed"
    return Promise(meanings.MQLS, target, actual, f"{months.before.handed_over}")


def _complete(months: _Months) -> Promise:
    def whole(month: Month) -> int:
        return month.handed_over - month.incomplete

    this, before = months.this, months.before
    share = _share(whole(this), this.handed_over)
    words = _of(whole(this), this.handed_over)
    actual = Cell(
        words, _handoffs(months, HandoffState.INCOMPLETE), state=_state(share, at_least=COMPLETE_FROM)
    )
    return Promise(meanings.COMPLETE, "90% or more", actual, _of(whole(before), before.handed_over))


def _kept(months: _Months, kind: ClockKind, definition: Definition) -> Promise:
    figures, before = months.this.clocks[kind], months.before.clocks[kind]
    url = f"{reverse('service-level-records')}?kind={kind}&{months.address}&state=decided"
    state = {True: "met", False: "fifth", None: ""}[figures.is_on_target]
    actual = Cell(_verdict(figures), url if figures.decided else "", state=state)
    return Promise(definition, "over 90%", actual, _verdict(before))


def _verdict(figures: Figures) -> str:
    return figures.verdict if figures.decided else "none"


def _handoffs(months: _Months, state: HandoffState) -> str:
    return f"{reverse('handoff-records')}?{months.address}&state={state}"


def _share(count: int, base: int) -> float | None:
    return count / base if base else None


def _of(count: int, base: int) -> str:
    """61%, 41 of 67."""
    return f"{in_percent(count / base, lines=LINES)}, {count} of {base}" if base else "none"


def _state(share: float | None, *, at_least: float = 0, at_most: float = 1) -> str:
    if share is None:
        return ""
    return "met" if at_least <= share <= at_most else "fifth"
