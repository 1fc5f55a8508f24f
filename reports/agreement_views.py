"""What both sides owe, the agreement they signed and the words they mean, each from the live configuration."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from leads.access import only
from leads.models import Role
from leads.viewer import viewer
from reports import agreement, glossary, scorecard_page
from reports import limits as limit_settings
from reports.alerts import limits
from reports.limit_forms import LimitForm
from reports.month_filter import MonthFilter
from reports.snapshot import one_moment
from reports.views import refuse


@require_safe
def scorecard_report(request: HttpRequest) -> HttpResponse:
    """What marketing and sales owe each other in a month; 400 for an unknown month or team."""
    now = timezone.now()
    form = MonthFilter(request.GET, user=viewer(request), today=_today())
    if not form.is_valid():
        return refuse(request, form, back="scorecard-report")
    with one_moment():
        page = scorecard_page.build(form.selection, form.before, user=form.user, now=now)
    context = {"form": form, "page": page}
    return render(request, "reports/scorecard.html", context)


@require_safe
def service_level_agreement(request: HttpRequest) -> HttpResponse:
    """The agreement as it stands, to be printed and signed."""
    context = {"agreement": agreement.read(), "today": _today()}
    return render(request, "reports/agreement.html", context)


@require_safe
def definitions(request: HttpRequest) -> HttpResponse:
    """What every stage and word means here."""
    context = {"glossary": glossary.read(), "today": _today(), "may_edit": viewer(request).is_ops}
    return render(request, "reports/definitions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only(Role.OPS)
def edit_limits(request: HttpRequest) -> HttpResponse:
    """What is told of and what was agreed on, as numbers; 422 for what cannot be."""
    asked = request.POST if request.method == "POST" else None
    form = LimitForm(asked, limits=limits(), mqls=limit_settings.goal())
    if not form.is_valid():
        status = 422 if form.is_bound else 200
        return render(request, "reports/limits.html", {"form": form}, status=status)
    limit_settings.change(form.limits, mqls=form.cleaned_data["mqls"], by=viewer(request), now=timezone.now())
    messages.success(request, _("Limits and goals are saved."))
    return redirect("scorecard-report")


def _today() -> date:
    return timezone.now().astimezone(ZoneInfo(settings.ORGANISATION_TIME_ZONE)).date()
