"""The calibration page: ask for one, watch it, read what it found, make a draft of it, and have its rows as a file."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads import background
from leads.access import CONFIGURATION_READERS, only
from leads.models import BackgroundRun, Role, User
from leads.viewer import viewer
from reports import csv_export
from revops.calibration import data as calibration_data
from revops.calibration import page as calibration_page
from revops.calibration import runs as calibration
from revops.calibration.form import CalibrationForm
from scoring import scorecards
from scoring.domain.grading import Grader
from scoring.models import Scorecard

UNPROCESSABLE = 422


@require_safe
@only(*CONFIGURATION_READERS)
def latest(request: HttpRequest) -> HttpResponse:
    """The newest calibration, or an invitation to begin."""
    return _look(request, background.latest(calibration.KIND))


@require_safe
@only(*CONFIGURATION_READERS)
def one(request: HttpRequest, run_id: int) -> HttpResponse:
    """One calibration: how far it is, or what it found."""
    return _look(request, _run(run_id))


@require_POST
@only(Role.OPS)
def ask(request: HttpRequest) -> HttpResponse:
    """Queue a calibration and watch it."""
    form, now = CalibrationForm(request.POST), timezone.now()
    if not form.is_valid():
        return _page(request, None, form, status=UNPROCESSABLE)
    run = calibration.ask(form.question(now=now), by=viewer(request), now=now)
    return redirect("calibration-run", run.pk)


@require_POST
@only(Role.OPS)
def draft(request: HttpRequest, run_id: int) -> HttpResponse:
    """A draft with the suggested weights, opened at what it changes."""
    run = _run(run_id)
    try:
        made = calibration.draft_from(run, by=viewer(request), now=timezone.now())
    except calibration.NothingToDraft as refused:
        messages.warning(request, str(refused))
        return redirect("calibration-run", run.pk)
    told = _(
        "Version %(version)s is a draft with the suggested weights. Nothing changes until it is published."
    )
    messages.success(request, told % {"version": made.version})
    return redirect("scorecard", made.version)


@require_safe
@only(*CONFIGURATION_READERS)
def rows(request: HttpRequest, run_id: int) -> HttpResponseBase:
    """Each hand-off of the period that the viewer may see, with the levels it counted at, as a CSV file."""
    run = _run(run_id)
    return StreamingHttpResponse(
        _csv(run, viewer(request)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="calibration-{run.pk}.csv"'},
    )


def _run(run_id: int) -> BackgroundRun:
    runs = BackgroundRun.objects.select_related("asked_by")
    return get_object_or_404(runs, pk=run_id, kind=calibration.KIND)


def _look(request: HttpRequest, run: BackgroundRun | None) -> HttpResponse:
    """The run, under a form that says what it was asked."""
    return _page(
        request, run, CalibrationForm.like(calibration.question_of(run)) if run else CalibrationForm()
    )


def _page(
    request: HttpRequest, run: BackgroundRun | None, form: CalibrationForm, *, status: int = 200
) -> HttpResponse:
    page = calibration_page.build(run) if run else None
    context = {
        "form": form,
        "run": run,
        "page": page,
        "back": reverse("calibration-run", args=[run.pk]) if run else reverse("calibration"),
        "is_outdated": page is not None and calibration_page.is_outdated(page),
        "earlier": calibration_page.earlier(),
        "may_edit": viewer(request).is_ops,
    }
    return render(request, "scoring/calibration.html", context, status=status)


def _csv(run: BackgroundRun, user: User) -> Iterator[str]:
    """The rows as they would be counted now; the version is the one that the run weighed."""
    question = calibration.question_of(run)
    fit = scorecards.load(_weighed(run)).fit
    grader = Grader(fit)
    handoffs = calibration_data.handed_over(since=question.since, until=question.until)
    header = [
        "hand-off",
        "lead",
        "handed over",
        "outcome",
        *(one.label for one in fit),
        "engagement",
        "urgency",
    ]
    lines = (
        [
            row.handoff_id,
            reverse("lead", args=[row.lead_id]),
            row.qualified_at.isoformat(timespec="seconds"),
            row.outcome.value,
            *("unknown" if unknown else level for level, unknown in grader.grades(row.facts)),
            f"{row.engagement:.1f}",
            f"{row.urgency:.1f}",
        ]
        for row in calibration_data.read(handoffs.visible_to(user), question.target)
    )
    return csv_export.lines(header, lines)


def _weighed(run: BackgroundRun) -> Scorecard:
    """The version that `run` weighed, or would weigh."""
    if run.result is None:
        return Scorecard.objects.published()
    return Scorecard.objects.get(version=run.result["scorecard_version"])
