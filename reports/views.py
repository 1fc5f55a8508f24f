"""The compliance page, the list behind its numbers, and the same list as CSV."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from leads.viewer import viewer
from reports import compliance_page, csv_export, records, records_page
from reports.alerts import lasting
from reports.domain.alerts import Watched
from reports.filters import ReportFilter
from reports.month_filter import MonthFilter
from reports.record_filters import ComplianceFilter, RecordsFilter
from reports.snapshot import one_moment


@require_safe
def beginning(request: HttpRequest) -> HttpResponse:
    """Where reports begin: with the first of them, which everybody may open."""
    return redirect("service-level-report")


@require_safe
def service_level_report(request: HttpRequest) -> HttpResponse:
    """How promises were kept in a period, by week, tier, rep, team and source; 400 for an unknown filter."""
    now = timezone.now()
    form = ComplianceFilter(request.GET, user=viewer(request), now=now)
    if not form.is_valid():
        return refuse(request, form)
    with one_moment():
        page = compliance_page.build(form.selection, user=form.user, today=form.today, now=now)
    context = {
        "form": form,
        "page": page,
        "alerts": lasting(Watched.TOP_TIER_MISSES),
    }
    return render(request, "reports/service_levels.html", context)


@require_safe
def service_level_records(request: HttpRequest) -> HttpResponse:
    """The clocks behind a number, a page at a time; 400 for an unknown filter or place in the list."""
    now = timezone.now()
    form = RecordsFilter(request.GET, user=viewer(request), now=now)
    if not form.is_valid():
        return refuse(request, form)
    page = records_page.build(form, now=now)
    return render(request, "reports/service_level_records.html", {"form": form, "page": page})


@require_safe
def service_level_csv(request: HttpRequest) -> HttpResponseBase:
    """Every clock behind a number as a CSV file; 400 for an unknown filter."""
    now = timezone.now()
    form = RecordsFilter(request.GET, user=viewer(request), now=now)
    if not form.is_valid():
        return refuse(request, form)
    return StreamingHttpResponse(
        csv_export.lines(records.HEADER, records.rows(form.chosen(now=now), now=now)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{form.selection.file_name}.csv"'},
    )


def refuse(
    request: HttpRequest, form: ReportFilter | MonthFilter, *, back: str = "service-level-report"
) -> HttpResponse:
    """What is wrong with the filters, and the form to set it right; `back` names the page without them."""
    context = {"form": form, "back_url": reverse(back)}
    return render(request, "reports/refused.html", context, status=400)
