"""How a lead's scores came about: the chart, and any date's scores taken apart into lines that add up (SC-22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.models import Lead
from revops.lead_page import score_sheet
from revops.lead_page.score_sheet import tenths
from scoring import explanation, ledger, scores
from scoring.domain import engagement, score_chart, tiers
from scoring.domain.ledger import Kind, Line
from scoring.domain.score_chart import Chart
from scoring.domain.weeks import monday, week_start
from scoring.explanation import Explanation
from scoring.ledger import FitLine, Ledger

WEEKS_SHOWN, WEEKS_AHEAD = 26, 6
NARROW, WIDE = 400, 640
MOST_LINES = 100


class DateForm(forms.Form):
    """The date whose scores are asked for."""

    on = forms.DateField(
        label=gettext_lazy("Scores on"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": gettext_lazy("Give a date, such as 2026-11-20.")},
    )

    def __init__(self, data: Any = None, *, today: date) -> None:
        super().__init__(data or {"on": today.isoformat()})
        self._today = today
        self.fields["on"].widget.attrs["max"] = today.isoformat()

    def clean_on(self) -> date:
        on: date = self.cleaned_data["on"]
        if on > self._today:
            raise forms.ValidationError(_("This date is still to come. Choose today or a day before it."))
        return on


@dataclass(frozen=True)
class Entry:
    """One line of a ledger as it is shown; shown amounts add up to shown scores."""

    at: datetime | None
    text: str
    detail: str
    amount: Decimal
    balance: Decimal

    @property
    def change(self) -> str:
        """The amount with its sign."""
        sign = "+" if self.amount > 0 else "−" if self.amount < 0 else ""
        return f"{sign}{number_format(abs(self.amount), 1)}"


def page(lead: Lead, form: DateForm, *, now: datetime) -> dict[str, Any]:
    """The context of leads/scores.html: the scores at the end of the form's date, or now."""
    today = timezone.localtime(now).date()
    on = form.cleaned_data["on"] if form.is_valid() else today
    at = now if on >= today else _end_of(on)
    explained = explanation.explain(lead, now=now)
    told = ledger.of(lead, explained.standing, epoch=explained.epoch, now=now)
    fit = told.fit_at(at)
    return {
        "form": form,
        "on": on,
        "is_today": on == today,
        "engagement": tenths(told.engagement_at(at)),
        "entries": entries([line for line in told.engagement if line.at <= at]),
        "fit": None if fit is None else tenths(fit),
        "grade": "" if fit is None else tiers.grade(fit, told.model_at(at).grades),
        "fit_entries": fit_entries([line for line in told.fit if line.at <= at]),
        "scores": _tables(lead, told, at=at, epoch=explained.epoch),
        "version": told.model_at(at).version,
        "chart": chart(told, explained, now=now, width=WIDE),
        "threshold": explained.threshold,
    }


def chart(told: Ledger, explained: Explanation, *, now: datetime, width: int = NARROW) -> Chart | None:
    """Half a year of both scores, and engagement to come without new activity; None where nothing ever counted."""
    if not told.engagement:
        return None
    zone, week = settings.ORGANISATION_TIME_ZONE, scores.current_week(now)
    first = max(scores.current_week(told.engagement[0].at), week - WEEKS_SHOWN)
    weeks = [_week(each, zone) for each in range(first, week + 1)]
    standing, decay = explained.standing, explained.standing.model.decay(explained.epoch)
    return score_chart.chart(
        engagement=[(line.at, float(line.balance)) for line in told.engagement],
        fit=[(line.at, line.value) for line in told.fit],
        ahead=[
            (week_start(each, zone), engagement.engagement_in(standing.stored, each, decay))
            for each in range(week + 1, week + 1 + WEEKS_AHEAD)
        ],
        threshold=explained.threshold,
        weeks=weeks,
        months=_months(weeks[0].begins, now + timedelta(weeks=WEEKS_AHEAD)),
        now=now,
        width=width,
    )


def entries(lines: Sequence[Line]) -> list[Entry]:
    """The lines, oldest first; what came before the latest hundred is summed up in the first."""
    hidden, shown = lines[:-MOST_LINES], lines[-MOST_LINES:]
    begun = tenths(hidden[-1].balance) if hidden else Decimal(0)
    balances = [begun, *(tenths(line.balance) for line in shown)]
    told = [
        Entry(line.at, _what(line), _detail(line), amount=after - before, balance=after)
        for line, (before, after) in zip(shown, pairwise(balances), strict=True)
    ]
    if hidden:
        earlier = _("Earlier, in %(count)s lines") % {"count": len(hidden)}
        return [Entry(None, earlier, "", amount=begun, balance=begun), *told]
    return told


def fit_entries(lines: Sequence[FitLine]) -> list[Entry]:
    """Fit's lines, oldest first."""
    shown = lines[-MOST_LINES:]
    balances = [Decimal(0), *(tenths(line.value) for line in shown)]
    return [
        Entry(line.at, line.cause or _("First known here"), _version(line.version), after - before, after)
        for line, (before, after) in zip(shown, pairwise(balances), strict=True)
    ]


def _tables(lead: Lead, told: Ledger, *, at: datetime, epoch: int) -> list[score_sheet.ScoreTable]:
    """Engagement and urgency at the instant, each as its terms; the facts behind an old fit are not kept."""
    model, evidence = told.model_at(at), scores.evidence_of(lead, now=at)
    terms = engagement.terms(
        evidence.touches, model.behaviours, model.decay(epoch), week=scores.current_week(at)
    )
    return [
        score_sheet.engagement_table(float(told.engagement_at(at)), terms),
        score_sheet.criteria_table(_("Urgency"), scores.urgency_of(evidence, model, now=at)),
    ]


def _what(line: Line) -> str:
    return {
        Kind.POINTS: line.label,
        Kind.DECAY: _("Weekly decay"),
        Kind.GUARD: _("Silent for too long: starts again from 0"),
        Kind.RESCORE: _("Version %(version)s took over") % {"version": line.version},
        Kind.MERGE: _("Came over from a lead that was merged into this one"),
        Kind.LIMIT: _("Never under 0 or over 100"),
    }[line.kind]


def _detail(line: Line) -> str:
    if line.kind is Kind.POINTS and line.capped:
        return _("capped, worth %(worth)s") % {"worth": f"{line.worth:g}"}
    return ""


def _version(version: int | None) -> str:
    return "" if version is None else _("by version %(version)s") % {"version": version}


def _end_of(day: date) -> datetime:
    """The last instant of a day in the viewer's zone."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) - timedelta(microseconds=1)


def _week(number: int, zone: str) -> score_chart.Week:
    return score_chart.Week(monday(number), week_start(number, zone), week_start(number + 1, zone))


def _months(since: datetime, until: datetime) -> list[datetime]:
    first = timezone.localtime(since).date().replace(day=1)
    months = []
    while (at := timezone.make_aware(datetime.combine(first, time()))) < until:
        months.append(at)
        first = (first + timedelta(days=32)).replace(day=1)
    return months
