"""Speed to lead, acceptance, and the hand-offs behind their numbers, as pages and as CSV."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from leads.access import only
from leads.models import Role
from leads.viewer import viewer
from reports import (
    acceptance_page,
    audit_tasks,
    csv_export,
    handoff_records,
    handoffs_page,
    speed_page,
)
from reports.alerts import lasting
from reports.audit_tasks import AlreadyDone, NothingSaid
from reports.domain.alerts import Watched
from reports.filters import ReportFilter
from reports.models import AuditTask
from reports.record_filters import HandoffFilter
from reports.snapshot import one_moment
from reports.views import refuse


@require_safe
def speed_report(request: HttpRequest) -> HttpResponse:
    """Capture to first contact in a period; 400 for an unknown filter."""
    form = ReportFilter(request.GET, user=viewer(request), now=timezone.now())
    if not form.is_valid():
        return refuse(request, form, back="speed-report")
    with one_moment():
        page = speed_page.build(form.selection, user=form.user, today=form.today)
    context = {"form": form, "page": page}
    return render(request, "reports/speed.html", context)


@require_safe
def acceptance_report(request: HttpRequest) -> HttpResponse:
    """What sales decided in a period, and why; 400 for an unknown filter."""
    form = ReportFilter(request.GET, user=viewer(request), now=timezone.now())
    if not form.is_valid():
        return refuse(request, form, back="acceptance-report")
    with one_moment():
        page = acceptance_page.build(form.selection, user=form.user, today=form.today)
    context = {
        "form": form,
        "page": page,
        "alerts": lasting(Watched.ACCEPTANCE, Watched.REJECTIONS),
    }
    return render(request, "reports/acceptance.html", context)


@require_safe
def handoff_list(request: HttpRequest) -> HttpResponse:
    """The hand-offs behind a number, a page at a time; 400 for an unknown filter or place in the list."""
    form = HandoffFilter(request.GET, user=viewer(request), now=timezone.now())
    if not form.is_valid():
        return refuse(request, form, back="speed-report")
    return render(request, "reports/handoff_records.html", {"form": form, "page": handoffs_page.build(form)})


@require_safe
def handoff_csv(request: HttpRequest) -> HttpResponseBase:
    """Every hand-off behind a number as a CSV file; 400 for an unknown filter."""
    form = HandoffFilter(request.GET, user=viewer(request), now=timezone.now())
    if not form.is_valid():
        return refuse(request, form, back="speed-report")
    return StreamingHttpResponse(
        csv_export.lines(handoff_records.HEADER, handoff_records.rows(form.chosen(), form.listed)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{form.selection.file_name}.csv"'},
    )


@require_POST
@only(Role.OPS)
def close_audit_task(request: HttpRequest, task_id: int) -> HttpResponse:
    """Close an audit with what came of it; 404 for one that never was."""
    task, note = get_object_or_404(AuditTask, pk=task_id), request.POST.get("note", "").replace("\x00", "")
    try:
        audit_tasks.close(task, note=note, by=viewer(request), now=timezone.now())
        messages.success(request, _("The audit is closed."))
    except (AlreadyDone, NothingSaid) as error:
        messages.error(request, str(error))
    return redirect("acceptance-report")
